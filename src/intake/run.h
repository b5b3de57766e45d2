/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One poll: windows are listed, details fetched, cursors moved.
 */
#ifndef CEFD_INTAKE_RUN_H
#define CEFD_INTAKE_RUN_H

struct err;
struct http_reply;
struct poller;
struct run;

/* None; and: read token and cursors and lay out the windows. */
void run_init(struct run *run);
int run_start(struct poller *p, struct err *err);

/* Drop everything that is under way. */
void run_clear(struct poller *p);

/* Do whatever can be done now: the only place that starts requests. */
void run_pump(struct poller *p);

/* Put off everything, after a 429 or in trouble. */
void run_slow_down(
    struct poller *p, const struct http_reply *reply, const struct err *why);
void run_back_off(struct poller *p, const struct err *why);

/* A reply is as it should be: the trouble is over. */
void run_went_well(struct poller *p);

/* Nothing is asked while the spool is full; says so once. */
void run_wait_for_room(struct poller *p);

/* Something was put into the batch; and: make it durable. */
void run_gathered(struct poller *p);
int run_commit(struct poller *p, struct err *err);

#endif
