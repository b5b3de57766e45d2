/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the poller, for its own files: poller.c (when to poll, and how it
 * ended), run.c (when to go on and to commit), run_step.c (what is done next),
 * run_hold.c (when to wait), plan.c, noted.c (which windows), listings.c
 * (those under way), listing.c and listed.c (a window's list), refusal.c (those
 * that the API does not take), isolate.c and skip.c (those that it cannot
 * answer), detail.c and extras.c (one id's documents), others.
 */
#ifndef CEFD_INTAKE_POLLER_PARTS_H
#define CEFD_INTAKE_POLLER_PARTS_H

#include <stdbool.h>

#include "base/backoff.h"
#include "base/err.h"
#include "intake/account.h"
#include "intake/api.h"
#include "intake/filter_key.h"
#include "intake/gate.h"
#include "intake/noted.h"
#include "intake/poller.h"
#include "intake/retries.h"
#include "intake/run_state.h"
#include "intake/stream.h"

/* Times are the API's; 0: none yet. */
struct look_back {
	int64_t looked_ms;   /* when the last whole pass over `overlap` began */
	int64_t saved_ms;    /* what the spool knows of that */
	int64_t pass_ms;     /* when the present pass began */
	int64_t told_ms;     /* when it was told last that it is slow */
	struct windows left; /* of it, while no run works on it */
	int64_t edge_s;      /* nothing before it is to be had, */
	int64_t edge_ms;     /* as it was then */
	int64_t sliced_ms;   /* when a slice of `recheck` was laid out last */
};

struct poller {
	struct intake_world world;
	const struct poller_setup *setup;
	const struct conf_source *conf; /* of it */
	struct account *account;        /* of it */
	const struct stream *stream;
	struct poller_errand errand;
	struct poller *beside; /* of a replay, the usual one; and the reverse */
	struct timer *timer;
	struct timer *slicer; /* see listed.h */
	struct gate_waiter waiter;
	struct backoff backoff;
	struct batch *batch;
	struct decoder *decoder;
	struct retries *retries;
	struct retries *owed;  /* ids whose records went without an extra */
	struct retries *skips; /* windows: see skip.h */
	struct taker taker;
	struct run run;
	struct poller_stats stats;
	struct spans spans[WINDOW_LATE]; /* of WINDOW_NEW and WINDOW_CHANGED */
	int64_t reached_s;               /* all before it is replayed */
	struct noted noted;
	int64_t origin_s;     /* nothing older is news */
	bool was_wanted;      /* in this life, */
	int64_t wanted_ms;    /* monotonic: first then; */
	bool is_new;          /* and in none before */
	bool doubts_cursors;  /* they, or this machine's clock, are wrong */
	int64_t back_ms;      /* of the API's clock, as far as they know */
	bool spares_commit;   /* spans are ahead of the spool: cursors.h */
	int64_t saved_ms;     /* monotonic, of the last commit; 0: none yet */
	struct window resume; /* begun by an earlier run, or empty */
	int64_t resume_opened_ms;
	struct look_back back;
	struct key_rest rests_by[WINDOW_LATE]; /* WINDOW_NEW, WINDOW_CHANGED */
	unsigned denials;                      /* polls in a row */
	size_t page_max;             /* entries, of any page of a list */
	unsigned urgent_left;        /* requests that may use the reserve */
	int64_t due_ms, due_wall_ms; /* next poll: monotonic, 0: now; as told */
	bool rests, full_told, page_told;
	bool is_asked_for; /* the next poll */
	bool spool_failed; /* when the last run ended */
	bool errand_told;  /* its last notice is in the batch */
	poller_done_fn *done;
	void *done_arg;
};

static inline bool
poller_is_errand(const struct poller *p)
{
	return p->errand.dry != NULL || p->errand.until_s != 0;
}

/* The run is over: log it, set the timer, tell who waits. */
void poller_end_run(
    struct poller *p, enum poller_state state, const struct err *why);
void poller_note_error(struct poller *p, const struct err *why);
void poller_note_retry(struct poller *p, const struct err *why);
/* A caller of poller_poll need not wait any longer. */
void poller_tell_caller(struct poller *p, const struct err *why);

#endif
