/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building and reading blocks of records (block.h has the layout).
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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

/* What may be a block, and what it says if it is whole. */
struct trial {
	uint64_t owner;
	const char *data;
	size_t size;
	struct block block;
};

static int lay_out(
    struct block *ret, const char *data, size_t size, struct head *ret_head);
static sum_fits_fn is_whole;
static int mend(
    struct block *ret, uint64_t owner, const char *data, size_t size);
static size_t first_misfit(const char *data, size_t size);
static uint64_t index_sum(
    uint64_t owner, const struct head *head, const char *index);
static struct block_entry entry_at(const struct block *block, uint32_t i);

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
	struct trial as_is = {owner, data, size, {0}};

	if (size < BLOCK_HEAD_BYTES || size > BLOCK_MAX_BYTES)
		return -1;
	if (!is_whole(&as_is))
		return mend(ret, owner, data, size);
	*ret = as_is.block;
	return 0;
}

int
block_record(const struct block *block, uint32_t i, struct text *ret)
{
	uint32_t start = i == 0 ? 0 : entry_at(block, i - 1).end;
	struct block_entry entry = entry_at(block, i);
	struct text record;

	if (entry.end < start || entry.end > block->octets_len)
		return -1;
	record = (struct text){block->octets + start, entry.end - start};
	if ((uint32_t)sum64(record.ptr, record.len) != entry.sum)
		return -1;
	*ret = record;
	return 0;
}

/* Where what it says of itself would have its parts. */
static int
lay_out(struct block *ret, const char *data, size_t size, struct head *ret_head)
{
	struct head head;

	memcpy(&head, data, sizeof(head));
	*ret_head = head;
	if (head.magic != BLOCK_MAGIC || head.count == 0 ||
	    head.count > (size - BLOCK_HEAD_BYTES) / ENTRY_BYTES)
		return -1;
	*ret = (struct block){
	    .first = head.first,
	    .time_ms = head.time_ms,
	    .count = head.count,
	    .octets_len = (uint32_t)(size - block_bytes(head.count, 0)),
	    .index = data + BLOCK_HEAD_BYTES,
	    .octets = data + block_bytes(head.count, 0),
	};
	return 0;
}

static bool
is_whole(void *arg)
{
	struct trial *t = arg;
	struct block *block = &t->block;
	struct head head;

	return lay_out(block, t->data, t->size, &head) == 0 &&
	    index_sum(t->owner, &head, block->index) == head.sum &&
	    entry_at(block, block->count - 1).end == block->octets_len;
}

/*
 * The flipped bit is in the head, or in the entry of the first record that does
 * not fit its entry: so few sums find it. What has no magic is no block.
 */
static int
mend(struct block *ret, uint64_t owner, const char *data, size_t size)
{
	struct trial copy = {.owner = owner, .size = size};
	uint32_t magic, wrong;
	char *octets;
	size_t at;

	memcpy(&magic, data, sizeof(magic));
	wrong = magic ^ BLOCK_MAGIC;
	if ((wrong & (wrong - 1)) != 0)
		return -1;
	octets = xmalloc(size);
	memcpy(octets, data, size);
	copy.data = octets;
	at = sum_turn_back(octets, BLOCK_HEAD_BYTES, is_whole, &copy)
	    ? 0
	    : first_misfit(data, size);
	if (at != 0 && at < size &&
	    !sum_turn_back(octets + at, ENTRY_BYTES, is_whole, &copy))
		at = size;
	if (at < size) {
		while (octets[at] == data[at])
			at++;
		*ret = copy.block;
		ret->index = data + BLOCK_HEAD_BYTES;
		ret->octets = data + block_bytes(ret->count, 0);
		ret->turned_at = (uint32_t)at;
		ret->turned_bits = (uint8_t)(octets[at] ^ data[at]);
	}
	free(octets);
	return at < size ? 0 : -1;
}

/* Where its entry is; `size` when there is none. */
static size_t
first_misfit(const char *data, size_t size)
{
	struct block block;
	struct text record;
	struct head head;
	uint32_t i = 0;

	if (lay_out(&block, data, size, &head) == -1)
		return size;
	while (i < block.count && block_record(&block, i, &record) == 0)
		i++;
	return i < block.count ? block_bytes(i, 0) : size;
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
entry_at(const struct block *block, uint32_t i)
{
	const size_t at = block_bytes(i, 0);
	unsigned char octets[ENTRY_BYTES];
	struct block_entry entry;

	/* A short block lies in a leaf page, at any even address. */
	memcpy(octets, block->index + i * ENTRY_BYTES, sizeof(octets));
	if (block->turned_at >= at && block->turned_at - at < ENTRY_BYTES)
		octets[block->turned_at - at] ^= block->turned_bits;
	memcpy(&entry, octets, sizeof(entry));
	return entry;
}
