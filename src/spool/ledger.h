/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the intake remembers: which state of which message it has taken, how
 * far each stream has got, and what is to be fetched again.
 */
#ifndef CEFD_SPOOL_LEDGER_H
#define CEFD_SPOOL_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct err;
struct queue;
struct spool;

/* 128 bits that stand for (source, stream, id, recipient). */
struct ledger_key {
	uint64_t lo, hi;
};

/*
 * The key of what the parts name, told apart from every other split of the
 * same octets. The hash is keyed with a secret of this spool, so that nobody
 * can choose ids that collide.
 */
struct ledger_key ledger_key(
    const struct spool *spool, const struct text *parts, unsigned count);

/*
 * The same key, laid beside those of things of about that time. Rows that lie
 * together are written several times as fast, so what is listed in the order of
 * some time should be noted with it. It must never change for the same thing
 * (else the thing is not known again); 0 when there is none. 96 bits of the
 * hash stay.
 */
struct ledger_key ledger_key_near(struct ledger_key key, int64_t time_ms);

/* 64 bits that stand for a state; same rules. */
uint64_t ledger_state(
    const struct spool *spool, const struct text *parts, unsigned count);

/* What was known of the key is damaged: it is not known any more. */
#define LEDGER_DAMAGED 2

/*
 * 1 and its state when the key is known, 0 when not, -1 on error, or
 * LEDGER_DAMAGED. *ret_seen_ms is when it was noted last, to the second; the
 * pointer may be NULL.
 */
int ledger_get(struct spool *spool, struct ledger_key key, uint64_t *ret_state,
    int64_t *ret_seen_ms, struct err *err);

/* Forget keys not confirmed since `before_ms`, and rows that are damaged, which
 * are counted and told; at most `max` rows are looked at in a call. Call again
 * until it returns 0 (1: more to look at, -1: error). */
int ledger_prune(
    struct spool *spool, int64_t before_ms, unsigned max, struct err *err);

/*
 * The value stored under `name` ("cursor/acme/threats"), copied with a final
 * NUL. 1 found, 0 not, -1 error (ERR_FULL when it does not fit).
 */
int cursor_get(struct spool *spool, const char *name, char *value,
    size_t value_size, struct err *err);

/* Where a queue is, for what is stored beside it. */
struct spool *queue_spool(const struct queue *queue);

/* Store one by itself, durably. 0, or -1 as spool_commit. */
int cursor_set(
    struct spool *spool, const char *name, const char *value, struct err *err);

/* A thing to fetch again. `id` is unique within `stream` ("acme/threats"). */
struct retry {
	struct text stream;
	struct text id;
	uint32_t attempts;
	int64_t first_ms; /* wall clock, of the first failure */
	int64_t next_ms;  /* wall clock, not before */
};

typedef bool retry_fn(const struct retry *retry, void *arg);

/*
 * Call fn for each entry of the stream, in no order, until it returns false.
 * It must write nothing to the spool.
 */
int retry_each(struct spool *spool, const char *stream, retry_fn *fn, void *arg,
    struct err *err);

#endif
