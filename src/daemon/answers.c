/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing at a time: either polls that a caller waits for, or a dry run.
 * Sources are freed from a timer, never from inside their own callback.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "daemon/answers.h"
#include "daemon/fleet.h"
#include "intake/stream.h"
#include "io/timer.h"
#include "io/unix.h"

/* As much as the socket lets wait for one client. */
#define LOOK_MS 1000
/* A client that hears nothing takes us for dead after a quarter of an hour. */
#define PROGRESS_LOOKS 10
#define DRY_MAX_BYTES (UNIX_QUEUE_MAX / 2)

struct answers {
	struct loop *loop;
	struct fleet *fleet;
	struct timer *timer; /* ends what is finished */
	struct timer *look;  /* whether the client is still there */
	unsigned looks;
	struct unix_request *request;
	size_t waiting;      /* polls that have not ended */
	unsigned generation; /* of requests, so that late ends are told apart */
	bool failed;
	struct source *dry;
	char *dry_name;
	struct buf lines;
};

/* Who a poll's end is told to. */
struct waiter {
	struct answers *answers;
	unsigned generation;
	char *name;
};

static void poll_ended(
    const struct source_stats *stats, const char *error, void *arg);
static void put_more(struct buf *out, const char *name, const char *error);
static void put_end(struct answers *answers, const char *name,
    const struct source_stats *stats, const char *error);
static void put_unlicensed(struct answers *answers, const char *name,
    const struct source_stats *stats);
static void dry_ended(
    const struct source_stats *stats, const char *error, void *arg);
static bool poll_one(
    struct answers *answers, struct source *source, const char *name);
static void put_refusal(
    struct answers *answers, struct source *source, const char *name);
static void on_finished(void *arg);
static void on_look(void *arg);
static int put_progress(struct answers *answers);
static void clear(struct answers *answers);

struct answers *
answers_new(struct loop *loop, struct fleet *fleet)
{
	struct answers *answers = xcalloc(1, sizeof(*answers));

	answers->loop = loop;
	answers->fleet = fleet;
	answers->timer = timer_new(loop, on_finished, answers);
	answers->look = timer_new(loop, on_look, answers);
	buf_init(&answers->lines, DRY_MAX_BYTES);
	return answers;
}

void
answers_free(struct answers *answers)
{
	if (answers == NULL)
		return;
	answers_drop(answers);
	timer_free(answers->timer);
	timer_free(answers->look);
	buf_clear(&answers->lines);
	free(answers);
}

void
answers_poll(
    struct answers *answers, const char *name, struct unix_request *request)
{
	struct source *source;
	const char *own_name;
	size_t asked = 0;

	if (answers->request != NULL) {
		unix_fail(request, "busy",
		    "another poll is waited for; try again when it has "
		    "ended");
		return;
	}
	answers->request = request;
	timer_set(answers->look, LOOK_MS);
	/* Held while starting, so that an early end is not the last. */
	answers->waiting = 1;
	for (size_t i = 0;; i++) {
		source = fleet_source(answers->fleet, i, &own_name);
		if (source == NULL)
			break;
		if (name != NULL && strcmp(name, own_name) != 0)
			continue;
		asked++;
		if (!poll_one(answers, source, own_name) && name != NULL)
			answers->failed = true;
	}
	if (asked == 0) {
		answers->request = NULL;
		unix_fail(request, "unknown",
		    "no such source: %s (cefctl names sources lists them)",
		    name != NULL ? name : "there is none");
		return;
	}
	if (--answers->waiting == 0)
		timer_set(answers->timer, 0);
}

void
answers_dry_run(
    struct answers *answers, const char *source, struct unix_request *request)
{
	struct source *found;

	if (answers->request != NULL) {
		unix_fail(request, "busy",
		    "another poll is waited for; try again when it has "
		    "ended");
		return;
	}
	found = fleet_find_source(answers->fleet, source);
	if (found == NULL) {
		unix_fail(request, "unknown",
		    "no such source: %s (cefctl names sources lists them)",
		    source);
		return;
	}
	answers->dry = source_new_dry(found, &answers->lines);
	answers->dry_name = xstrdup(source);
	answers->request = request;
	timer_set(answers->look, LOOK_MS);
	if (source_poll(answers->dry, dry_ended, answers) == -1) {
		unix_fail(request, "failed",
		    "%s is disabled: set \"enabled = true\" in its section, "
		    "then \"cefctl reload\"",
		    source);
		answers->request = NULL;
		clear(answers);
	}
}

void
answers_drop(struct answers *answers)
{
	struct unix_request *request = answers->request;

	answers->request = NULL;
	if (request != NULL)
		unix_fail(
		    request, "failed", "the configuration changed: ask again");
	clear(answers);
}

static bool
poll_one(struct answers *answers, struct source *source, const char *name)
{
	struct waiter *waiter = xcalloc(1, sizeof(*waiter));

	waiter->answers = answers;
	waiter->generation = answers->generation;
	waiter->name = xstrdup(name);
	answers->waiting++;
	if (source_poll(source, poll_ended, waiter) == 0)
		return true;
	answers->waiting--;
	put_refusal(answers, source, name);
	free(waiter->name);
	free(waiter);
	return false;
}

/* Each cause, and what to do about it. */
static void
put_refusal(struct answers *answers, struct source *source, const char *name)
{
	struct source_stats stats;

	source_stats(source, &stats);
	(void)buf_printf(&answers->lines, "%s: not polled: ", name);
	if (stats.state == POLLER_DISABLED)
		(void)buf_puts(&answers->lines,
		    "it is disabled: set \"enabled = true\" in its section, "
		    "then \"cefctl reload\"\n");
	else if (stats.is_paused)
		(void)buf_printf(&answers->lines,
		    "it is paused: \"cefctl resume source/%s\" first\n", name);
	else
		(void)buf_puts(&answers->lines,
		    "somebody else waits for its poll: try again when that "
		    "has ended\n");
}

static void
poll_ended(const struct source_stats *stats, const char *error, void *arg)
{
	struct waiter *waiter = arg;
	struct answers *answers = waiter->answers;

	if (waiter->generation == answers->generation) {
		put_end(answers, waiter->name, stats, error);
		if (--answers->waiting == 0)
			timer_set(answers->timer, 0);
	}
	free(waiter->name);
	free(waiter);
}

static void
put_end(struct answers *answers, const char *name,
    const struct source_stats *stats, const char *error)
{
	if (error == NULL) {
		(void)buf_printf(&answers->lines,
		    "%s: ok, since start: fetched %" PRIu64
		    " %s, records %" PRIu64 ", updates %" PRIu64 "\n",
		    name, stats->fetched,
		    stats->stream_count == 1 ? stats->streams[0].stream->noun
		                             : "details",
		    stats->records, stats->updates);
		put_unlicensed(answers, name, stats);
		return;
	}
	(void)buf_printf(&answers->lines, "%s: %s: %s", name,
	    poller_state_str(stats->state), error);
	put_more(&answers->lines, name, error);
	(void)buf_putc(&answers->lines, '\n');
	answers->failed = true;
}

/* What is no answer of the API says so itself. */
static void
put_more(struct buf *out, const char *name, const char *error)
{
	if (strstr(error, " tells more)") == NULL &&
	    strstr(error, "try again then") == NULL &&
	    strstr(error, "too much to show") == NULL)
		(void)buf_printf(out, " (cefctl test %s tells more)", name);
}

static void
put_unlicensed(
    struct answers *answers, const char *name, const struct source_stats *stats)
{
	for (size_t i = 0; i < stats->stream_count; i++)
		if (stats->streams[i].state == POLLER_UNLICENSED)
			(void)buf_printf(&answers->lines, "%s: %s: %s\n", name,
			    stats->streams[i].stream->name,
			    stats->streams[i].last_error);
}

static void
dry_ended(const struct source_stats *stats, const char *error, void *arg)
{
	struct answers *answers = arg;

	(void)stats;
	if (error != NULL) {
		buf_reset(&answers->lines);
		(void)buf_puts(&answers->lines, error);
		put_more(&answers->lines, answers->dry_name, error);
		answers->failed = true;
	}
	timer_set(answers->timer, 0);
}

static void
on_finished(void *arg)
{
	struct answers *answers = arg;
	struct unix_request *request = answers->request;
	struct text lines =
	    text_trim((struct text){answers->lines.data, answers->lines.len});

	answers->request = NULL;
	if (request != NULL && answers->failed)
		unix_fail(request, "failed", "%.*s", (int)lines.len,
		    lines.ptr != NULL ? lines.ptr : "");
	else if (request != NULL) {
		(void)unix_put(
		    request, answers->lines.data, answers->lines.len);
		unix_end(request);
	}
	clear(answers);
}

/* A client that has left must not keep others waiting. */
static void
on_look(void *arg)
{
	struct answers *answers = arg;

	if (answers->request == NULL)
		return;
	timer_set(answers->look, LOOK_MS);
	if (unix_put(answers->request, "", 0) == -1 ||
	    put_progress(answers) == -1)
		answers_drop(answers);
}

/* What a dry run shows is for a program, and it is not long. */
static int
put_progress(struct answers *answers)
{
	uint64_t fetched = 0;
	struct source *source;
	struct source_stats stats;
	const char *name;
	char *line;
	int result;

	if (answers->dry != NULL || ++answers->looks % PROGRESS_LOOKS != 0)
		return 0;
	for (size_t i = 0;; i++) {
		source = fleet_source(answers->fleet, i, &name);
		if (source == NULL)
			break;
		source_stats(source, &stats);
		fetched += stats.fetched;
	}
	line = xasprintf("%zu %s still polled, fetched %" PRIu64
	                 " since start so far\n",
	    answers->waiting,
	    answers->waiting == 1 ? "source is" : "sources are", fetched);
	result = unix_put(answers->request, line, strlen(line));
	free(line);
	return result == -1 ? -1 : unix_flush(answers->request);
}

static void
clear(struct answers *answers)
{
	timer_cancel(answers->timer);
	answers->generation++;
	if (answers->dry != NULL)
		source_leave(answers->dry);
	source_free(answers->dry);
	answers->dry = NULL;
	free(answers->dry_name);
	answers->dry_name = NULL;
	answers->waiting = 0;
	answers->looks = 0;
	answers->failed = false;
	buf_clear(&answers->lines);
	buf_init(&answers->lines, DRY_MAX_BYTES);
}
