/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the API was asked and how it answered; requests to /_sim/ are not
 * counted.
 */
#ifndef CEFD_SIM_STATS_H
#define CEFD_SIM_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "sim_endpoint.h"

struct buf;
struct sim;

/* When requests came within the last 60 s, oldest first; a ring. */
struct sim_minute {
	int64_t *at_ms; /* owned, monotonic */
	size_t cap;
	size_t head;
	size_t count;
};

struct sim_stats {
	uint64_t requests[SIM_ENDPOINTS];
	uint64_t listed_received; /* lists filtered by receivedTime */
	uint64_t listed_remediated;
	uint64_t listed_unfiltered;
	uint64_t status[600]; /* by code */
	uint64_t auth_failures;
	uint64_t rate_limited;
	uint64_t concurrency_limited;
	uint64_t faults;
	uint64_t gzipped;
	uint64_t connections;
	uint64_t max_in_minute;
	uint64_t max_in_flight;
	uint64_t in_flight;
	struct sim_minute arrived;  /* every request */
	struct sim_minute accepted; /* those within --rate */
};

void sim_stats_clear(struct sim_stats *s);

/* A request came in, or its reply was handed to the connection. */
void sim_stats_arrive(struct sim_stats *s, int64_t now_ms);
void sim_stats_leave(struct sim_stats *s);

void sim_minute_add(struct sim_minute *m, int64_t now_ms);
/* Requests in the 60 s that end now. */
size_t sim_minute_count(struct sim_minute *m, int64_t now_ms);

/* All counters as one JSON object. */
void sim_stats_put(struct buf *out, const struct sim *sim);

#endif
