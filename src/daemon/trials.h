/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marked records that cefctl asks for, and what becomes of them.
 */
#ifndef CEFD_DAEMON_TRIALS_H
#define CEFD_DAEMON_TRIALS_H

struct fleet;
struct trials;
struct unix_request;

struct trials *trials_new(struct fleet *fleet);

/* Requests that wait are failed. Takes NULL. */
void trials_free(struct trials *trials);
void trials_drop(struct trials *trials);

/*
 * Put one at the end of the queue of the destination `name`. Ends the request
 * when it is confirmed, or when it has not been for too long; the record stays
 * in the queue then.
 */
void trials_start(
    struct trials *trials, const char *name, struct unix_request *request);

#endif
