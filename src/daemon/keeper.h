/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks after the spool: lets its ledger forget, gives disk back, and opens it
 * again after its disk has failed. And after the log (log_sweep).
 */
#ifndef CEFD_DAEMON_KEEPER_H
#define CEFD_DAEMON_KEEPER_H

struct fleet;
struct keeper;

/* It begins at once. The fleet outlives it. */
struct keeper *keeper_new(struct fleet *fleet);
void keeper_free(struct keeper *keeper);

#endif
