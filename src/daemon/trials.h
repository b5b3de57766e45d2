/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marked records that cefctl asks for, and what becomes of them.
 */
#ifndef CEFD_DAEMON_TRIALS_H
#define CEFD_DAEMON_TRIALS_H

#include <stdint.h>

struct fleet;
struct trials;
struct unix_request;

struct trials *trials_new(struct fleet *fleet);

/* Requests that wait are failed. Takes NULL. */
void trials_free(struct trials *trials);
void trials_drop(struct trials *trials);

/* The records from `from` to before `to` were dropped from the queue of the
 * destination `name`: they were not delivered. */
void trials_dropped(
    struct trials *trials, const char *name, uint64_t from, uint64_t to);

/*
 * Put one at the end of the queue of the destination `name`. Ends the request
 * when it is confirmed, or when it has not been for too long; the record stays
 * in the queue then.
 */
void trials_start(
    struct trials *trials, const char *name, struct unix_request *request);

#endif
