/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a source is, and each of its streams. All strings are borrowed. Times
 * are ms since 1970; 0: never or not known.
 */
#ifndef CEFD_DAEMON_STATS_SOURCE_H
#define CEFD_DAEMON_STATS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/progress.h"

/* Of a stream, or of all streams of a source together. */
struct stats_stream {
	const char *name;
	const char *state; /* ok, polling, backing-off, denied, unlicensed,
	                      paused, disabled, failing */
	int64_t last_success_ms;
	int64_t next_poll_ms;
	uint64_t fetched;  /* threats */
	uint64_t records;  /* new ones, committed */
	uint64_t updates;  /* of those, changes of a message sent before */
	int64_t behind_ms; /* how far the newest window ends before now */
	uint64_t pending_retries;
	int64_t failing_ms; /* the oldest of them that fails, for so long */
	uint64_t given_up;
	const char *retry_error; /* why that is; NULL or "": not known */
	const char *last_error;  /* NULL or "": none */
};

/* Of the last poll, or else of what a good one could not fetch. */
static inline const char *
stats_last_error(const struct stats_stream *s)
{
	bool is_word = s->last_error != NULL && s->last_error[0] != '\0';

	return is_word ? s->last_error : s->retry_error;
}

#define STATS_STREAMS_MAX 8

struct stats_source {
	struct stats_stream sum;
	bool is_shared; /* its name: a destination has it, too */
	int64_t poll_interval_ms;
	int64_t last_poll_ms;
	uint64_t requests;
	uint64_t shortfalls; /* details with fewer messages than they claim */
	int64_t silence_ms;  /* as in silence.h */
	int64_t skew_ms;     /* this machine's clock less the API's */
	int64_t token_expires_ms;
	/* A replay that runs; 0: none. */
	int64_t replay_since_ms, replay_until_ms;
	uint64_t replay_records;    /* so far */
	const char *replay_trouble; /* why it waits; NULL or "": it does not */
	struct progress_view backfill; /* in seconds to be listed */
	struct stats_stream streams[STATS_STREAMS_MAX];
	size_t stream_count;
};

#endif
