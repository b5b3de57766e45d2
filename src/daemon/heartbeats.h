/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that say "still here", at the pace that each destination asks for.
 * They go through the queue, so they say it of all the way.
 */
#ifndef CEFD_DAEMON_HEARTBEATS_H
#define CEFD_DAEMON_HEARTBEATS_H

struct fleet;
struct heartbeats;

struct heartbeats *heartbeats_new(struct fleet *fleet);
void heartbeats_free(struct heartbeats *hb);

/* The configuration was applied: put what is due, and see to the rest. */
void heartbeats_look(struct heartbeats *hb);

/* No more of them. */
void heartbeats_stop(struct heartbeats *hb);

#endif
