/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole simulator: options, tables, faults, counters and the server, which
 * the parts hand around. One thread, one event loop.
 */
#ifndef CEFD_SIM_H
#define CEFD_SIM_H

#include <stdint.h>
#include <sys/queue.h>

#include "sim_fault.h"
#include "sim_items.h"
#include "sim_options.h"
#include "sim_stats.h"
#include "sim_store.h"

struct event;
struct event_base;
struct evhttp;
struct sim_answer;
struct ssl_ctx_st;

TAILQ_HEAD(sim_answers, sim_answer);

struct sim {
	struct sim_options opt; /* some change by /_sim/set */
	struct sim_store store;
	struct sim_table tables[SIM_STREAMS]; /* none of threats */
	struct sim_faults faults;
	struct sim_stats stats;
	struct event_base *base;
	struct evhttp *http;
	struct ssl_ctx_st *tls;
	struct sim_answers waiting; /* replies that a timer will send */
	struct event *grow_timer;
	int64_t started_ms;   /* or --base */
	int64_t grown_at_ms;  /* monotonic; last step of growth */
	int64_t grow_left;    /* millionths of a threat not yet made */
	int64_t changes_left; /* millionths of a change not yet made */
};

/* The simulator's clock: the machine's and --skew. */
int64_t sim_now_ms(const struct sim *sim);

/* Threats received and judged now. Returns how many (a ceiling holds). */
uint32_t sim_grow(struct sim *sim, uint32_t threats);

/* Change the status of one message drawn by chance. */
void sim_change_any(struct sim *sim);

#endif
