/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of the table for each state that is not as it should be; the rest are
 * questions to the figures. What ends by itself soon is not told.
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/expiry.h"
#include "daemon/attention.h"
#include "daemon/silence.h"
#include "daemon/stats.h"
#include "daemon/stats_words.h"

#define SKEW_MS 10000
/* A title, and what tells whose it is. */
#define NAME_SIZE 320
#define NEXT_MAX 600
/* A receiver that keeps up has nothing so old. */
#define OLD_MS INT64_C(900000)

/* Who is told, and how often that was. */
struct teller {
	char name[NAME_SIZE];
	attention_fn *fn;
	void *arg;
	unsigned count;
};

/* What a stream's state means; the source's name is put behind `next`. */
struct meaning {
	const char *state;
	bool is_urgent;
	const char *next;
};

static const struct meaning meanings[] = {
    {"denied", true,
        "put a good token into token-file, it is read at the next poll: "
        "cefctl poll"},
    {"unlicensed", false,
        "take it out of \"streams\" and reload, or ask Abnormal for the "
        "licence of"},
    {"failing", true,
        "it is tried again by itself; to see which step fails: cefctl test"},
    {"backing-off", true,
        "it is tried again by itself; to see which step fails: cefctl test"},
    {"paused", false, "to go on: cefctl resume"},
    /* A new try after one that failed. */
    {"polling", true,
        "it is being tried again; to see which step fails: cefctl test"},
};

static const struct meaning forbidden = {"denied", true,
    "look whether this machine's address is on the portal's IP allow-list and "
    "what the token may read, then: cefctl test"};

static const struct meaning too_many = {"backing-off", false,
    "it goes on by itself; if that happens often, lower requests-per-minute "
    "of"};

static const struct meaning *meaning_of(const char *state, const char *error);
static bool is_told(const struct stats_source *s, size_t i);
static bool is_shared(const struct stats_source *s, size_t i);
static void tell_state(
    struct teller *t, const char *stream, const char *state, const char *error);
static void tell_silence(struct teller *t, const struct stats_source *s);
static void tell_failing(struct teller *t, const struct stats_source *s);
static void tell_token(
    struct teller *t, const struct stats_source *s, int64_t now_ms);
static void tell_doubts(struct teller *t, const struct stats_source *s);
static void tell_slow(
    struct teller *t, const struct stats_destination *d, int64_t now_ms);
static void tell(struct teller *t, bool is_urgent, const char *next,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static bool is_word(const char *text);

unsigned
attention_to_all(const struct stats *stats, attention_fn *fn, void *arg)
{
	unsigned count = attention_to_spool(stats, fn, arg);

	for (size_t i = 0; i < stats->destination_count; i++)
		count += attention_to_destination(
		    &stats->destinations[i], stats->now_ms, fn, arg);
	for (size_t i = 0; i < stats->source_count; i++)
		count += attention_to_source(
		    &stats->sources[i], stats->now_ms, fn, arg);
	return count;
}

unsigned
attention_to_spool(const struct stats *stats, attention_fn *fn, void *arg)
{
	struct teller t = {"cefd", fn, arg, 0};
	char quota[32];

	stats_put_size(quota, sizeof(quota), stats->spool_quota);
	if (stats->stopping)
		tell(&t, true, "wait, and see whether it is started again",
		    "cefd is stopping");
	if (stats->spool_failure != NULL)
		tell(&t, true,
		    "look at the disk and the log; it goes on by itself once "
		    "the disk does",
		    "the spool cannot be written, so nothing is fetched: %s",
		    stats->spool_failure);
	else if (stats->spool_full)
		tell(&t, true,
		    "see who does not take his records (cefctl queue list), or "
		    "raise \"quota\" and reload",
		    "the spool has reached its %s, so polling waits for room",
		    quota);
	if (stats->spool_gone)
		tell(&t, true,
		    "let what waits be sent (cefctl queue list), then stop "
		    "cefd and put back what was there",
		    "the spool's file is not in its folder any more: what is "
		    "in it may be lost when cefd stops");
	if (stats->listener_failure != NULL)
		tell(&t, false,
		    "it is tried again by itself; or set \"listen\" to another "
		    "address, and reload",
		    "no status listener, so no metrics: %s",
		    stats->listener_failure);
	if (stats->spool_abandoned != 0)
		tell(&t, false,
		    "cefctl queue list shows which; configure it again, or: "
		    "cefctl queue drop NAME",
		    "%" PRIu64 " records wait for a destination that is not "
		    "configured",
		    stats->spool_abandoned);
	if (stats->spool_damaged != 0)
		tell(&t, false,
		    "check the disk; the log says what each of them means",
		    "%" PRIu64 " rows of the spool were found damaged since "
		    "the start",
		    stats->spool_damaged);
	return t.count;
}

unsigned
attention_to_source(
    const struct stats_source *s, int64_t now_ms, attention_fn *fn, void *arg)
{
	struct teller t = {"", fn, arg, 0};

	(void)snprintf(t.name, sizeof(t.name), "%s%s",
	    s->is_shared ? "source/" : "", s->sum.name);
	if (s->stream_count == 0)
		tell_state(&t, NULL, s->sum.state, s->sum.last_error);
	for (size_t i = 0; i < s->stream_count; i++)
		if (!is_told(s, i))
			tell_state(&t,
			    is_shared(s, i) ? NULL : s->streams[i].name,
			    s->streams[i].state, s->streams[i].last_error);
	tell_silence(&t, s);
	tell_failing(&t, s);
	/* Its end is by the API's clock. */
	tell_token(&t, s, now_ms - s->skew_ms);
	tell_doubts(&t, s);
	return t.count;
}

unsigned
attention_to_destination(const struct stats_destination *d, int64_t now_ms,
    attention_fn *fn, void *arg)
{
	struct teller t = {"", fn, arg, 0};
	char next[NEXT_MAX], text[STATS_WARNING_MAX];
	bool is_paused = strcmp(d->state, "paused") == 0;

	(void)snprintf(t.name, sizeof(t.name), "%s%s",
	    d->is_shared ? "destination/" : "", d->name);
	if (is_paused) {
		(void)snprintf(
		    next, sizeof(next), "to go on: cefctl resume %s", t.name);
		tell(&t, false, next, "paused; %" PRIu64 " records wait",
		    d->queued);
	} else if (is_word(d->last_error)) {
		(void)snprintf(next, sizeof(next),
		    "records are kept meanwhile; to see which step fails: "
		    "cefctl test %s",
		    t.name);
		tell(&t, true, next, "%s", d->last_error);
	} else {
		tell_slow(&t, d, now_ms);
	}
	for (size_t i = 0; stats_warning(d, now_ms, i, text); i++)
		tell(&t, false,
		    "have it renewed; cefd takes changed files by itself", "%s",
		    text);
	if (d->set_aside != 0)
		tell(&t, false,
		    "check the disk; cefctl replay fetches what the API still "
		    "has",
		    "%" PRIu64
		    " records were damaged on the disk and perhaps not sent",
		    d->set_aside);
	return t.count;
}

/* NULL: nothing wrong with that. */
static const struct meaning *
meaning_of(const char *state, const char *error)
{
	if (strcmp(state, "polling") == 0 && !is_word(error))
		return NULL;
	if (strcmp(state, "backing-off") == 0 && is_word(error) &&
	    strncmp(error, "HTTP 429", 8) == 0)
		return &too_many;
	if (strcmp(state, "denied") == 0 && is_word(error) &&
	    strncmp(error, "HTTP 403", 8) == 0)
		return &forbidden;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strcmp(meanings[i].state, state) == 0)
			return &meanings[i];
	return NULL;
}

/* A stream before it has the same trouble. */
static bool
is_told(const struct stats_source *s, size_t i)
{
	const struct stats_stream *one = &s->streams[i];
	const char *error = is_word(one->last_error) ? one->last_error : "";

	for (size_t k = 0; k < i; k++) {
		const struct stats_stream *other = &s->streams[k];

		if (strcmp(other->state, one->state) == 0 &&
		    strcmp(is_word(other->last_error) ? other->last_error : "",
		        error) == 0)
			return true;
	}
	return false;
}

/* All streams are in the state of the i-th: it is the source's. */
static bool
is_shared(const struct stats_source *s, size_t i)
{
	for (size_t k = 0; k < s->stream_count; k++)
		if (strcmp(s->streams[k].state, s->streams[i].state) != 0)
			return false;
	return true;
}

static void
tell_state(
    struct teller *t, const char *stream, const char *state, const char *error)
{
	const struct meaning *m = meaning_of(state, error);
	char next[NEXT_MAX];

	if (m == NULL)
		return;
	(void)snprintf(next, sizeof(next), "%s %s", m->next, t->name);
	tell(t, m->is_urgent, next, "%s%s%s%s%s", stream != NULL ? stream : "",
	    stream != NULL ? ": " : "", state, is_word(error) ? ": " : "",
	    is_word(error) ? error : "");
}

/* Whatever its streams' states are called. */
static void
tell_silence(struct teller *t, const struct stats_source *s)
{
	char span[32], next[NEXT_MAX];

	if (t->count != 0 ||
	    !silence_is_trouble(s->silence_ms, s->poll_interval_ms))
		return;
	stats_put_span(span, sizeof(span), s->silence_ms);
	(void)snprintf(next, sizeof(next),
	    "to see which step fails: cefctl test %s", t->name);
	tell(t, true, next, "no poll of a stream has succeeded for %s", span);
}

/* The lists are answered, and yet something is missing. */
static void
tell_failing(struct teller *t, const struct stats_source *s)
{
	char span[32], next[NEXT_MAX];

	if (!failing_is_trouble(s->sum.failing_ms))
		return;
	stats_put_span(span, sizeof(span), s->sum.failing_ms);
	(void)snprintf(next, sizeof(next),
	    "it is tried again by itself; to see what is refused: cefctl test "
	    "%s",
	    t->name);
	tell(t, true, next, "some cannot be fetched, for %s by now%s%s", span,
	    is_word(s->sum.retry_error) ? ": " : "",
	    is_word(s->sum.retry_error) ? s->sum.retry_error : "");
}

static void
tell_token(struct teller *t, const struct stats_source *s, int64_t now_ms)
{
	int64_t left_ms = s->token_expires_ms - now_ms;
	char span[32];

	if (s->token_expires_ms == 0 || expiry_due(left_ms) < 0)
		return;
	stats_put_span(span, sizeof(span), left_ms > 0 ? left_ms : -left_ms);
	tell(t, left_ms <= 0,
	    "make a new one in Abnormal's portal and put it into token-file; "
	    "cefd reads it by itself",
	    left_ms > 0 ? "its token expires in %s"
	                : "its token expired %s ago",
	    span);
}

static void
tell_doubts(struct teller *t, const struct stats_source *s)
{
	int64_t skew_ms = s->skew_ms < 0 ? -s->skew_ms : s->skew_ms;
	char span[32];

	if (s->sum.given_up != 0)
		tell(t, false,
		    "their ids are in the log, each with its reason (\"given "
		    "up\")",
		    "%" PRIu64 " documents were given up since the start",
		    s->sum.given_up);
	if (skew_ms < SKEW_MS)
		return;
	stats_put_span(span, sizeof(span), skew_ms);
	tell(t, false, "have it set by NTP; cefd goes by the API's meanwhile",
	    "this machine's clock is %s %s the API's", span,
	    s->skew_ms < 0 ? "behind" : "ahead of");
}

/* No error, and yet it does not get less. */
static void
tell_slow(struct teller *t, const struct stats_destination *d, int64_t now_ms)
{
	char span[32];

	if (d->oldest_queued_ms == 0 || d->drain.ends_in_ms != 0 ||
	    now_ms - d->oldest_queued_ms < OLD_MS)
		return;
	stats_put_span(span, sizeof(span), now_ms - d->oldest_queued_ms);
	tell(t, false,
	    "look at the receiver's load, and at \"rate\" and "
	    "\"session-records\"",
	    "it takes less than comes in: the oldest record waits for %s",
	    span);
}

static void
tell(struct teller *t, bool is_urgent, const char *next, const char *fmt, ...)
{
	struct attention item = {.is_urgent = is_urgent, .name = t->name};
	va_list ap;

	t->count++;
	if (t->fn == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(item.what, sizeof(item.what), fmt, ap);
	va_end(ap);
	(void)snprintf(item.next, sizeof(item.next), "%s", next);
	t->fn(&item, t->arg);
}

static bool
is_word(const char *text)
{
	return text != NULL && text[0] != '\0';
}
