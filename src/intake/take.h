/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a decoded detail to records in a batch: a state of a message that the
 * ledger does not know is formatted for every destination that wants it.
 */
#ifndef CEFD_INTAKE_TAKE_H
#define CEFD_INTAKE_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "intake/keyset.h"
#include "intake/normalise.h"
#include "intake/outlet.h"

struct alike;
struct batch;
struct err;
struct spool;
struct stream;
struct val;

/* What documents beside a detail add to its records. */
enum addition {
	ADDITION_NONE, /* none are wanted */
	ADDITION_HERE,
	ADDITION_OWED, /* they could not be had: what goes without is marked */
};

struct taker {
	struct spool *spool;
	struct batch *batch;
	const struct stream *stream;
	struct normalise_context context;
	const struct outlet *outlets;
	size_t outlet_count;
	enum addition addition;
	bool hold_unsettled; /* leave what is still being judged */
	/* Not 0: a replay of this span, ms; what is known is sent as well. */
	int64_t again_from_ms, again_to_ms;
	bool is_partial; /* not all who want it get it: it stays unknown */
	bool is_awaited; /* and comes as usual once it is settled */
	int64_t quiet_before_ms; /* not 0: what is older and settled is left */
	struct buf *dry; /* or NULL: gets lines; the ledger's go to the batch */
	uint32_t owner; /* what stands for the document at hand: see before.h */
	const struct val *items; /* a list's page, and what of it is alike; */
	bool is_part;            /* there are more pages */
	struct alike *alike;
	struct keyset page; /* of this reply; and working memory: */
	struct arena arena;
	struct buf line;
};

struct taken {
	/* New, destinations not multiplied; of a replay: in any queue now. */
	unsigned records;
	unsigned updates;    /* of them, of messages known before */
	unsigned without;    /* of them, those that lack an addition */
	unsigned fresh;      /* messages that `seen` did not hold yet */
	unsigned held, left; /* of them: unsettled; before quiet_before_ms */
	unsigned failed; /* messages that could not be taken, the first time */
	unsigned unwanted; /* times that a destination's filter left one out */
	struct err *why;   /* in: filled with the last failure; may be NULL */
	struct keyset *recipients; /* in: gets those met; may be NULL */
};

void taker_init(struct taker *taker, struct spool *spool, struct batch *batch,
    const struct stream *stream);
void taker_clear(struct taker *taker);

/*
 * Take the messages of one page of a detail. `seen` collects the messages of
 * this detail over its pages. Adds to *taken. ERR_BAD when the document is no
 * detail, ERR_IO when the ledger cannot be read.
 */
int take_page(struct taker *taker, const struct val *root,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err);

/* The same for records that are a list's page, from one place to before another.
 * Its first are taken first, and no other page in between. */
int take_items(struct taker *taker, const struct val *items, size_t from,
    size_t to, int64_t now_ms, struct keyset *seen, struct taken *taken,
    struct err *err);

/* True when take_page would make a record of something, or cannot tell. */
bool take_has_news(
    struct taker *taker, const struct val *root, struct text parent_id);

/* An address is the same in upper case, or with blanks around it. */
struct text take_address(struct arena *arena, struct text spelled);

/* A notice of our own, which no ledger knows, for every destination. */
void take_notice(struct taker *taker, const struct item *item, int64_t now_ms,
    struct taken *taken);

#endif
