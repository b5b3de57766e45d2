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

/* Take the next window, if any is left that is not wholly in the future. */
bool plan_next(struct poller *p, struct window *ret);

/* Lay out what is looked at once more. */
void plan_look_back(struct poller *p);

/* All of that is done; or the run ends before: go on there next time. */
void plan_looked_back(struct poller *p);
void plan_put_off(struct poller *p);

/* Where the oldest window that looks back begins, begun or not; 0: none. */
int64_t plan_late_s(const struct poller *p);

#endif
