/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows that were skipped, since the API answers their lists with nothing but
 * trouble. They are rows of the spool's retry table beside the details'
 * ("acme/threats/windows"), so they survive a crash, and are put there in the
 * batch that moves the cursor past them.
 */
#ifndef CEFD_INTAKE_SKIP_H
#define CEFD_INTAKE_SKIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct poller;
struct window;

/* So many at the most are cut smaller, to find what is bad in them. */
#define SKIP_FINE_MAX 64

bool skip_has(const struct poller *p, const struct window *window);
size_t skip_count(const struct poller *p);

/* Is it bad as a whole? Then what comes before it is skipped, and of one that
 * is skipped itself what comes behind it, too. */
bool skip_is_inside(const struct poller *p, const struct window *window);

/*
 * Put it off, for the first time or again: ever later, up to six hours. After
 * seven days a notice tells it, and one in each seven more, until the window
 * is 30 days old. False, and nothing done, when there are too many.
 */
bool skip_put(
    struct poller *p, const struct window *window, const struct err *why);

/* Two halves of it are meant from now on. Nothing when it is not skipped. */
void skip_split(struct poller *p, const struct window *whole, int64_t middle_s);

/* It was listed after all. */
void skip_done(struct poller *p, const struct window *window);

/* Lay out those that are due; or take them out of what is laid out to look
 * back. */
void skip_want(struct poller *p);
void skip_cut(struct poller *p);

#endif
