/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one seed has in store, but for the data: settings, habits and bad hours
 * of the API, ends of the daemon's lives.
 */
#ifndef CEFD_TESTS_REPLAY_SCRIPT_H
#define CEFD_TESTS_REPLAY_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "draw.h"
#include "script_events.h"

/* Nothing changes or fails in the last days. */
#define QUIET_DAYS 5

/* The streams besides threats; bits of script.others. */
enum other_kind {
	OTHER_CASES,
	OTHER_VENDOR_CASES,
	OTHER_CAMPAIGNS,
	OTHER_NOT_ANALYZED,
	OTHER_AUDIT,
	OTHER_KINDS
};
#define OTHERS_ALL ((1U << OTHER_KINDS) - 1)

enum next_style { NEXT_ABSENT, NEXT_NULL, NEXT_ALWAYS };

/* With all of its nets a poller finds what slips through one of them, so some
 * seeds do without the wide ones, and without what only these catch. */
enum scope {
	SCOPE_FULL,
	SCOPE_OVERLAP, /* nothing is checked again for changes */
	SCOPE_BARE,    /* nothing is listed twice either */
};

/* What a known threat shows later may take so long to be found. */
#define LOST_MARGIN_MS (5 * DAY_MS)

struct script {
	int64_t start_ms, quiet_ms, end_ms;
	enum scope scope;
	/* settings of the source */
	int64_t poll_interval_ms, start_ago_ms, lag_ms;
	unsigned requests_per_minute, max_in_flight, page_size, outlets;
	/* habits of the API */
	unsigned detail_page_size, latency_ms, background_percent;
	bool oldest_first, newest_first, ignores_pages, retry_after, is_terse;
	enum next_style list_next, detail_next;
	/* The API answers 400 to windows that begin earlier; 0: it does not. */
	int64_t retention_ms;
	/* What became visible since and lies before is lost to that. */
	int64_t lost_from_ms, lost_before_ms;
	int64_t resume_ms; /* when the daemon first finds out */
	bool is_calm;      /* nothing fails: how soon is a message there? */
	/* Further documents are refused for so long. */
	int64_t bare_from_ms, bare_to_ms;
	unsigned enrich;      /* of threats, as in the configuration */
	unsigned others;      /* streams besides threats */
	int64_t range_max_ms; /* of start and end; 0: none */
	/* One of them is refused for a while. */
	enum other_kind denied_kind;
	int denied_status; /* 0: none is */
	int64_t denied_from_ms, denied_to_ms;
	int64_t skew_ms;    /* of this machine's clock at first */
	bool starts_denied; /* by a token that is not taken for two days */
	int64_t wild_ms;    /* how far off the clock is on the first of them */
	struct poison poison;
	struct odd_dates odd_dates;
	struct trouble troubles[TROUBLES_MAX];
	size_t trouble_count;
	struct turn turns[TURNS_MAX]; /* in order of time */
	size_t turn_count;
};

/* Bits of what a script may hold, for --without. */
#define WITHOUT_TROUBLE (1U << 0)
#define WITHOUT_TURNS (1U << 1)
#define WITHOUT_SKEW (1U << 2)
#define WITHOUT_RECHECK (1U << 3) /* nothing that only a re-check finds */
#define WITHOUT_GONE (1U << 4)    /* no id is ever not found */
#define WITHOUT_OTHERS (1U << 5)  /* threats only */

void script_draw(
    struct script *script, uint64_t seed, unsigned days, unsigned without);

/* The trouble at that time, or NULL. */
const struct trouble *script_trouble(
    const struct script *script, int64_t now_ms);

bool script_has(const struct script *script, enum turn_kind kind);

/* Room for more and before the quiet days, or it is left out. */
void script_add_turn(struct script *script, struct turn turn);

#endif
