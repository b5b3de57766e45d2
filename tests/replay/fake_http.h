/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP without a network: a request takes some time to the server, is answered
 * from what the server knows at that moment, and the answer takes some time
 * back.
 */
#ifndef CEFD_TESTS_REPLAY_FAKE_HTTP_H
#define CEFD_TESTS_REPLAY_FAKE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct http_request;

/* One state of one message that an answer shows. */
struct shown {
	uint32_t message;
	uint32_t state;
};

struct answer {
	const char *url;
	int64_t there_ms; /* until the server sees it */
	int64_t back_ms;
	bool broken; /* `failure` instead of a reply */
	struct err failure;
	int status;
	struct buf body;
	int64_t retry_after_ms, date_ms; /* -1: none */
	struct shown *shown;
	size_t shown_count, shown_cap;
	bool is_again;    /* asked for by a replay */
	unsigned at_once; /* requests under way, with this one */
};

struct fake_server {
	/* A request leaves: set there_ms. */
	void (*leaves)(struct answer *answer,
	    const struct http_request *request, void *arg);
	/* It arrives: fill in the rest. */
	void (*arrives)(struct answer *answer, void *arg);
	/* The answer is about to be handed over. */
	void (*delivers)(const struct answer *answer, void *arg);
	void *arg;
};

/* Who answers all requests from now on; kept, not copied. */
void fake_http_use(const struct fake_server *server);

void answer_show(struct answer *answer, uint32_t message, uint32_t state);

#endif
