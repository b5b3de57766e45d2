/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words are taken apart here; how far it is and the end are told. Lines on
 * the way keep the connection alive however long it takes.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/units.h"
#include "daemon/fleet.h"
#include "daemon/replays.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/unix.h"

#define PROGRESS_MS 10000

/* A replay that somebody waits for. */
struct wait {
	struct fleet *fleet;
	struct unix_request *request;
	struct timer *timer;
	char *source;
};

struct wish {
	char *words; /* of which the others are parts */
	const char *source;
	const char *to; /* NULL: all */
	int64_t since_ms, until_ms;
};

static int read_wish(
    struct wish *wish, const char *words, int64_t now_ms, struct err *err);
static int64_t skew_of(struct fleet *fleet, const char *words);
static char *next_word(char **rest);
static int read_time(
    const char *word, int64_t now_ms, int64_t *ret_ms, struct err *err);
static struct wait *wait_new(struct fleet *fleet, struct loop *loop,
    const char *source, struct unix_request *request);
static void wait_free(struct wait *wait);
static void on_progress(void *arg);
static void on_done(const struct replay_end *end, void *arg);

void
replays_start(struct fleet *fleet, struct loop *loop, const char *words,
    struct unix_request *request)
{
	int64_t now_ms = loop_wall_ms(loop) - skew_of(fleet, words);
	struct replay_wish span = {.since_s = 0};
	struct wait *wait;
	struct wish wish;
	struct err err;

	if (read_wish(&wish, words, now_ms, &err) == -1) {
		unix_fail(request, "usage", "%s", err.text);
		free(wish.words);
		return;
	}
	wait = wait_new(fleet, loop, wish.source, request);
	span.since_s = wish.since_ms / 1000;
	span.until_s = wish.until_ms / 1000;
	if (fleet_replay(fleet, wish.source, wish.to, &span, on_done, wait,
	        &err) == -1) {
		unix_fail(request,
		    err.code == ERR_BAD         ? "unknown"
		        : err.code == ERR_AGAIN ? "busy"
		                                : "failed",
		    "%s", err.text);
		wait_free(wait);
	}
	free(wish.words);
}

/* This machine's clock may be wrong; what counts is the API's. */
static int64_t
skew_of(struct fleet *fleet, const char *words)
{
	char *name = xstrndup(words, strcspn(words, " "));
	struct source *source = fleet_find_source(fleet, name);
	struct source_stats stats = {.skew_ms = 0};

	if (source != NULL)
		source_stats(source, &stats);
	free(name);
	return stats.skew_ms;
}

static int
read_wish(struct wish *wish, const char *words, int64_t now_ms, struct err *err)
{
	const char *since, *until, *to;
	char *rest;

	wish->words = xstrdup(words);
	rest = wish->words;
	wish->source = next_word(&rest);
	since = next_word(&rest);
	until = next_word(&rest);
	to = next_word(&rest);
	wish->to = to[0] == '\0' || strcmp(to, "-") == 0 ? NULL : to;
	wish->until_ms = now_ms;
	if (read_time(since, now_ms, &wish->since_ms, err) == -1)
		return -1;
	if (until[0] != '\0' && strcmp(until, "-") != 0 &&
	    read_time(until, now_ms, &wish->until_ms, err) == -1)
		return -1;
	/* What is to come has not been sent once. */
	if (wish->until_ms > now_ms)
		wish->until_ms = now_ms;
	if (wish->since_ms / 1000 >= wish->until_ms / 1000)
		return err_set(err, ERR_BAD,
		    "there is no time between %s and %s that has passed: "
		    "--since must be before --until, and before now",
		    since, strcmp(until, "-") != 0 ? until : "now");
	return 0;
}

/* "" when there is none. */
static char *
next_word(char **rest)
{
	char *word = *rest;
	size_t len = strcspn(word, " ");

	*rest = word + len;
	if (word[len] == ' ') {
		word[len] = '\0';
		(*rest)++;
	}
	return word;
}

/* An RFC 3339 time, a date, or how long ago. */
static int
read_time(const char *word, int64_t now_ms, int64_t *ret_ms, struct err *err)
{
	char *midnight = xasprintf("%.40sT00:00:00Z", word);
	int64_t ago_ms;
	int result = 0;
	bool is_ago = units_read_duration(text_of(word), &ago_ms) == 0;

	if (is_ago && ago_ms < now_ms)
		*ret_ms = now_ms - ago_ms;
	else if (is_ago)
		result = err_set(err, ERR_BAD,
		    "\"%s\" goes back before 1970: take a shorter time, or a "
		    "date",
		    word);
	else if (rfc3339_parse(text_of(word), ret_ms) == -1 &&
	    rfc3339_parse(text_of(midnight), ret_ms) == -1)
		result = err_set(err, ERR_BAD,
		    "\"%s\" is neither a time from 1970 on like "
		    "2027-01-31T10:20:30Z, nor a date, nor a duration like 24h",
		    word);
	free(midnight);
	return result;
}

static struct wait *
wait_new(struct fleet *fleet, struct loop *loop, const char *source,
    struct unix_request *request)
{
	struct wait *wait = xcalloc(1, sizeof(*wait));

	wait->fleet = fleet;
	wait->request = request;
	wait->source = xstrdup(source);
	wait->timer = timer_new(loop, on_progress, wait);
	timer_set(wait->timer, PROGRESS_MS);
	return wait;
}

static void
wait_free(struct wait *wait)
{
	timer_free(wait->timer);
	free(wait->source);
	free(wait);
}

static void
on_progress(void *arg)
{
	struct wait *wait = arg;
	struct source *source = fleet_find_source(wait->fleet, wait->source);
	struct source_stats stats;
	char *line;

	if (source == NULL)
		return;
	source_stats(source, &stats);
	line = xasprintf("%" PRIu64 " records so far\n", stats.replay.records);
	/* Who has left need not be told. */
	if (unix_put(wait->request, line, strlen(line)) == 0 &&
	    unix_flush(wait->request) == 0)
		timer_set(wait->timer, PROGRESS_MS);
	free(line);
}

static void
on_done(const struct replay_end *end, void *arg)
{
	struct wait *wait = arg;
	struct unix_request *request = wait->request;
	char *line;

	if (end->error != NULL)
		unix_fail(request, "failed",
		    "%s (%" PRIu64 " records were sent again): once cefctl "
		    "test %s is well, begin it again",
		    end->error, end->records, wait->source);
	else if (end->missing != NULL)
		unix_fail(request, "failed",
		    "%s (%" PRIu64 " records were sent again)", end->missing,
		    end->records);
	else {
		line = xasprintf(
		    "%" PRIu64 " records are sent again\n", end->records);
		(void)unix_put(request, line, strlen(line));
		unix_end(request);
		free(line);
	}
	wait_free(wait);
}
