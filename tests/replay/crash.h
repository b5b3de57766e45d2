/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the intake and the spool's commit: counts, tells the oracle, and
 * pulls the plug. Linked in with --wrap=spool_commit.
 */
#ifndef CEFD_TESTS_REPLAY_CRASH_H
#define CEFD_TESTS_REPLAY_CRASH_H

#include <stdbool.h>

struct loop;
struct ring;

/* A life begins: commits are made. */
void crash_begin(struct ring *ring, struct loop *loop);

/* Die in the commit after `commits` more; it is made yet, or it is not. */
void crash_arm(unsigned commits, bool performs);

/* Die now: the loop stops, and no commit is made any more. */
void crash_now(void);
bool crash_is_dead(void);

/* Is the request that was let in last a replay's? */
bool crash_asks_again(void);

#endif
