/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one commit will hold, gathered in memory: records for queues, ledger
 * entries, cursors and retries. Nothing is durable until spool_commit.
 */
#ifndef CEFD_SPOOL_BATCH_H
#define CEFD_SPOOL_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "spool/ledger.h"

struct batch;
struct queue;

struct batch *batch_new(void);
void batch_free(struct batch *batch);

/* Forget the contents, keep the memory. */
void batch_reset(struct batch *batch);

/* Octets of records so far, and their number, over all queues. */
size_t batch_bytes(const struct batch *batch);
size_t batch_records(const struct batch *batch);

/* The number the next record put for `queue` will get. */
uint64_t batch_next(const struct batch *batch, const struct queue *queue);

/* Add a copy of one record of at most QUEUE_RECORD_MAX octets. */
void batch_put_record(
    struct batch *batch, struct queue *queue, const char *data, size_t len);

/* Note that `state` of `key` has been taken at wall clock `now_ms`. */
void batch_put_ledger(
    struct batch *batch, struct ledger_key key, uint64_t state, int64_t now_ms);

/* 1 and the state put last for `key` in this batch, or 0. */
int batch_get_ledger(
    const struct batch *batch, struct ledger_key key, uint64_t *ret_state);

/* Copy a cursor's new value. The name has at most 500 octets. */
void batch_put_cursor(struct batch *batch, const char *name, const char *value);

/* Add, replace or (attempts 0) remove an entry of the retry list. */
void batch_put_retry(struct batch *batch, const struct retry *retry);

#endif
