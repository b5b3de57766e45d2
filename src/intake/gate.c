/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A counter and a line.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "intake/gate.h"

struct gate {
	unsigned places;
	unsigned taken; /* those that are kept for somebody included */
	TAILQ_HEAD(, gate_waiter) line;
};

struct gate *
gate_new(unsigned places)
{
	struct gate *gate = xcalloc(1, sizeof(*gate));

	gate->places = places;
	TAILQ_INIT(&gate->line);
	return gate;
}

void
gate_free(struct gate *gate)
{
	free(gate);
}

bool
gate_enter(struct gate *gate, struct gate_waiter *waiter)
{
	if (waiter->has_place) {
		waiter->has_place = false;
		return true;
	}
	if (waiter->waits)
		return false;
	if (gate->taken < gate->places) {
		gate->taken++;
		return true;
	}
	waiter->waits = true;
	TAILQ_INSERT_TAIL(&gate->line, waiter, next);
	return false;
}

void
gate_leave(struct gate *gate)
{
	struct gate_waiter *first = TAILQ_FIRST(&gate->line);

	assert(gate->taken > 0);
	if (first == NULL) {
		gate->taken--;
		return;
	}
	TAILQ_REMOVE(&gate->line, first, next);
	first->waits = false;
	first->has_place = true;
	first->wake(first->arg);
}

void
gate_decline(struct gate *gate, struct gate_waiter *waiter)
{
	if (waiter->waits) {
		TAILQ_REMOVE(&gate->line, waiter, next);
		waiter->waits = false;
	} else if (waiter->has_place) {
		waiter->has_place = false;
		gate_leave(gate);
	}
}
