/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks after the certificates of the destinations while nothing is sent: are
 * there new ones on the disk, and when do those in use end, the receiver's and
 * our own?
 */
#ifndef CEFD_DAEMON_EXPIRIES_H
#define CEFD_DAEMON_EXPIRIES_H

struct expiries;
struct fleet;

struct expiries *expiries_new(struct fleet *fleet);

/* Takes NULL. */
void expiries_free(struct expiries *expiries);

#endif
