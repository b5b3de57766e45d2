/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources and destinations that rest until somebody resumes them. A restart
 * does not end it.
 */
#ifndef CEFD_DAEMON_PAUSES_H
#define CEFD_DAEMON_PAUSES_H

#include <stdbool.h>

/* What is stored of a destination is a cursor PAUSES_ROWS DESTINATION. */
#define PAUSES_ROWS "paused/destination/"

struct destination;
struct err;
struct fleet;

/*
 * Pause or resume what has that name, durably. Where a source and a destination
 * share it, "source/NAME" or "destination/NAME" says which. ERR_BAD when there
 * is no such thing.
 */
int pauses_set(
    struct fleet *fleet, const char *name, bool paused, struct err *err);

/* Before one begins: -1 where what is stored of it cannot be read. */
int pauses_check(struct fleet *fleet, const char *name, struct err *err);

/* A destination that begins: rest if that was asked for in an earlier life. */
void pauses_load(struct destination *d);

#endif
