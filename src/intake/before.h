/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ledger says of a record's thing, and what it is told of it. A row
 * holds the state that was taken last, and which document said so (its owner): a
 * threat, of a message. Two threats may show one message in two states, for
 * ever. So what a document has said that is not the owner stands in a row of
 * its own, and is no change as long as it says the same.
 */
#ifndef CEFD_INTAKE_BEFORE_H
#define CEFD_INTAKE_BEFORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "spool/ledger.h"

struct err;
struct item;
struct taker;

struct before {
	struct ledger_key key;
	uint64_t state; /* as it is now */
	uint64_t known; /* as it was; with the mark of one that lacks */
	uint64_t said;  /* the same, by the document at hand; 0: nothing */
	uint32_t owner; /* who said what is known */
	bool is_known;
	bool is_same;   /* in that state, or this document has said so before */
	bool lacks;     /* its record went without its addition */
	bool will_lack; /* and still will */
	int64_t seen_ms;
};

/* Of a state in the ledger: its record lacks an addition. */
#define BEFORE_LACKS UINT64_C(0x5a3c96f00f000000)

/* What stands for a document in a row; 0 for none, an empty id. */
uint32_t before_owner(struct taker *taker, struct text id);

/* What an item is known by. */
struct ledger_key before_key(
    const struct taker *taker, const struct item *item);

/* Any row of the ledger, as ledger_get says: in the taker's batch, or else in its
 * spool. *ret_seen_ms (or NULL) stays when it is in the batch: it was seen just
 * now. */
int before_row(const struct taker *taker, struct ledger_key key,
    uint64_t *ret_row, int64_t *ret_seen_ms, struct err *err);

/* Ask the taker's batch, then its spool; -1 when that cannot be read. */
int before_find(struct taker *taker, const struct item *item, int64_t now_ms,
    struct before *ret, struct err *err);

/* It is taken as it is now. */
void before_put(
    struct taker *taker, const struct before *before, int64_t now_ms);

/* It is no news: write only what is not known yet or has not been for long, so
 * that pruning spares what the API still shows. */
void before_confirm(
    struct taker *taker, const struct before *before, int64_t now_ms);

#endif
