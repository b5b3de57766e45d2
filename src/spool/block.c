/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building and reading blocks of records (block.h has the layout).
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "spool/block.h"
#include "spool/sum.h"

#define BLOCK_MAGIC 0x31716263u /* "cbq1" where the low octet is first */
#define ENTRY_BYTES (sizeof(struct block_entry))

struct head {
	uint32_t magic;
	uint32_t count;
	uint64_t first;
	int64_t time_ms;
	uint64_t sum;
};

_Static_assert(sizeof(struct head) == BLOCK_HEAD_BYTES, "the head has gaps");
_Static_assert(sizeof(struct block_entry) == 8, "an entry has gaps");

static uint64_t index_sum(
    uint64_t owner, const struct head *head, const char *index);
static struct block_entry entry_at(const char *index, uint32_t i);

struct block_entry
block_entry_of(uint32_t start, const char *data, size_t len)
{
	return (struct block_entry){
	    .end = start + (uint32_t)len,
	    .sum = (uint32_t)sum64(data, len),
	};
}

size_t
block_bytes(uint32_t count, size_t octets_len)
{
	return BLOCK_HEAD_BYTES + count * ENTRY_BYTES + octets_len;
}

void
block_build(char *out, uint64_t owner, uint64_t first, int64_t time_ms,
    const struct block_entry *index, uint32_t count, const char *octets)
{
	struct head head = {
	    .magic = BLOCK_MAGIC,
	    .count = count,
	    .first = first,
	    .time_ms = time_ms,
	};
	char *index_out = out + BLOCK_HEAD_BYTES;

	assert(count != 0);
	memcpy(index_out, index, count * ENTRY_BYTES);
	if (index[count - 1].end != 0)
		memcpy(index_out + count * ENTRY_BYTES, octets,
		    index[count - 1].end);
	head.sum = index_sum(owner, &head, index_out);
	memcpy(out, &head, sizeof(head));
}

int
block_check(struct block *ret, uint64_t owner, const void *data, size_t size)
{
	struct head head;
	const char *index;

	if (size < BLOCK_HEAD_BYTES || size > BLOCK_MAX_BYTES)
		return -1;
	memcpy(&head, data, sizeof(head));
	if (head.magic != BLOCK_MAGIC || head.count == 0 ||
	    head.count > (size - BLOCK_HEAD_BYTES) / ENTRY_BYTES)
		return -1;
	index = (const char *)data + BLOCK_HEAD_BYTES;
	if (index_sum(owner, &head, index) != head.sum)
		return -1;
	if (block_bytes(head.count, entry_at(index, head.count - 1).end) !=
	    size)
		return -1;
	*ret = (struct block){
	    .first = head.first,
	    .time_ms = head.time_ms,
	    .count = head.count,
	    .octets_len = entry_at(index, head.count - 1).end,
	    .index = index,
	    .octets = index + head.count * ENTRY_BYTES,
	};
	return 0;
}

int
block_record(const struct block *block, uint32_t i, struct text *ret)
{
	uint32_t start = i == 0 ? 0 : entry_at(block->index, i - 1).end;
	struct block_entry entry = entry_at(block->index, i);
	struct text record;

	if (entry.end < start || entry.end > block->octets_len)
		return -1;
	record = (struct text){block->octets + start, entry.end - start};
	if ((uint32_t)sum64(record.ptr, record.len) != entry.sum)
		return -1;
	*ret = record;
	return 0;
}

/* Two sums in one: the index's own is hashed with what stands beside it. */
static uint64_t
index_sum(uint64_t owner, const struct head *head, const char *index)
{
	struct {
		uint64_t owner;
		uint64_t first;
		uint64_t magic_count;
		int64_t time_ms;
		uint64_t entries;
	} all = {
	    .owner = owner,
	    .first = head->first,
	    .magic_count = (uint64_t)head->magic << 32 | head->count,
	    .time_ms = head->time_ms,
	    .entries = sum64(index, head->count * ENTRY_BYTES),
	};

	return sum64(&all, sizeof(all));
}

static struct block_entry
entry_at(const char *index, uint32_t i)
{
	struct block_entry entry;

	/* A short block lies in a leaf page, at any even address. */
	memcpy(&entry, index + i * ENTRY_BYTES, sizeof(entry));
	return entry;
}
