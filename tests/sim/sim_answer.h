/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One reply, from the request's arrival until it is handed to the connection,
 * at once or after --latency, whole or with a fault.
 */
#ifndef CEFD_SIM_ANSWER_H
#define CEFD_SIM_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "sim_fault.h"

struct event;
struct evhttp_request;
struct sim;

struct sim_answer {
	TAILQ_ENTRY(sim_answer) entry;
	struct sim *sim;
	struct evhttp_request *req;
	struct event *timer; /* while it waits */
	struct sim_fault fault;
	struct buf body;
	const char *type;        /* Content-Type; a literal */
	const char *retry_after; /* or NULL; outlives the answer */
	int code;
	bool counted; /* an API request, not one to /_sim/ */
};

/* An empty answer to `req`; sim_answer_send ends its life. */
struct sim_answer *sim_answer_new(
    struct sim *sim, struct evhttp_request *req, bool counted);

/* Make it an error with a JSON body, in one of the forms the API has. */
void sim_answer_error(struct sim_answer *a, int code, const char *why);

/* Send it, after the latency if it is counted. */
void sim_answer_send(struct sim_answer *a);

/* Forget all that wait, before the server is freed. */
void sim_answer_drop_all(struct sim *sim);

#endif
