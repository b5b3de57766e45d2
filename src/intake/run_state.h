/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a poll that runs keeps in mind. For the poller's own files.
 */
#ifndef CEFD_INTAKE_RUN_STATE_H
#define CEFD_INTAKE_RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/err.h"
#include "intake/detail_state.h"
#include "intake/keyset.h"
#include "intake/proof.h"
#include "intake/window.h"

struct ask;
struct listed;
struct poller;

/* A window from its first list until the last of its ids is fetched. */
struct listing {
	struct poller *poller;
	struct window window;
	int64_t opened_ms;           /* the API's clock, when it was begun */
	int64_t noted_from_s;        /* see noted.h; as it was then */
	bool is_resumed;             /* by an earlier run */
	bool is_skipped, is_lost;    /* by an earlier run; and by this one */
	bool is_control;             /* a question, and no more: see proof.h */
	bool wants_probe;            /* before it is asked for again */
	unsigned failures, patience; /* of its list, in a row; as it may have */
	/* Lists of the run before the last failure, by its key and the other. */
	uint64_t answered_before, others_before;
	int64_t page;
	uint64_t first;      /* entry of the page before; was this one */
	bool is_guess;       /* named by it? see paging.h */
	unsigned pass, peek; /* over a list of several pages; see listing.h */
	bool brought, paged; /* new, in this pass; more than one page */
	size_t count, odd;   /* entries: of the page; of the pass without id */
	bool is_cut, listed; /* late ones were left; all ids are known, and */
	uint64_t upto;       /* their details have lower numbers */
	struct details ids;  /* of them, those not asked for yet */
	struct ask *ask;
	struct listed *taken; /* a page that is being taken; or NULL */
	TAILQ_ENTRY(listing) next;
};
TAILQ_HEAD(listings, listing);

/* What a run does, in this order. */
enum phase { PHASE_NEW, PHASE_RETRIES, PHASE_LATE, PHASE_END };

/* One poll, from its start to its end. */
struct run {
	bool active, in_trouble; /* last_error is about this run */
	enum phase phase;
	bool knew_time;         /* the API's, when the windows were laid out */
	struct windows windows; /* not begun */
	struct listings listings; /* begun; they end in this order */
	size_t list_yield;        /* ids that a list brings, as of late */
	bool in_turn;             /* one list at a time */
	uint64_t lists_answered[WINDOW_LATE]; /* well, by key */
	int64_t oldest_s[WINDOW_LATE];        /* of them; 0: none */
	unsigned halves;                      /* made of what failed */
	struct ask *probe;                    /* see isolate.h; or NULL */
	enum window_kind probe_key;           /* it is by that */
	bool probe_failed[WINDOW_LATE];       /* the last was, by that */
	struct window noted;     /* is being fetched, as the spool knows it */
	int64_t answered_ms;     /* monotonic, when a list was last */
	int64_t blamed_ms;       /* a replay's list first was to blame; 0 */
	bool looked_back;        /* and the pass got on by that */
	bool refused;            /* looking for where the API's data begin */
	struct proof proof;      /* whether they begin there */
	int64_t end_s;           /* the data were found to begin there; 0 */
	struct window lone;      /* of a replay: bad, and is cut to seconds */
	bool beside_first;       /* one key is refused, the other is asked */
	struct keyset met;       /* ids that need not be fetched again */
	struct keyset list_seen; /* records met in lists */
	struct keyset parents;   /* fetched whole, not in the batch yet */
	int64_t parents_ms;      /* monotonic, of the oldest of them */
	struct details details;  /* all of them, by number */
	uint64_t numbers;
	size_t waiting;                  /* how many they are */
	struct details ready, again;     /* of them, what goes first; or last */
	unsigned since_again;            /* details begun since one of those */
	unsigned in_flight, lists_asked; /* details; and lists */
	unsigned failures;               /* passing ones in a row */
	unsigned put_offs, gone;         /* details in a row; and not there */
	struct err extras_why;           /* the last was */
	unsigned extras_lost, throttles; /* in a row; the latter are 429s */
	/* Monotonic: waits until then, which was told then; and its start. */
	int64_t resume_ms, wait_told_ms, started_ms;
	uint64_t due_turn, waits_since; /* of the loop: run.c, spool/turn.h */
	int64_t gathered_ms; /* monotonic, of the oldest uncommitted; 0 */
	bool has_news;       /* of that: not only cursors that moved */
	uint64_t fetched, records, updates, requests;
};

#endif
