/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the poller, shared by its three files and nobody else: poller.c
 * (when to poll, and how it ended), run.c (which windows to list, and when to
 * commit) and detail.c (one threat's pages).
 */
#ifndef CEFD_INTAKE_RUN_H
#define CEFD_INTAKE_RUN_H

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
	struct keyset met;    /* ids that need not be fetched again */
	struct details ready; /* to be fetched */
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
	char *token; /* secret */
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

/* poller.c */
void poller_end_run(
    struct poller *p, enum poller_state state, const struct err *why);
void poller_note_error(struct poller *p, const struct err *why);
/* A caller of poller_poll need not wait any longer. */
void poller_tell_caller(struct poller *p, const struct err *why);

/* cursors.c */
int cursors_load(struct poller *p, struct err *err);
void cursors_put(struct poller *p, enum window_kind kind);
struct ledger_key parent_key(const struct poller *p, struct text id);
bool parent_is_known(struct poller *p, struct text id);
void parent_put(struct poller *p, struct text id);

/* server_time.c */
int64_t poller_server_ms(const struct poller *p);
void poller_note_reply(struct poller *p, const struct http_reply *reply);

/* report.c */
void poller_report_given_up(
    struct poller *p, struct text id, const struct err *why);

/* run.c */
int run_start(struct poller *p, struct err *err);
void run_clear(struct poller *p);
/* Do whatever can be done now: the only place that starts requests. */
void run_pump(struct poller *p);
/* Put off everything, after a 429 or in trouble. */
void run_slow_down(
    struct poller *p, const struct http_reply *reply, const struct err *why);
void run_back_off(struct poller *p, const struct err *why);
/* Nothing is asked while the spool is full; says so once. */
void run_wait_for_room(struct poller *p);
struct http_call *run_get(struct poller *p, const char *url, size_t max_bytes,
    http_done_fn *done, void *arg);
/* Something was put into the batch; and: make it durable. */
void run_gathered(struct poller *p);
int run_commit(struct poller *p, struct err *err);

/* detail.c */
void detail_add(struct poller *p, struct text id);
void detail_start(struct detail *d);
void detail_free(struct detail *d);

#endif
