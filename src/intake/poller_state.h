/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the polling of a stream is.
 */
#ifndef CEFD_INTAKE_POLLER_STATE_H
#define CEFD_INTAKE_POLLER_STATE_H

#include <stdint.h>

struct stream;

enum poller_state {
	POLLER_OK, /* waits for the next poll */
	POLLER_POLLING,
	POLLER_BACKING_OFF,
	POLLER_DENIED,
	POLLER_UNLICENSED,
	POLLER_PAUSED,
	POLLER_DISABLED,
	POLLER_FAILING,
};
const char *poller_state_str(enum poller_state state);

struct poller_stats {
	const struct stream *stream;
	enum poller_state state;
	/* Wall clock, ms since 1970; 0: never. */
	int64_t last_poll_ms, last_success_ms, next_poll_ms;
	int64_t behind_ms; /* the API's now less the oldest unlisted second */
	int64_t backlog_s; /* seconds that are still to be listed */
	/* Since start. */
	uint64_t fetched, records, updates, given_up;
	int64_t gap_from_s, gap_to_s; /* of a replay: is not there any more */
	uint64_t unlisted;   /* windows of a replay that could not be listed */
	uint64_t unsent;     /* records that a replay could not send */
	uint64_t shortfalls; /* details with fewer messages than they claim */
	uint64_t pending_retries;
	int64_t failing_ms;    /* the oldest of them that fails, for so long */
	char retry_error[256]; /* why, as far as it is known; "" if none does */
	char last_error[512];  /* "": none */
};

#endif
