/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How records lie on disk: a run of them, with an index, in one block. Pure:
 * what is read may be anything, and nothing outside it is ever touched.
 *
 *	magic u32 | count u32 | number of the first record u64
 *	committed at, ms u64 | sum of the index u64
 *	count times: end of the record u32 | its checksum u32
 *	the records' octets
 *
 * Numbers are in the machine's own order, as in the LMDB file around them.
 * The index's checksum covers the head, the index and which queue it is of, so
 * a block is good for that queue only, and knows its own place there: the key
 * that it is found by may be damaged, and is not believed. One flipped bit of
 * all that is turned back by whoever reads the block; on disk it stays.
 */
#ifndef CEFD_SPOOL_BLOCK_H
#define CEFD_SPOOL_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * A block is closed before it grows beyond this: with LMDB's own 16 octets it
 * fills 16 pages of 4 KiB. A record that does not fit has a block to itself.
 */
#define BLOCK_TARGET_BYTES (65536 - 16)
#define BLOCK_HEAD_BYTES 32
#define BLOCK_COUNT_AT 4
/* Larger than any block that is written; what claims to be more is damaged. */
#define BLOCK_MAX_BYTES (2u << 20)

struct block_entry {
	uint32_t end; /* octets from the first record's start */
	uint32_t sum;
};

struct block {
	uint64_t first; /* number of the first record */
	int64_t time_ms;
	uint32_t count;
	uint32_t octets_len;
	const char *index; /* unaligned entries */
	const char *octets;
	uint32_t turned_at;  /* octet of head and index with a flipped bit, */
	uint8_t turned_bits; /* that one; 0: there is none */
};

/* Number of the record after the last. */
static inline uint64_t
block_end(const struct block *block)
{
	return block->first + block->count;
}

/* Whether a bit of it had to be turned back. */
static inline bool
block_is_mended(const struct block *block)
{
	return block->turned_bits != 0;
}

struct block_entry block_entry_of(uint32_t start, const char *data, size_t len);
size_t block_bytes(uint32_t count, size_t octets_len);

/* Write block_bytes() octets to `out`. `owner` stands for the queue. */
void block_build(char *out, uint64_t owner, uint64_t first, int64_t time_ms,
    const struct block_entry *index, uint32_t count, const char *octets);

/* Find the way about a block. -1 when more than one bit of head and index is
 * damaged, or it is another owner's. */
int block_check(
    struct block *ret, uint64_t owner, const void *data, size_t size);

/* The record `i` of count. -1 when it is damaged. */
int block_record(const struct block *block, uint32_t i, struct text *ret);

#endif
