/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many requests all sources together may have under way, so that hundreds
 * of them share the machine's sockets. Who finds it closed waits in line; a
 * place that becomes free is handed to the first of the line. Those whose last
 * request failed wait in a line of their own and get a fourth of the places at
 * the most: peers that hang must not hold up those that answer.
 */
#ifndef CEFD_INTAKE_GATE_H
#define CEFD_INTAKE_GATE_H

#include <stdbool.h>
#include <sys/queue.h>

struct gate;

/* Embedded in the one who waits; all zero at first, but for `wake`. */
struct gate_waiter {
	/* A place is kept: call gate_enter or gate_decline, soon. Must not
	 * do so from inside. */
	void (*wake)(void *arg);
	void *arg;
	bool is_troubled; /* set before gate_enter */
	bool waits;
	bool has_place;
	bool was_troubled; /* the line's, or the kept place's */
	TAILQ_ENTRY(gate_waiter) next;
};

struct gate *gate_new(unsigned places);
void gate_free(struct gate *gate);

/* True: a place is taken, until gate_leave. False: wait for `wake`. */
bool gate_enter(struct gate *gate, struct gate_waiter *waiter);
void gate_leave(struct gate *gate, bool is_troubled);

/* Out of the line; a place that was kept goes to the next. */
void gate_decline(struct gate *gate, struct gate_waiter *waiter);

#endif
