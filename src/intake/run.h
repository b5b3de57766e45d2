/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One poll: windows are listed, details fetched, cursors moved.
 */
#ifndef CEFD_INTAKE_RUN_H
#define CEFD_INTAKE_RUN_H

struct err;
struct poller;
struct run;

/* None; and: read token and cursors and lay out the windows. */
void run_init(struct run *run);
int run_start(struct poller *p, struct err *err);

/* Drop everything that is under way. */
void run_clear(struct poller *p);

/* Do whatever can be done now: the only place that starts requests. */
void run_pump(struct poller *p);

/* A reply is as it should be: the trouble is over. */
void run_went_well(struct poller *p);

/* Something was put into the batch, or nothing but a cursor has moved; and:
 * make it durable. */
void run_gathered(struct poller *p);
void run_moved(struct poller *p);
int run_commit(struct poller *p, struct err *err);

/* Before anything is taken: what the one beside it has gathered is made durable,
 * so that the ledger says all, and a queue has it in this order. */
int run_settle(struct poller *p, struct err *err);

#endif
