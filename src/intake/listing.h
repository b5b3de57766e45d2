/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of one window: its pages, until all that it names is known.
 */
#ifndef CEFD_INTAKE_LISTING_H
#define CEFD_INTAKE_LISTING_H

#include <stdint.h>

#include "intake/asking.h"

struct doc;
struct err;
struct listing;
struct poller;
struct window;

/* What is known of the page after the first one, of a stream without ids. */
enum {
	PEEK_NONE,
	PEEK_ASKED,
	PEEK_WHOLE, /* it is empty */
	PEEK_PARTS, /* it is not, or cannot be had */
};

/* Ask for the next page, which account_admit has let in. */
void listing_start(struct listing *l);

/* It is over, with what it has brought. */
void listing_skipped(struct listing *l);

/* Ask for a page of any window; or read one. NULL: it is no list. */
struct ask *listing_ask(struct poller *p, const struct window *window,
    int64_t page, http_done_fn *done, void *arg);
struct doc *listing_decode(
    struct poller *p, const struct http_reply *reply, struct err *err);

#endif
