/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the supervisor from the loop that the loop turns, so that a daemon that
 * hangs is started again; see sd_watchdog_enabled(3).
 */
#ifndef CEFD_DAEMON_WATCHDOG_H
#define CEFD_DAEMON_WATCHDOG_H

struct loop;
struct watchdog;

/*
 * Send WATCHDOG=1 now and then every half of $WATCHDOG_USEC. NULL when the
 * supervisor does not ask for it: no such variable, no positive number in it,
 * or a $WATCHDOG_PID that is not ours.
 */
struct watchdog *watchdog_new(struct loop *loop);
void watchdog_free(struct watchdog *watchdog);

#endif
