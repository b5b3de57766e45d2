/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the poller, shared by its own files and nobody else: poller.c (when
 * to poll, and how it ended), run.c (which windows to list, and when to
 * commit), detail.c (one threat's pages), cursors.c, server_time.c, notice.c.
 */
#ifndef CEFD_INTAKE_POLLER_PARTS_H
#define CEFD_INTAKE_POLLER_PARTS_H

#include <stdbool.h>
#include <sys/queue.h>

#include "base/backoff.h"
#include "base/bucket.h"
#include "base/err.h"
#include "intake/api.h"
#include "intake/keyset.h"
#include "intake/poller.h"
#include "intake/retries.h"
#include "intake/stream.h"
#include "intake/window.h"
#include "io/http.h"

/* One threat whose detail is wanted, page by page. */
struct detail {
	struct poller *poller;
	char *id;
	int64_t page;
	unsigned attempts;  /* passing failures of this page */
	struct keyset seen; /* its messages, over the pages */
	struct http_call *call;
	TAILQ_ENTRY(detail) next;
};
TAILQ_HEAD(details, detail);

/* One poll, from its start to its end. */
struct run {
	bool active;
	struct windows windows;
	struct window window; /* being listed or fetched */
	bool in_window;
	bool listed; /* all of the window's ids are known */
	int64_t list_page;
	struct http_call *list_call;
	struct keyset met;     /* ids that need not be fetched again */
	struct keyset parents; /* fetched whole, not in the batch yet */
	struct details ready;  /* to be fetched */
	struct details active_details;
	unsigned in_flight;
	unsigned failures;   /* passing ones in a row */
	unsigned denials;    /* of details, in a row */
	unsigned throttles;  /* 429s in a row */
	int64_t resume_ms;   /* monotonic: nothing is asked before */
	int64_t started_ms;  /* monotonic */
	int64_t gathered_ms; /* monotonic, of the oldest uncommitted; 0 */
	uint64_t fetched, records, updates, requests;
};

struct poller {
	struct poller_world world;
	const struct conf_source *conf;
	const struct stream *stream;
	struct outlet *outlets;
	struct severity_rule *rules; /* of the taker */
	char *token;                 /* secret */
	struct timer *timer;
	struct bucket bucket;
	struct backoff backoff;
	struct batch *batch;
	struct decoder *decoder;
	struct retries *retries;
	struct taker taker;
	struct run run;
	struct poller_stats stats;
	int64_t cursors_s[WINDOW_KINDS]; /* of the next window's start */
	int64_t origin_s;                /* nothing older is asked for */
	int64_t server_ms, server_at_ms; /* server's clock, and ours then */
	int64_t skew_told_ms;
	bool full_told;
	poller_done_fn *done;
	void *done_arg;
};

/* The run is over: log it, set the timer, tell who waits. */
void poller_end_run(
    struct poller *p, enum poller_state state, const struct err *why);
void poller_note_error(struct poller *p, const struct err *why);

/* A caller of poller_poll need not wait any longer. */
void poller_tell_caller(struct poller *p, const struct err *why);

#endif
