/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words are taken apart here, and the end is told.
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
#include "io/unix.h"

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
static void on_done(uint64_t records, const char *error, void *arg);

void
replays_start(struct fleet *fleet, const char *words, int64_t now_ms,
    struct unix_request *request)
{
	struct wish wish;
	struct err err;

	now_ms -= skew_of(fleet, words);

	if (read_wish(&wish, words, now_ms, &err) == -1)
		unix_fail(request, "usage", "%s", err.text);
	else if (fleet_replay(fleet, wish.source, wish.to, wish.since_ms / 1000,
	             wish.until_ms / 1000, on_done, request, &err) == -1)
		unix_fail(request, err.code == ERR_BAD ? "unknown" : "busy",
		    "%s", err.text);
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
		    "there is no time between %s and %s", since,
		    until[0] != '\0' ? until : "now");
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

	if (units_read_duration(text_of(word), &ago_ms) == 0 && ago_ms < now_ms)
		*ret_ms = now_ms - ago_ms;
	else if (rfc3339_parse(text_of(word), ret_ms) == -1 &&
	    rfc3339_parse(text_of(midnight), ret_ms) == -1)
		result = err_set(err, ERR_BAD,
		    "\"%s\" is neither a time like 2027-01-31T10:20:30Z, nor "
		    "a date, nor a duration like 24h",
		    word);
	free(midnight);
	return result;
}

static void
on_done(uint64_t records, const char *error, void *arg)
{
	struct unix_request *request = arg;
	char *line;

	if (error != NULL) {
		unix_fail(request, "failed",
		    "%s (%" PRIu64 " records were sent again)", error, records);
		return;
	}
	line = xasprintf("%" PRIu64 " records are sent again\n", records);
	(void)unix_put(request, line, strlen(line));
	unix_end(request);
	free(line);
}
