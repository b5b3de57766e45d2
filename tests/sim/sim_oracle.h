/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth of a stream of items, as a test reads it. What is not as README.md
 * says fails the running cmocka test.
 */
#ifndef CEFD_SIM_ORACLE_H
#define CEFD_SIM_ORACLE_H

#include <stddef.h>
#include <stdint.h>

struct client;

struct oracle_row {
	const char *id;
	const char *status;
	uint64_t number;
	int64_t set_ms;
	const char *fate;
	uint64_t served;
	int64_t own_ms;
};

struct oracle {
	char *text; /* that the rows point into */
	struct oracle_row *row;
	size_t count;
};

/* Ask for the truth of this stream. */
void oracle_ask(struct oracle *o, struct client *c, const char *stream);
void oracle_clear(struct oracle *o);

/* The current state of the item with this id, or NULL. */
const struct oracle_row *oracle_now(const struct oracle *o, const char *id);

size_t oracle_count(const struct oracle *o, const char *fate);

#endif
