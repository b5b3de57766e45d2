/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the daemon is, as plain values: filled in by the daemon, written as JSON
 * for programs and as one screen of text for people. Both show the same.
 */
#ifndef CEFD_DAEMON_STATS_H
#define CEFD_DAEMON_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* All strings are borrowed. Times are ms since 1970; 0: never or not known. */

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
	uint64_t given_up;
	const char *last_error; /* NULL or "": none */
};

#define STATS_STREAMS_MAX 8

struct stats_source {
	struct stats_stream sum;
	int64_t last_poll_ms;
	uint64_t requests;
	uint64_t shortfalls; /* details with fewer messages than they claim */
	int64_t skew_ms;     /* this machine's clock less the API's */
	int64_t token_expires_ms;
	/* A replay that runs; 0: none. */
	int64_t replay_since_ms, replay_until_ms;
	uint64_t replay_records; /* so far */
	struct stats_stream streams[STATS_STREAMS_MAX];
	size_t stream_count;
};

struct stats_destination {
	const char *name;
	const char *state;  /* sender_state_str */
	const char *server; /* NULL or "": none yet */
	uint64_t queued;
	uint64_t confirmed;
	uint64_t resent;
	const char *confirm_level; /* NULL or "": none */
	int64_t oldest_queued_ms;
	int64_t last_confirmed_ms;
	const char *last_error;
	int64_t certificate_expires_ms;
};

struct stats {
	const char *version;
	int64_t now_ms; /* wall clock: ages are counted from it */
	int64_t uptime_ms;
	uint64_t spool_bytes;
	uint64_t spool_quota;
	bool spool_full;
	int64_t longest_turn_us; /* of the loop, since the start */
	const struct stats_source *sources;
	size_t source_count;
	const struct stats_destination *destinations;
	size_t destination_count;
};

/* Append the shape that `cefctl status --json` and /status.json promise, on
 * one line with an LF. What is not known is null. */
void stats_json(struct buf *out, const struct stats *stats);

/* Append the same for people: aligned, with ages and human sizes. */
void stats_text(struct buf *out, const struct stats *stats);

#endif
