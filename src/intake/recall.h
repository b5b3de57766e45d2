/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ids were fetched whole, and when: in the ledger, so that a listing of
 * known things costs one request and not one for each.
 */
#ifndef CEFD_INTAKE_RECALL_H
#define CEFD_INTAKE_RECALL_H

#include <stdbool.h>

#include "base/text.h"
#include "spool/ledger.h"

struct listing;
struct poller;

struct ledger_key recall_key(const struct poller *p, struct text id);

/* What a fresh fetch of an id that a window lists is worth. */
enum recall {
	RECALL_UNKNOWN, /* never fetched */
	RECALL_STALE,   /* fetched, but to be looked at again */
	RECALL_LOST,    /* given up once, and to be tried again all the same */
	RECALL_QUIET, /* of before the stream began: sent if it is unsettled */
	RECALL_FRESH, /* nothing new to be expected, or wanted */
};
enum recall recall_id(const struct listing *l, struct text id);

/* The id was fetched whole just now. */
void recall_put(struct poller *p, struct text id);

/* It was given up just now: trying again is worth a request now and then, and
 * no second notice. */
void recall_put_lost(struct poller *p, struct text id);

/* It is listed, and was before the stream began. */
void recall_put_noted(struct poller *p, struct text id);

/* The same, and settled: it is not fetched again for that. */
void recall_put_left(struct poller *p, struct text id);

/* Put into the batch what recall_put has held back: all, or when it is due. */
void recall_flush(struct poller *p);
void recall_flush_due(struct poller *p);

#endif
