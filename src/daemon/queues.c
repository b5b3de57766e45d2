/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dropping goes a slice at a turn of the loop, each a transaction: what was
 * dropped is dropped, should the daemon end between two of them.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "conf/units.h"
#include "daemon/fleet_parts.h"
#include "daemon/gaps.h"
#include "daemon/pauses.h"
#include "daemon/queues.h"
#include "daemon/starts.h"
#include "daemon/trials.h"
#include "deliver/sender_habits.h"
#include "io/log.h"
#include "io/timer.h"
#include "io/unix.h"
#include "spool/queue.h"
#include "spool/turn.h"

#define PEEK_DEFAULT 10
/* Records of a queue, and octets of the answer but for its last record: it is
 * made in one turn of the loop. */
#define PEEK_MAX 1000
#define PEEK_MIB 4
#define LIST_MAX (1U << 20)

struct drop {
	struct queues *queues;
	struct unix_request *request;
	struct queue *queue;
	const char *name; /* the spool's */
	uint64_t end;
	uint64_t records;     /* that went by it */
	uint64_t waits_since; /* see spool/turn.h */
	bool keep;            /* the destination is in use: the queue stays */
	struct timer *timer;
	LIST_ENTRY(drop) next;
};

struct queues {
	struct fleet *fleet;
	struct trials *trials;
	LIST_HEAD(, drop) drops;
};

/* What peeking hands from record to record. */
struct peek {
	struct unix_request *request;
	int64_t left; /* of this queue */
	size_t bytes;
	bool cut; /* there was more than may be shown */
};

static struct queue *find(
    struct queues *queues, const char *name, const char **ret_name);
static uint64_t abandoned_in(
    const struct queues *queues, struct queue *queue, const char *name);
static const char *use_of(const struct queues *queues, const char *name);
static void put_line(struct buf *out, const char *name, const char *use,
    const struct queue_stat *stat);
static int read_words(
    const char *words, char name[UNIX_LINE_MAX], const char **ret_second);
static int peek_one(
    struct queue *queue, struct peek *peek, int64_t count, struct err *err);
static queue_read_fn on_record;
static void end_peek(const struct peek *peek);
static bool is_dropped(const struct queues *queues, const struct queue *queue);
static void start_drop(struct queues *queues, struct queue *queue,
    const char *name, bool keep, struct unix_request *request);
static void on_slice(void *arg);
static int end_drop(struct drop *drop, struct err *err);
static int remove_queue(struct drop *drop, struct err *err);
static void drop_free(struct drop *drop);

struct queues *
queues_new(struct fleet *fleet, struct trials *trials)
{
	struct queues *queues = xcalloc(1, sizeof(*queues));

	queues->fleet = fleet;
	queues->trials = trials;
	LIST_INIT(&queues->drops);
	return queues;
}

void
queues_free(struct queues *queues)
{
	if (queues == NULL)
		return;
	while (!LIST_EMPTY(&queues->drops)) {
		struct drop *drop = LIST_FIRST(&queues->drops);

		unix_fail(drop->request, "failed",
		    "cefd stops; ask again once it runs");
		drop_free(drop);
	}
	free(queues);
}

void
queues_warn(struct queues *queues)
{
	struct queue *queue;
	const char *name;
	uint64_t waiting;

	for (unsigned i = 0;
	     (queue = queue_nth(queues->fleet->spool, i, &name)) != NULL; i++) {
		waiting = abandoned_in(queues, queue, name);
		if (waiting == 0)
			continue;
		log_warn("spool",
		    "%" PRIu64 " records wait for a destination that is not "
		    "configured, and count towards the quota: configure it "
		    "again, or \"cefctl queue drop %s\"",
		    waiting, name);
	}
}

uint64_t
queues_abandoned(const struct queues *queues)
{
	struct queue *queue;
	const char *name;
	uint64_t sum = 0;

	for (unsigned i = 0;
	     (queue = queue_nth(queues->fleet->spool, i, &name)) != NULL; i++)
		sum += abandoned_in(queues, queue, name);
	return sum;
}

/* Records of a queue whose destination is gone. */
static uint64_t
abandoned_in(const struct queues *queues, struct queue *queue, const char *name)
{
	struct queue_stat stat;

	if (queue_is_empty(queue) ||
	    strcmp(use_of(queues, name), "abandoned") != 0 ||
	    queue_stat(queue, &stat, NULL) == -1)
		return 0;
	return stat.next - stat.head;
}

void
queues_list(struct queues *queues, struct unix_request *request)
{
	struct queue_stat stat;
	struct queue *queue;
	const char *name;
	struct buf out;
	struct err err;
	unsigned i;

	buf_init(&out, LIST_MAX);
	(void)buf_printf(&out, "%-20s  %-9s  %10s  %9s  %9s  %s\n", "QUEUE",
	    "STATE", "RECORDS", "DISK", "SET ASIDE", "OLDEST");
	for (i = 0;; i++) {
		queue = queue_nth(queues->fleet->spool, i, &name);
		if (queue == NULL)
			break;
		if (queue_stat(queue, &stat, &err) == -1)
			break;
		put_line(&out, name, use_of(queues, name), &stat);
	}
	if (queue == NULL) {
		(void)unix_put(request, out.data, out.len);
		unix_end(request);
	} else {
		unix_fail(request, "failed",
		    "queue \"%s\" cannot be read: %s; \"cefctl status\" says "
		    "how many records wait",
		    name, err.text);
	}
	buf_clear(&out);
}

void
queues_peek(
    struct queues *queues, const char *words, struct unix_request *request)
{
	char wanted[UNIX_LINE_MAX];
	const char *second, *name;
	struct peek peek = {.request = request};
	int64_t count = PEEK_DEFAULT;
	struct queue *queue;
	struct err err;
	unsigned i, seen = 0;

	if (read_words(words, wanted, &second) == -1 ||
	    (second[0] != '\0' &&
	        units_read_int(text_of(second), &count) == -1) ||
	    count < 1 || count > PEEK_MAX) {
		unix_fail(
		    request, "usage", "how many? -n takes 1 to %d", PEEK_MAX);
		return;
	}
	for (i = 0;; i++) {
		queue = queue_nth(queues->fleet->spool, i, &name);
		if (queue == NULL)
			break;
		if (strcmp(wanted, "-") != 0 && strcmp(wanted, name) != 0)
			continue;
		seen++;
		if (peek_one(queue, &peek, count, &err) == -1) {
			unix_fail(request, "failed", "%s", err.text);
			return;
		}
	}
	if (seen == 0)
		unix_fail(request, "unknown",
		    "no such queue: %s (cefctl queue list has them)", wanted);
	else
		end_peek(&peek);
}

void
queues_drop(
    struct queues *queues, const char *words, struct unix_request *request)
{
	char wanted[UNIX_LINE_MAX];
	const char *second, *name, *use;
	struct queue *queue;

	if (read_words(words, wanted, &second) == -1) {
		unix_fail(
		    request, "usage", "which queue? (queue list has them)");
		return;
	}
	queue = find(queues, wanted, &name);
	if (queue == NULL) {
		unix_fail(request, "unknown",
		    "no such queue: %s (cefctl queue list has them)", wanted);
		return;
	}
	use = use_of(queues, name);
	if (strcmp(use, "abandoned") != 0 && strcmp(second, "force") != 0) {
		unix_fail(request, "usage",
		    "%s is %s (--force drops what waits all the same)", name,
		    strcmp(use, "leaving") == 0 ? "ending its last session"
		                                : "in the configuration");
		return;
	}
	if (is_dropped(queues, queue)) {
		unix_fail(request, "failed",
		    "%s is being dropped already (cefctl queue list shows how "
		    "far it is)",
		    name);
		return;
	}
	start_drop(queues, queue, name, strcmp(use, "abandoned") != 0, request);
}

static bool
is_dropped(const struct queues *queues, const struct queue *queue)
{
	const struct drop *drop;

	LIST_FOREACH(drop, &queues->drops, next)
	if (drop->queue == queue)
		return true;
	return false;
}

static void
start_drop(struct queues *queues, struct queue *queue, const char *name,
    bool keep, struct unix_request *request)
{
	struct drop *drop = xcalloc(1, sizeof(*drop));

	drop->queues = queues;
	drop->request = request;
	drop->queue = queue;
	drop->name = name;
	drop->keep = keep;
	drop->end = queue_next(queue);
	drop->timer = timer_new(queues->fleet->loop, on_slice, drop);
	LIST_INSERT_HEAD(&queues->drops, drop, next);
	timer_set(drop->timer, 0);
}

static struct queue *
find(struct queues *queues, const char *name, const char **ret_name)
{
	struct queue *queue;

	for (unsigned i = 0;; i++) {
		queue = queue_nth(queues->fleet->spool, i, ret_name);
		if (queue == NULL || strcmp(*ret_name, name) == 0)
			return queue;
	}
}

/* "leaving" is one whose last session has not ended yet. */
static const char *
use_of(const struct queues *queues, const char *name)
{
	const struct conf *conf = queues->fleet->conf;
	const struct destination *d;

	for (size_t i = 0; i < conf->destination_count; i++)
		if (strcmp(conf->destinations[i].name, name) == 0)
			return conf->destinations[i].enabled ? "in use"
			                                     : "disabled";
	TAILQ_FOREACH(d, &queues->fleet->destinations, next)
	if (!d->stopped && strcmp(d->section->name, name) == 0)
		return "leaving";
	return "abandoned";
}

static void
put_line(struct buf *out, const char *name, const char *use,
    const struct queue_stat *stat)
{
	char oldest[RFC3339_MS_LEN + 1] = "-";
	char disk[32];

	if (stat->oldest_ms != 0)
		rfc3339_ms(oldest, stat->oldest_ms);
	(void)snprintf(
	    disk, sizeof(disk), "%.1f MiB", (double)stat->bytes / (1 << 20));
	(void)buf_printf(out,
	    "%-20s  %-9s  %10" PRIu64 "  %9s  %9" PRIu64 "  %s\n", name, use,
	    stat->next - stat->head, disk, stat->set_aside, oldest);
}

/* The first, and what stands behind it, or "". */
static int
read_words(const char *words, char name[UNIX_LINE_MAX], const char **ret_second)
{
	size_t len = strcspn(words, " ");

	if (len == 0 || len >= UNIX_LINE_MAX)
		return -1;
	memcpy(name, words, len);
	name[len] = '\0';
	*ret_second = words + len + (words[len] == ' ');
	return 0;
}

static int
peek_one(struct queue *queue, struct peek *peek, int64_t count, struct err *err)
{
	uint64_t at = 0;

	peek->left = count;
	while (peek->left > 0 && at < queue_next(queue))
		if (queue_read(queue, at, on_record, peek, &at, err) == -1)
			return -1;
	return 0;
}

static bool
on_record(uint64_t number, const char *data, size_t len, void *arg)
{
	struct peek *peek = arg;

	(void)number;
	if (peek->left <= 0)
		return false;
	peek->cut = peek->bytes >= (size_t)PEEK_MIB << 20;
	/* Who is gone gets no more, either. */
	if (peek->cut || unix_put(peek->request, data, len) == -1 ||
	    unix_put(peek->request, "\n", 1) == -1)
		peek->left = 0;
	else
		peek->left--;
	peek->bytes += len + 1;
	return peek->left > 0;
}

static void
end_peek(const struct peek *peek)
{
	if (!peek->cut) {
		unix_end(peek->request);
		return;
	}
	(void)unix_flush(peek->request);
	unix_fail(peek->request, "failed",
	    "there is more, but %d MiB are shown at the most: ask for fewer, "
	    "or for one queue",
	    PEEK_MIB);
}

static void
on_slice(void *arg)
{
	struct drop *drop = arg;
	struct queue_stat stat;
	struct err err;
	uint64_t to;

	if (!queue_may_sync(drop->queue, &drop->waits_since)) {
		timer_set(drop->timer, 0);
		return;
	}
	if (queue_stat(drop->queue, &stat, &err) == -1)
		goto fail;
	to = stat.head;
	if (to < drop->end) {
		if (queue_release_some(drop->queue, drop->end, &to, &err) == -1)
			goto fail;
		drop->records += to - stat.head;
		trials_dropped(drop->queues->trials, drop->name, stat.head, to);
	}
	if (to < drop->end) {
		timer_set(drop->timer, 0);
		return;
	}
	FAULT_POINT("drop-released");
	if (end_drop(drop, &err) == -1)
		goto fail;
	FAULT_POINT("drop-ended");
	drop_free(drop);
	return;
fail:
	unix_fail(drop->request, "failed", "%s", err.text);
	drop_free(drop);
}

static int
end_drop(struct drop *drop, struct err *err)
{
	struct fleet *fleet = drop->queues->fleet;
	char line[128];
	int len;

	/* A reload may have brought the destination back meanwhile. */
	drop->keep |=
	    strcmp(use_of(drop->queues, drop->name), "abandoned") != 0;
	if (!drop->keep && remove_queue(drop, err) == -1)
		return -1;
	log_info("spool", "dropped by hand: %" PRIu64 " records queue=%s",
	    drop->records, drop->name);
	len = snprintf(
	    line, sizeof(line), "%" PRIu64 " records dropped\n", drop->records);
	(void)unix_put(drop->request, line, (size_t)len);
	unix_end(drop->request);
	fleet_released(fleet);
	return 0;
}

/* A destination of that name will be a new one: neither paused, nor with a
 * past, nor are the habits of its servers known. */
static int
remove_queue(struct drop *drop, struct err *err)
{
	static const char *const rooms[] = {
	    PAUSES_ROWS, STARTS_ROWS, GAPS_ROWS, SENDER_HABITS_ROWS};
	enum { ROOMS = sizeof(rooms) / sizeof(rooms[0]) };
	char *names[ROOMS + 1] = {NULL};
	int result;

	for (size_t i = 0; i < ROOMS; i++)
		names[i] = xasprintf("%s%s", rooms[i], drop->name);
	result = queue_remove(drop->queue, (const char *const *)names, err);
	for (size_t i = 0; i < ROOMS; i++)
		free(names[i]);
	return result;
}

static void
drop_free(struct drop *drop)
{
	LIST_REMOVE(drop, next);
	timer_free(drop->timer);
	free(drop);
}
