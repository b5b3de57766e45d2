/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The marked record goes through a spool and a sender like any other: the
 * spool is one of its own, in a folder that is gone afterwards.
 */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/step_line.h"
#include "conf/conf.h"
#include "ctl/alone.h"
#include "ctl/ctl.h"
#include "ctl/scratch.h"
#include "deliver/inspect.h"
#include "deliver/sender.h"
#include "intake/marked.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/standard.h"
#include "io/timer.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define SPOOL_QUOTA (UINT64_C(16) << 20)
#define LOOK_EVERY_MS 20
/* Beside what connecting and confirming may take. */
#define LIMIT_MS 5000
#define LINE_MAX_BYTES 8192

struct alone {
	const struct conf_destination *conf;
	struct loop *loop;
	bool good; /* so far */
	/* the record */
	enum step_mark mark;
	struct scratch *scratch;
	struct spool *spool;
	struct queue *queue;
	struct sender *sender;
	struct timer *look;
	int64_t began_ms;
};

static void on_line(const char *line, size_t len, void *arg);
static void on_walked(bool good, void *arg);
static int send_one(struct alone *a, struct err *err);
static void on_look(void *arg);
static void on_released(void *arg);
static void say(enum step_mark mark, const char *topic, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

int
alone_test(const struct conf_destination *conf, char **ret_untrusted)
{
	struct alone a = {.conf = conf};
	struct inspect *inspect;
	const char *untrusted;
	bool has_way;
	struct err err;

	(void)signal(SIGPIPE, SIG_IGN);
	/* The sender's: what it means is said here. */
	log_silence();
	a.loop = loop_new(&err);
	if (a.loop == NULL)
		return ctl_fail(EX_OSERR, "test", err.text);
	inspect = inspect_start(a.loop, conf, on_line, on_walked, &a);
	loop_run(a.loop);
	untrusted = inspect_untrusted(inspect);
	if (ret_untrusted != NULL)
		*ret_untrusted = untrusted != NULL ? xstrdup(untrusted) : NULL;
	has_way = inspect_has_way(inspect);
	inspect_free(inspect);
	if (has_way && conf->transport == TRANSPORT_FILE)
		say(STEP_SKIP, "record",
		    "cefd alone writes to its files: cefctl send-test %s, once "
		    "it runs",
		    conf->name);
	else if (has_way && conf->transport != TRANSPORT_STDOUT &&
	    send_one(&a, &err) == -1) {
		say(STEP_FAIL, "record", "%s", err.text);
		a.good = false;
	}
	loop_free(a.loop);
	alone_sum_up(conf->name, a.good ? a.mark : STEP_FAIL);
	return a.good ? EX_OK : 1;
}

void
alone_sum_up(const char *name, enum step_mark record)
{
	static const char *const words[STEP_MARKS] = {
	    [STEP_OK] = "well",
	    [STEP_WARN] = "well, with warnings: record",
	    [STEP_FAIL] = "not well",
	    [STEP_SKIP] = "well",
	};

	(void)printf("%s: %s\n", name, words[record]);
	(void)fflush(stdout); /* before what goes to stderr */
}

static void
on_line(const char *line, size_t len, void *arg)
{
	(void)arg;
	(void)standard_put(line, len);
}

static void
on_walked(bool good, void *arg)
{
	struct alone *a = arg;

	a->good = good;
	loop_stop(a->loop);
}

/* 0: it was sent, and `good` says no more if that went wrong. */
static int
send_one(struct alone *a, struct err *err)
{
	/* All that a spool of so short a life may make. */
	static const char *const files[] = {"data.mdb", "data.mdb.new", NULL};
	const struct sender_hooks hooks = {on_released, a};
	struct tls_context *tls = NULL;
	uint64_t number, sequence = 0;
	int result = -1;

	if (scratch_new(&a->scratch, NULL, files, err) == -1)
		return -1;
	if (spool_open(&a->spool, scratch_path(a->scratch), SPOOL_QUOTA, err) ==
	        0 &&
	    queue_open(a->spool, a->conf->name, &a->queue, err) == 0 &&
	    marked_put(a->spool, a->queue, a->conf, &sequence,
	        loop_wall_ms(a->loop), &number, err) == 0 &&
	    (!conf_transport_is_tls(a->conf->transport) ||
	        (tls = sender_tls_context(a->conf, err)) != NULL)) {
		a->sender = sender_new(a->loop, a->queue, a->conf, tls, &hooks);
		a->look = timer_new(a->loop, on_look, a);
		a->began_ms = loop_now_ms(a->loop);
		timer_set(a->look, LOOK_EVERY_MS);
		sender_kick(a->sender);
		loop_run(a->loop);
		timer_free(a->look);
		sender_free(a->sender);
		result = 0;
	}
	if (a->spool != NULL)
		spool_close(a->spool);
	scratch_free(a->scratch);
	return result;
}

/* A sender tries again for ever; here the first failure of all servers, which
 * is when it backs off, is the answer: unless that is in doubt. */
static void
on_look(void *arg)
{
	struct alone *a = arg;
	struct sender_stats stats;
	char doubt[INSPECT_DOUBT_MAX];

	sender_stats(a->sender, &stats);
	if ((stats.state != SENDER_BACKING_OFF || stats.held) &&
	    loop_now_ms(a->loop) - a->began_ms <
	        LIMIT_MS + inspect_record_ms(a->conf)) {
		timer_set(a->look, LOOK_EVERY_MS);
		return;
	}
	a->good = false;
	/* One that talked before it hung up. */
	if (inspect_doubt(a->conf, &stats, doubt) != STEP_FAIL)
		(void)snprintf(doubt, sizeof(doubt),
		    "the receiver's log may say why; framing, transport and "
		    "confirm must be as it wants them");
	say(STEP_FAIL, "record", "not confirmed: %s: %s",
	    stats.last_error[0] != '\0' ? stats.last_error
	                                : "nothing came in time",
	    doubt);
	loop_stop(a->loop);
}

static void
on_released(void *arg)
{
	struct alone *a = arg;
	struct sender_stats stats;
	int64_t spent_ms = loop_now_ms(a->loop) - a->began_ms;
	char doubt[INSPECT_DOUBT_MAX];

	sender_stats(a->sender, &stats);
	a->mark = inspect_doubt(a->conf, &stats, doubt);
	say(a->mark, "record",
	    "a marked one (cat=test) was confirmed by %s after %" PRId64
	    " ms, server %s%s%s",
	    stats.confirm_level, spent_ms, stats.server,
	    a->mark != STEP_OK ? ": " : "", doubt);
	a->good = a->good && a->mark != STEP_FAIL;
	loop_stop(a->loop);
}

static void
say(enum step_mark mark, const char *topic, const char *fmt, ...)
{
	char text[2048];
	struct buf line;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_init(&line, LINE_MAX_BYTES);
	step_line(&line, mark, topic, text_of(text), NULL);
	on_line(line.data, line.len, NULL);
	buf_clear(&line);
}
