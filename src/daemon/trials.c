/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trial looks now and then whether its record has left the queue. Unless it
 * was dropped, which is told here, that is true only when the session that
 * carried it was confirmed, whoever began it, and a destination that is stopped
 * or changed meanwhile needs no care.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/trials.h"
#include "deliver/inspect.h"
#include "intake/marked.h"
#include "io/timer.h"
#include "io/unix.h"
#include "spool/queue.h"

#define LOOK_EVERY_MS 50
/* Beside what connecting and confirming may take. */
#define LIMIT_MS 15000

struct trial {
	struct trials *trials;
	struct unix_request *request;
	char *name; /* of the destination */
	uint64_t number;
	int64_t began_ms;
	int64_t limit_ms;
	struct timer *timer;
	LIST_ENTRY(trial) next;
};

struct trials {
	struct fleet *fleet;
	LIST_HEAD(, trial) all;
};

static void on_look(void *arg);
static void tell_confirmed(struct trial *trial, const struct destination *d);
static void tell_waiting(struct trial *trial, const struct destination *d,
    const struct queue_stat *stat);
static void trial_free(struct trial *trial);

struct trials *
trials_new(struct fleet *fleet)
{
	struct trials *trials = xcalloc(1, sizeof(*trials));

	trials->fleet = fleet;
	LIST_INIT(&trials->all);
	return trials;
}

void
trials_free(struct trials *trials)
{
	if (trials == NULL)
		return;
	trials_drop(trials);
	free(trials);
}

void
trials_drop(struct trials *trials)
{
	while (!LIST_EMPTY(&trials->all)) {
		struct trial *trial = LIST_FIRST(&trials->all);

		unix_fail(trial->request, "stopping",
		    "the daemon is stopping: the record stays in the queue, "
		    "and goes out once it is started again");
		trial_free(trial);
	}
}

void
trials_dropped(
    struct trials *trials, const char *name, uint64_t from, uint64_t to)
{
	struct trial *trial = LIST_FIRST(&trials->all);

	while (trial != NULL) {
		struct trial *next = LIST_NEXT(trial, next);

		if (strcmp(trial->name, name) == 0 && trial->number >= from &&
		    trial->number < to) {
			unix_fail(trial->request, "failed",
			    "not confirmed: the record was dropped with the "
			    "queue: try again");
			trial_free(trial);
		}
		trial = next;
	}
}

void
trials_start(
    struct trials *trials, const char *name, struct unix_request *request)
{
	struct fleet *fleet = trials->fleet;
	struct destination *d = destination_find(fleet, name);
	struct trial *trial;
	uint64_t number;
	struct err err;

	if (d == NULL) {
		unix_fail(request, "unknown",
		    "no such destination: %s (cefctl names destinations lists "
		    "them)",
		    name);
		return;
	}
	if (marked_put(fleet->spool, d->queue, d->section, &d->sequence,
	        loop_wall_ms(fleet->loop), &number, &err) == -1) {
		unix_fail(request, "failed", "%s", err.text);
		return;
	}
	trial = xcalloc(1, sizeof(*trial));
	trial->trials = trials;
	trial->request = request;
	trial->name = xstrdup(name);
	trial->number = number;
	trial->began_ms = loop_now_ms(fleet->loop);
	trial->limit_ms = LIMIT_MS + inspect_record_ms(d->section);
	trial->timer = timer_new(fleet->loop, on_look, trial);
	LIST_INSERT_HEAD(&trials->all, trial, next);
	timer_set(trial->timer, d->paused ? 0 : LOOK_EVERY_MS);
	fleet->world.committed(fleet->world.arg);
}

static void
on_look(void *arg)
{
	struct trial *trial = arg;
	struct fleet *fleet = trial->trials->fleet;
	struct destination *d = destination_find(fleet, trial->name);
	int64_t spent_ms = loop_now_ms(fleet->loop) - trial->began_ms;
	struct queue_stat stat = {0};

	if (d == NULL || queue_stat(d->queue, &stat, NULL) == -1) {
		unix_fail(trial->request, "failed",
		    "the destination is gone or the spool cannot be read: "
		    "cefctl status shows which");
		trial_free(trial);
	} else if (stat.head > trial->number) {
		tell_confirmed(trial, d);
	} else if (d->paused || spent_ms >= trial->limit_ms) {
		tell_waiting(trial, d, &stat);
	} else {
		timer_set(trial->timer, LOOK_EVERY_MS);
	}
}

static void
tell_confirmed(struct trial *trial, const struct destination *d)
{
	struct fleet *fleet = trial->trials->fleet;
	int64_t spent_ms = loop_now_ms(fleet->loop) - trial->began_ms;
	char line[600 + INSPECT_DOUBT_MAX], doubt[INSPECT_DOUBT_MAX];
	struct sender_stats stats;
	enum step_mark mark;
	int len;

	sender_stats(d->sender, &stats);
	mark = inspect_doubt(d->section, &stats, doubt);
	len = snprintf(line, sizeof(line),
	    "confirmed by %s after %" PRId64 ".%03d s, server %s%s%s\n",
	    stats.confirm_level, spent_ms / 1000, (int)(spent_ms % 1000),
	    stats.server, mark != STEP_OK ? "; warning: " : "", doubt);
	if (mark == STEP_FAIL) {
		unix_fail(trial->request, "failed", "%s", doubt);
	} else {
		(void)unix_put(trial->request, line, (size_t)len);
		unix_end(trial->request);
	}
	trial_free(trial);
}

static void
tell_waiting(struct trial *trial, const struct destination *d,
    const struct queue_stat *stat)
{
	struct sender_stats stats;
	char doubt[INSPECT_DOUBT_MAX];
	bool has_error, talks;

	sender_stats(d->sender, &stats);
	/* One that talked before it hung up. */
	talks = inspect_doubt(d->section, &stats, doubt) == STEP_FAIL;
	has_error = stats.last_error[0] != '\0';
	unix_fail(trial->request, "failed",
	    "not confirmed: the destination is %s%s%s%s%s; the record stays in "
	    "the queue, behind %" PRIu64 " others: %s%s",
	    sender_state_str(stats.state), has_error ? ": " : "",
	    stats.last_error, talks ? ": " : "", talks ? doubt : "",
	    trial->number - stat->head,
	    d->paused ? "let it go on with cefctl resume destination/"
	              : "walk the way with cefctl test ",
	    trial->name);
	trial_free(trial);
}

static void
trial_free(struct trial *trial)
{
	LIST_REMOVE(trial, next);
	timer_free(trial->timer);
	free(trial->name);
	free(trial);
}
