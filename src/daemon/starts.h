/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a destination that was added later gets of the past: a replay of each
 * of its sources, once.
 */
#ifndef CEFD_DAEMON_STARTS_H
#define CEFD_DAEMON_STARTS_H

#include <stdbool.h>

/* What is stored of a destination are the cursor STARTS_ROWS DESTINATION and
 * those beneath it. */
#define STARTS_ROWS "start/"

struct batch;
struct destination;
struct err;
struct fleet;
struct starts;

struct starts *starts_new(struct fleet *fleet);
void starts_free(struct starts *starts);

/* A destination begins: its id; and, should it be a new one, what it is to get
 * is noted for good. */
int starts_note(struct destination *d, struct err *err);

/* Has it still to get something of the source's past? */
bool starts_wait(const struct destination *d, const char *source);

/* What came while a destination was out, of the streams that had begun. */
struct starts_gap {
	bool is_fetched; /* of those whose past was still owed */
	bool is_missing; /* of others */
};

/* It is back: what is owed of its past is to reach up to now, by this batch. */
void starts_fill(
    const struct destination *d, struct batch *batch, struct starts_gap *ret);

/* The configuration was applied: begin what is to be done. */
void starts_look(struct starts *starts);

#endif
