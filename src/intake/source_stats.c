/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a source is. What its first stream is, it is: a stream that is refused
 * or not licensed must not make the others look ill.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "intake/account.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/health.h"
#include "intake/source_parts.h"
#include "intake/stream.h"

static void add(struct source_stats *sum, const struct poller_stats *one);
static bool is_left_out(
    const struct source_stats *sum, const struct poller_stats *one);
static void first_error(struct source_stats *sum);
static void longest_retry(struct source_stats *sum);
static void put_error(char ret[512], const struct source_stats *sum,
    const struct poller_stats *one, const char *error);

void
source_stats(const struct source *s, struct source_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < stream_count; i++) {
		struct poller_stats *one = &ret->streams[ret->stream_count];

		if (s->pollers[i] == NULL)
			continue;
		poller_stats(s->pollers[i], one);
		add(ret, one);
		ret->stream_count++;
	}
	if (ret->stream_count > 0)
		ret->state = ret->streams[0].state;
	ret->is_paused = s->is_paused;
	ret->requests = account_requests(s->account);
	ret->held_ms = account_held_ms(s->account);
	ret->skew_ms = account_skew_ms(s->account);
	ret->knows_time = account_knows_time(s->account);
	ret->lacks_time = account_lacks_time(s->account);
	ret->token_expires_ms = s->health != NULL
	    ? health_token_expires_ms(s->health)
	    : s->conf->token_expires_ms;
	replay_stats(s->replay, &ret->replay);
	first_error(ret);
	longest_retry(ret);
}

/* What it has gathered may not be committed yet. */
bool
source_has_begun(struct spool *spool, const char *name,
    const struct source *source, const struct stream *stream)
{
	struct source_stats stats = {.stream_count = 0};

	if (source != NULL)
		source_stats(source, &stats);
	for (size_t i = 0; i < stats.stream_count; i++)
		if (stats.streams[i].stream == stream &&
		    stats.streams[i].records > 0)
			return true;
	return cursors_exist(spool, name, stream);
}

static void
add(struct source_stats *sum, const struct poller_stats *one)
{
	if (one->last_poll_ms > sum->last_poll_ms)
		sum->last_poll_ms = one->last_poll_ms;
	if (one->last_success_ms > sum->last_success_ms)
		sum->last_success_ms = one->last_success_ms;
	if (sum->next_poll_ms == 0 ||
	    (one->next_poll_ms != 0 && one->next_poll_ms < sum->next_poll_ms))
		sum->next_poll_ms = one->next_poll_ms;
	if (one->behind_ms > sum->behind_ms && !is_left_out(sum, one))
		sum->behind_ms = one->behind_ms;
	sum->fetched += one->fetched;
	sum->records += one->records;
	sum->updates += one->updates;
	sum->given_up += one->given_up;
	sum->shortfalls += one->shortfalls;
	sum->pending_retries += one->pending_retries;
}

/* A stream but the first that is refused is behind for good. */
static bool
is_left_out(const struct source_stats *sum, const struct poller_stats *one)
{
	return one != &sum->streams[0] &&
	    (one->state == POLLER_DENIED || one->state == POLLER_UNLICENSED);
}

static void
first_error(struct source_stats *sum)
{
	for (size_t i = 0; i < sum->stream_count; i++) {
		const struct poller_stats *one = &sum->streams[i];

		if (one->last_error[0] == '\0')
			continue;
		put_error(sum->last_error, sum, one, one->last_error);
		return;
	}
}

static void
longest_retry(struct source_stats *sum)
{
	for (size_t i = 0; i < sum->stream_count; i++) {
		const struct poller_stats *one = &sum->streams[i];

		if (one->failing_ms <= sum->failing_ms)
			continue;
		sum->failing_ms = one->failing_ms;
		put_error(sum->retry_error, sum, one, one->retry_error);
	}
}

/* With the name of its stream, where there are several. */
static void
put_error(char ret[512], const struct source_stats *sum,
    const struct poller_stats *one, const char *error)
{
	if (sum->stream_count == 1 || error[0] == '\0')
		(void)snprintf(ret, 512, "%s", error);
	else
		(void)snprintf(
		    ret, 512, "%.20s: %.480s", one->stream->name, error);
}
