/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does this cefd do its work? What another instance or a restart could not mend
 * (a token that is refused, a receiver that is away) is told, and is no reason
 * to take it out of service: it keeps what it has and goes on by itself.
 */
#ifndef CEFD_DAEMON_HEALTHZ_H
#define CEFD_DAEMON_HEALTHZ_H

struct buf;
struct stats;

/* What /healthz says, a line each. Returns the status: 200, or 503. */
int healthz_put(struct buf *body, const struct stats *stats);

#endif
