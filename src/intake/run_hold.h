/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes a run wait.
 */
#ifndef CEFD_INTAKE_RUN_HOLD_H
#define CEFD_INTAKE_RUN_HOLD_H

struct err;
struct http_reply;
struct poller;

/* When the account has been asked to wait, whichever stream was told: say so,
 * to whoever waits as well, and put off everything; a dry run ends. */
void run_heed_hold(struct poller *p);

/* Put off everything, after a 429 or in trouble. */
void run_slow_down(
    struct poller *p, const struct http_reply *reply, const struct err *why);
void run_back_off(struct poller *p, const struct err *why);

/* Nothing is asked while the spool is full; says so once. */
void run_wait_for_room(struct poller *p);

#endif
