/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which windows of time a poll walks.
 */
#ifndef CEFD_INTAKE_PLAN_H
#define CEFD_INTAKE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct poller;
struct window;

/* The end of the newest window, seconds since 1970. */
int64_t plan_newest_s(const struct poller *p);

/* Lay out what was not listed yet. */
void plan_lay(struct poller *p);

/* A key that was put off is due again, and nothing of it is under way: lay out
 * what is not listed by it. */
void plan_lay_due(struct poller *p);

/* Take the next window, if any is left that is not wholly in the future. */
bool plan_next(struct poller *p, struct window *ret);

/* Lay out what is looked at once more, or what an earlier run has left of it. */
void plan_look_back(struct poller *p);

/* The run has nothing left to look at; or it ends before, whichever way: the
 * next one goes on with what is not done. */
void plan_looked_back(struct poller *p);
void plan_put_off(struct poller *p);

/* What lies from there on was not in the past: the next pass begins with it. */
void plan_look_from(struct poller *p, int64_t from_s);

/* This window is done in part only, and comes again. */
void plan_keep(struct poller *p, const struct window *window);

/* What was found is lost: look at all of it again. */
void plan_look_again(struct poller *p);

#endif
