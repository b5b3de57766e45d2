/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a batch, for those who write it to disk. Records lie ready as
 * blocks: their octets in a row, their index beside them, and a cut wherever
 * one block ends and the next begins.
 */
#ifndef CEFD_SPOOL_PARTS_H
#define CEFD_SPOOL_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "spool/batch.h"
#include "spool/block.h"

/* One block to be. */
struct part_cut {
	size_t octets; /* offset of its first octet */
	size_t entry;  /* offset of its first index entry */
};

/* What is for one queue. */
struct part {
	struct queue *queue; /* NULL: nothing yet */
	char *octets;
	size_t octets_len, octets_cap;
	struct block_entry *index;
	size_t count, index_cap;
	struct part_cut *cuts;
	size_t cut_count, cut_cap;
};

struct ledger_entry {
	struct ledger_key key;
	uint64_t state;
	int64_t seen_ms;
};

struct cursor_entry {
	char *name;
	char *value;
};

struct batch {
	struct part *parts; /* by the queue's slot */
	unsigned part_count;
	size_t bytes, records;
	struct ledger_entry *ledger;
	size_t ledger_count, ledger_cap;
	uint32_t *slots; /* open addressing: 1 + place in ledger, 0 free */
	size_t slot_count;
	struct cursor_entry *cursors;
	size_t cursor_count, cursor_cap;
	struct retry *retries; /* their texts are one allocation each */
	size_t retry_count, retry_cap;
};

/* A block ready to be built. */
struct part_block {
	const struct block_entry *index;
	const char *octets;
	uint64_t offset; /* of its first record among the part's */
	uint32_t count;
	size_t bytes; /* it will take */
};

/* The block that cut number `i` begins. */
struct part_block part_block(const struct part *part, size_t i);

#endif
