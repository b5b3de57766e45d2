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

#include "daemon/stats_source.h"

struct buf;

/* All strings are borrowed. Times are ms since 1970; 0: never or not known. */

struct stats_destination {
	const char *name;
	bool is_shared;     /* that: a source has it, too */
	const char *state;  /* sender_state_str */
	const char *server; /* NULL or "": none yet */
	uint64_t queued;
	uint64_t queued_bytes; /* disk that it takes */
	uint64_t confirmed;
	uint64_t resent;
	uint64_t sessions;
	uint64_t set_aside;        /* records found damaged, ever */
	const char *confirm_level; /* NULL or "": none */
	int64_t oldest_queued_ms;
	int64_t last_confirmed_ms;
	const char *last_error;
	int64_t certificate_expires_ms;
	int64_t client_certificate_expires_ms;
	int64_t crl_from_ms, crl_expires_ms; /* as in struct tls_lists */
	const char *tls_error; /* why changed files are not used; or NULL, "" */
	uint64_t tls_stale;    /* 1 when they are not */
	struct progress_view drain; /* in records */
};

struct stats {
	const char *version;
	int64_t now_ms; /* wall clock: ages are counted from it */
	int64_t started_ms;
	int64_t uptime_ms;
	int64_t cpu_us;
	uint64_t resident_bytes;
	bool stopping;
	uint64_t spool_bytes;
	uint64_t spool_quota;
	uint64_t spool_damaged;   /* rows found so since the start */
	uint64_t spool_abandoned; /* records whose destination is gone */
	bool spool_gone;          /* its file is not in its folder */
	bool spool_full;
	const char *spool_failure;    /* why it has failed; NULL: it has not */
	const char *listener_failure; /* why there is no status listener where
	                                 one is to be; NULL: there is */
	int64_t longest_turn_us;      /* of the loop, since the start */
	const struct stats_source *sources;
	size_t source_count;
	const struct stats_destination *destinations;
	size_t destination_count;
};

#define STATS_WARNING_MAX 640

/* The i-th thing that is to be looked after before it fails, in words; false
 * behind the last. */
bool stats_warning(const struct stats_destination *d, int64_t now_ms, size_t i,
    char ret[STATS_WARNING_MAX]);

/* Append the shape that `cefctl status --json` and /status.json promise, on
 * one line with an LF. What is not known is null. */
void stats_json(struct buf *out, const struct stats *stats);

/* Append the same for people: aligned, with ages and human sizes. */
void stats_text(struct buf *out, const struct stats *stats);

#endif
