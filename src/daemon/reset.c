/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing is taken over from the old spool: a file that is damaged in one place
 * may be in others. So what is lost, and what comes again, is told as exactly
 * as the file still lets it be known. A spool that is well stays where it is.
 *
 * A process of its own looks at it, since a fault may end that one.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "daemon/reset.h"
#include "daemon/settings.h"
#include "io/log.h"
#include "spool/aside.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define LOST_MAX 350 /* octets of a queue's line */

/* What both processes have. */
struct finding {
	bool
	    is_open; /* `waiting` and `text` are known; otherwise `why` may be */
	bool is_well;
	struct err why;
	uint64_t waiting;
	size_t len;
	char text[QUEUE_COUNT_MAX * LOST_MAX];
};

static int reset(const struct conf *conf, struct finding *finding);
static int look(const struct conf *conf, struct finding *finding);
static void look_alone(const struct conf *conf, struct finding *finding);
static bool is_curable(const struct err *why);
static void note_queues(struct spool *spool, struct finding *finding);
static int refuse(int status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void tell_again(const struct conf_source *source);
static void put_since(
    const struct conf_source *source, char ret[RFC3339_SEC_LEN + 1]);

int
reset_spool(const char *config)
{
	struct conf *conf = settings_load(config);
	struct finding *finding;
	int status;

	if (conf == NULL)
		return EX_CONFIG;
	finding = mmap(NULL, sizeof(*finding), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (finding == MAP_FAILED) {
		status = refuse(EX_OSERR, "no memory: try again");
	} else {
		status = reset(conf, finding);
		(void)munmap(finding, sizeof(*finding));
	}
	conf_unref(conf);
	return status;
}

void
reset_tell_new(const struct conf *conf)
{
	char since[RFC3339_SEC_LEN + 1];

	log_info("spool",
	    "there is no spool in %s yet, so an empty one is begun; if one "
	    "should be there, stop cefd and see whether its disk is mounted",
	    conf->spool_path);
	for (size_t i = 0; i < conf->source_count; i++) {
		put_since(&conf->sources[i], since);
		log_info("intake",
		    "what was received since %s is fetched source=%s", since,
		    conf->sources[i].name);
	}
}

static int
reset(const struct conf *conf, struct finding *finding)
{
	struct err err;
	char *name;

	if (spool_find(conf->spool_path, &err) == -1)
		return refuse(EX_USAGE, "%s", err.text);
	if (look(conf, finding) == -1)
		return refuse(EX_OSERR, "no process to look at it: try again");
	if (finding->is_well)
		return refuse(EX_USAGE,
		    "the spool in %s is well, and %" PRIu64
		    " records wait in it: nothing was done; to begin an empty "
		    "one all the same, stop cefd and move that folder aside "
		    "yourself",
		    conf->spool_path, finding->waiting);
	if (is_curable(&finding->why))
		return refuse(EX_NOPERM,
		    "the spool in %s may be well: %s; nothing was done: mend "
		    "that, as root, or as the user that cefd runs as",
		    conf->spool_path, finding->why.text);
	/* Why it cannot be opened, and what to do, the daemon said at its
	 * start. */
	(void)fputs(finding->is_open
	        ? finding->text
	        : "what waited in the spool is not known, since it cannot be "
	          "opened\n",
	    stdout);
	if (spool_set_aside(conf->spool_path, &name, &err) == -1)
		return refuse(err.code == ERR_DENIED ? EX_NOPERM : EX_CANTCREAT,
		    "%s", err.text);
	(void)printf(
	    "the spool is now %s; the next start begins an empty one\n", name);
	for (size_t i = 0; i < conf->source_count; i++)
		tell_again(&conf->sources[i]);
	(void)puts("a source or destination that was paused is not any more: "
	           "pause it again after the start");
	free(name);
	return EX_OK;
}

/* -1 when nobody could look. */
static int
look(const struct conf *conf, struct finding *finding)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		look_alone(conf, finding);
		_exit(EX_OK);
	}
	return pid != -1 && waitpid(pid, &status, 0) == pid ? 0 : -1;
}

static void
look_alone(const struct conf *conf, struct finding *finding)
{
	const struct rlimit none = {0, 0};
	struct spool *spool;

	/* A fault is expected, and its core would hold records. */
	(void)setrlimit(RLIMIT_CORE, &none);
	if (spool_open(&spool, conf->spool_path, conf->spool_quota,
	        &finding->why) == -1)
		return;
	note_queues(spool, finding);
	finding->is_open = true;
	if (spool_look_through(spool, NULL) == 0)
		finding->is_well = true;
	spool_close(spool);
}

/* It is this process that lacks something. */
static bool
is_curable(const struct err *why)
{
	static const int errors[] = {ENOMEM, EMFILE, ENFILE, EROFS};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (why->code != ERR_NONE &&
		    strstr(why->text, strerror(errors[i])) != NULL)
			return true;
	return why->code == ERR_DENIED || why->code == ERR_AGAIN;
}

static void
note_queues(struct spool *spool, struct finding *finding)
{
	struct queue *queue;
	const char *name;

	for (unsigned i = 0;; i++) {
		queue = queue_nth(spool, i, &name);
		if (queue == NULL)
			return;
		if (queue_is_empty(queue))
			continue;
		finding->waiting += queue_waiting(queue);
		finding->len +=
		    (size_t)snprintf(finding->text + finding->len, LOST_MAX,
		        "%" PRIu64
		        " records that waited for %s are not sent from it\n",
		        queue_waiting(queue), name);
	}
}

static int
refuse(int status, const char *fmt, ...)
{
	va_list ap;

	(void)fputs("cefd: --spool-reset: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return status;
}

static void
tell_again(const struct conf_source *source)
{
	char since[RFC3339_SEC_LEN + 1];

	put_since(source, since);
	(void)printf(
	    "source %s: what was received since %s is fetched again and "
	    "sent again; what is older, and was not delivered, is not "
	    "(set its start further back for that)\n",
	    source->name, since);
}

static void
put_since(const struct conf_source *source, char ret[RFC3339_SEC_LEN + 1])
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	rfc3339_sec(ret,
	    source->start_ms != 0
	        ? source->start_ms
	        : (int64_t)now.tv_sec * 1000 - source->start_ago_ms);
}
