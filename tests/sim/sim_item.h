/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case, campaign, event, ... It has a state, such as a case's status, and
 * all that it has had are kept. What is not here is drawn from its key. Times
 * are ms since 1970, on the simulator's clock.
 */
#ifndef CEFD_SIM_ITEM_H
#define CEFD_SIM_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim_id.h"

struct sim_item_state {
	int64_t set_ms;     /* when the API began to show it */
	int64_t own_ms;     /* last modified, last reported, happened */
	const char *status; /* NULL: the API leaves it out */
	uint32_t served;    /* good replies that showed it */
};

struct sim_item {
	struct sim_id id; /* its place in the lists; cases: the number, too */
	uint64_t key;
	int64_t time_ms;               /* own_ms of the first state */
	struct sim_item_state *states; /* owned, oldest first, at least one */
	uint32_t nstates;
	bool old_style; /* lacks the newer members */
};

struct sim_item_state *sim_item_now(const struct sim_item *item);

/* The signed 64-bit number of an abuse message. */
int64_t sim_item_message_id(const struct sim_item *item);

#endif
