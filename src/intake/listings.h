/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The windows that a run has begun. Their lists are asked for together, and the
 * details of their ids fetched meanwhile; they end one after the other, so that
 * a cursor never passes what is not listed or not fetched.
 */
#ifndef CEFD_INTAKE_LISTINGS_H
#define CEFD_INTAKE_LISTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "intake/window.h"

struct listing;
struct poller;

/* Begin with a window, behind all others. */
struct listing *listings_begin(struct poller *p, struct window window);

/* The first that has a page to be asked for; NULL: none. */
struct listing *listings_next(const struct poller *p);

/* Begin with two halves instead. False when it is down to a second. */
bool listings_halve(struct listing *l, const char *why);

/* Forget about it: it was never begun, but that the ids that it has brought
 * are fetched. A request that runs is cancelled. */
void listings_drop(struct listing *l);

/* Forget about what is not listed yet; or lay it out again. */
void listings_drop_unlisted(struct poller *p);
void listings_put_back(struct poller *p);

/* End what is listed and fetched, and move its cursor, in the batch. True when
 * there was any. */
bool listings_end(struct poller *p);

/* Nothing that it has listed waits any more, and nothing was left out. */
bool listings_is_done(const struct listing *l);

/* What is being fetched now, in one piece; an empty window: nothing. */
struct window listings_span(const struct poller *p, int64_t *ret_opened_ms);

#endif
