/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a source is.
 */
#ifndef CEFD_INTAKE_SOURCE_STATS_H
#define CEFD_INTAKE_SOURCE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/poller_state.h"
#include "intake/replay.h"

struct source;
struct spool;
struct stream;

#define SOURCE_STREAMS_MAX 8

struct source_stats {
	enum poller_state state; /* of the first stream, or what is worse */
	bool is_paused;
	/* Wall clock, ms since 1970; 0: never. */
	int64_t last_poll_ms, last_success_ms, next_poll_ms;
	int64_t token_expires_ms; /* 0: not known */
	int64_t behind_ms; /* of what is furthest behind, if not refused */
	int64_t held_ms;   /* the API asked to wait for so long yet */
	int64_t skew_ms;   /* this machine's clock less the API's */
	bool knows_time;   /* the API has told its time, */
	bool lacks_time;   /* or will not */
	/* Since start, over all streams. */
	uint64_t fetched, records, updates, requests, given_up, shortfalls;
	uint64_t pending_retries;
	struct replay_stats replay; /* that runs; or 0 */
	int64_t failing_ms;         /* as in poller_stats, of the longest */
	char retry_error[512];      /* of it */
	char last_error[512];       /* "": none */
	struct poller_stats streams[SOURCE_STREAMS_MAX];
	size_t stream_count;
};

void source_stats(const struct source *source, struct source_stats *ret);

/* Has the stream of the source of that name brought anything yet, in this life
 * or an earlier one? True when in doubt. `source` is what runs of it, or NULL. */
bool source_has_begun(struct spool *spool, const char *name,
    const struct source *source, const struct stream *stream);

#endif
