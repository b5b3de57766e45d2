/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two counters and two lines. A waiter in line, or with a place that is kept,
 * is of the class that it was then.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "intake/gate.h"

#define TROUBLED_SHARE 4

TAILQ_HEAD(line, gate_waiter);

struct gate {
	unsigned places;
	/* Those that are kept for somebody included. */
	unsigned taken;
	unsigned troubled;    /* of them */
	struct line lines[2]; /* by is_troubled */
};

static bool is_open(const struct gate *gate, bool is_troubled);
static void take(struct gate *gate, bool is_troubled);
static bool serve(struct gate *gate, bool is_troubled);

struct gate *
gate_new(unsigned places)
{
	struct gate *gate = xcalloc(1, sizeof(*gate));

	gate->places = places;
	TAILQ_INIT(&gate->lines[0]);
	TAILQ_INIT(&gate->lines[1]);
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
		waiter->is_troubled = waiter->was_troubled;
		return true;
	}
	if (waiter->waits)
		return false;
	if (is_open(gate, waiter->is_troubled)) {
		take(gate, waiter->is_troubled);
		return true;
	}
	waiter->waits = true;
	waiter->was_troubled = waiter->is_troubled;
	TAILQ_INSERT_TAIL(&gate->lines[waiter->is_troubled], waiter, next);
	return false;
}

void
gate_leave(struct gate *gate, bool is_troubled)
{
	assert(gate->taken > 0);
	gate->taken--;
	gate->troubled -= is_troubled;
	/* In turn, so that neither line waits for ever. */
	if (!serve(gate, is_troubled))
		(void)serve(gate, !is_troubled);
}

void
gate_decline(struct gate *gate, struct gate_waiter *waiter)
{
	if (waiter->waits) {
		TAILQ_REMOVE(&gate->lines[waiter->was_troubled], waiter, next);
		waiter->waits = false;
	} else if (waiter->has_place) {
		waiter->has_place = false;
		gate_leave(gate, waiter->was_troubled);
	}
}

static bool
is_open(const struct gate *gate, bool is_troubled)
{
	unsigned share = gate->places / TROUBLED_SHARE;

	if (gate->taken >= gate->places)
		return false;
	return !is_troubled || gate->troubled < (share > 0 ? share : 1);
}

static void
take(struct gate *gate, bool is_troubled)
{
	gate->taken++;
	gate->troubled += is_troubled;
}

/* False when nobody waits there, or may enter. */
static bool
serve(struct gate *gate, bool is_troubled)
{
	struct gate_waiter *first = TAILQ_FIRST(&gate->lines[is_troubled]);

	if (first == NULL || !is_open(gate, is_troubled))
		return false;
	TAILQ_REMOVE(&gate->lines[is_troubled], first, next);
	take(gate, is_troubled);
	first->waits = false;
	first->has_place = true;
	first->wake(first->arg);
	return true;
}
