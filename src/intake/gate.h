/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many requests all sources together may have under way, so that hundreds
 * of them share the machine's sockets. Who finds it closed waits in line; a
 * place that becomes free is handed to the first of the line.
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
	bool waits;
	bool has_place;
	TAILQ_ENTRY(gate_waiter) next;
};

struct gate *gate_new(unsigned places);
void gate_free(struct gate *gate);

/* True: a place is taken, until gate_leave. False: wait for `wake`. */
bool gate_enter(struct gate *gate, struct gate_waiter *waiter);
void gate_leave(struct gate *gate);

/* Out of the line; a place that was kept goes to the next. */
void gate_decline(struct gate *gate, struct gate_waiter *waiter);

#endif
