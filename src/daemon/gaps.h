/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destinations that are taken out of the configuration (or disabled) while their
 * queue is kept. What comes meanwhile is not for them, which is told when they
 * are back. What is owed of a destination's past then reaches up to now, but what
 * only changed meanwhile is not in it.
 */
#ifndef CEFD_DAEMON_GAPS_H
#define CEFD_DAEMON_GAPS_H

/* What is stored of a destination is a cursor GAPS_ROWS DESTINATION. */
#define GAPS_ROWS "out/"

struct destination;
struct fleet;

/* A configuration was applied: note for good who is out. */
void gaps_note(struct fleet *fleet);

/* A destination whose queue was kept begins: tell if it was out, once. */
void gaps_tell(struct destination *d);

#endif
