/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch in memory (parts.h has its shape). Records are put straight into the
 * layout they will have on disk, so that a commit only has to copy blocks.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spool/parts.h"
#include "spool/queue.h"
#include "spool/store.h"

/* What a batch may keep for the next round, for each of its arrays. */
#define KEEP_BYTES ((size_t)1 << 20)

static void *grow(void *array, size_t *cap, size_t need, size_t item_bytes);
static void *trim(void *array, size_t *cap, size_t item_bytes);
static void part_reset(struct part *part);
static void part_clear(struct part *part);
static struct part *part_of(struct batch *batch, struct queue *queue);
static void part_cut(struct part *part, size_t len);
static uint32_t *find_slot(const struct batch *batch, struct ledger_key key);
static void rehash(struct batch *batch);
static void drop_small(struct batch *batch);

struct batch *
batch_new(void)
{
	return xcalloc(1, sizeof(struct batch));
}

void
batch_free(struct batch *batch)
{
	unsigned i;

	if (batch == NULL)
		return;
	drop_small(batch);
	for (i = 0; i < batch->part_count; i++)
		part_clear(&batch->parts[i]);
	free(batch->parts);
	free(batch->ledger);
	free(batch->slots);
	free(batch->cursors);
	free(batch->retries);
	free(batch);
}

void
batch_reset(struct batch *batch)
{
	unsigned i;

	drop_small(batch);
	for (i = 0; i < batch->part_count; i++)
		part_reset(&batch->parts[i]);
	batch->bytes = 0;
	batch->records = 0;
	batch->ledger_count = 0;
	batch->ledger =
	    trim(batch->ledger, &batch->ledger_cap, sizeof(*batch->ledger));
	batch->slots =
	    trim(batch->slots, &batch->slot_count, sizeof(*batch->slots));
	if (batch->slots != NULL)
		memset(
		    batch->slots, 0, batch->slot_count * sizeof(*batch->slots));
}

size_t
batch_bytes(const struct batch *batch)
{
	return batch->bytes;
}

size_t
batch_records(const struct batch *batch)
{
	return batch->records;
}

uint64_t
batch_next(const struct batch *batch, const struct queue *queue)
{
	uint64_t next = queue_next(queue);

	if (queue->slot < batch->part_count)
		next += batch->parts[queue->slot].count;
	return next;
}

void
batch_put_record(
    struct batch *batch, struct queue *queue, const char *data, size_t len)
{
	struct part *part = part_of(batch, queue);
	struct part_cut *cut;

	assert(len <= QUEUE_RECORD_MAX);
	part_cut(part, len);
	cut = &part->cuts[part->cut_count - 1];
	part->octets =
	    grow(part->octets, &part->octets_cap, part->octets_len + len, 1);
	part->index = grow(part->index, &part->index_cap, part->count + 1,
	    sizeof(*part->index));
	if (len != 0)
		memcpy(part->octets + part->octets_len, data, len);
	part->index[part->count++] = block_entry_of(
	    (uint32_t)(part->octets_len - cut->octets), data, len);
	part->octets_len += len;
	batch->bytes += len;
	batch->records++;
}

void
batch_put_ledger(
    struct batch *batch, struct ledger_key key, uint64_t state, int64_t now_ms)
{
	uint32_t *slot;

	if (batch->ledger_count + 1 > batch->slot_count / 2)
		rehash(batch);
	slot = find_slot(batch, key);
	if (*slot == 0) {
		batch->ledger = grow(batch->ledger, &batch->ledger_cap,
		    batch->ledger_count + 1, sizeof(*batch->ledger));
		*slot = (uint32_t)++batch->ledger_count;
	}
	batch->ledger[*slot - 1] = (struct ledger_entry){key, state, now_ms};
}

int
batch_get_ledger(
    const struct batch *batch, struct ledger_key key, uint64_t *ret_state)
{
	const uint32_t *slot;

	if (batch->ledger_count == 0)
		return 0;
	slot = find_slot(batch, key);
	if (*slot == 0)
		return 0;
	*ret_state = batch->ledger[*slot - 1].state;
	return 1;
}

void
batch_put_cursor(struct batch *batch, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < batch->cursor_count; i++) {
		if (!strcmp(batch->cursors[i].name, name)) {
			free(batch->cursors[i].value);
			batch->cursors[i].value = xstrdup(value);
			return;
		}
	}
	batch->cursors = grow(batch->cursors, &batch->cursor_cap,
	    batch->cursor_count + 1, sizeof(*batch->cursors));
	batch->cursors[batch->cursor_count++] =
	    (struct cursor_entry){xstrdup(name), xstrdup(value)};
}

void
batch_put_retry(struct batch *batch, const struct retry *retry)
{
	struct retry copy = *retry;
	char *texts = xmalloc(retry->stream.len + retry->id.len);

	if (retry->stream.len != 0)
		memcpy(texts, retry->stream.ptr, retry->stream.len);
	if (retry->id.len != 0)
		memcpy(texts + retry->stream.len, retry->id.ptr, retry->id.len);
	copy.stream.ptr = texts;
	copy.id.ptr = texts + retry->stream.len;
	batch->retries = grow(batch->retries, &batch->retry_cap,
	    batch->retry_count + 1, sizeof(*batch->retries));
	batch->retries[batch->retry_count++] = copy;
}

struct part_block
part_block(const struct part *part, size_t i)
{
	const struct part_cut *cut = &part->cuts[i];
	bool last = i + 1 == part->cut_count;
	size_t end = last ? part->count : cut[1].entry;
	size_t octets_end = last ? part->octets_len : cut[1].octets;
	uint32_t count = (uint32_t)(end - cut->entry);

	return (struct part_block){
	    .index = part->index + cut->entry,
	    .octets = part->octets + cut->octets,
	    .offset = cut->entry,
	    .count = count,
	    .bytes = block_bytes(count, octets_end - cut->octets),
	};
}

static void *
grow(void *array, size_t *cap, size_t need, size_t item_bytes)
{
	if (array != NULL && need <= *cap)
		return array;
	*cap = need < 16 ? 16 : need + need / 2;
	return xrealloc(array, *cap, item_bytes);
}

static void *
trim(void *array, size_t *cap, size_t item_bytes)
{
	if (*cap * item_bytes <= KEEP_BYTES)
		return array;
	free(array);
	*cap = 0;
	return NULL;
}

static void
part_reset(struct part *part)
{
	part->queue = NULL;
	part->octets_len = 0;
	part->count = 0;
	part->cut_count = 0;
	part->octets = trim(part->octets, &part->octets_cap, 1);
	part->index = trim(part->index, &part->index_cap, sizeof(*part->index));
	part->cuts = trim(part->cuts, &part->cut_cap, sizeof(*part->cuts));
}

static void
part_clear(struct part *part)
{
	free(part->octets);
	free(part->index);
	free(part->cuts);
}

static struct part *
part_of(struct batch *batch, struct queue *queue)
{
	unsigned old = batch->part_count;

	if (queue->slot >= old) {
		batch->part_count = queue->slot + 1;
		batch->parts = xrealloc(
		    batch->parts, batch->part_count, sizeof(*batch->parts));
		memset(&batch->parts[old], 0,
		    (batch->part_count - old) * sizeof(*batch->parts));
	}
	batch->parts[queue->slot].queue = queue;
	return &batch->parts[queue->slot];
}

/* Begin a block when there is none or the record would make it too large. */
static void
part_cut(struct part *part, size_t len)
{
	if (part->cut_count != 0) {
		struct part_cut *last = &part->cuts[part->cut_count - 1];

		if (block_bytes((uint32_t)(part->count - last->entry) + 1,
		        part->octets_len - last->octets + len) <=
		    BLOCK_TARGET_BYTES)
			return;
	}
	part->cuts = grow(part->cuts, &part->cut_cap, part->cut_count + 1,
	    sizeof(*part->cuts));
	part->cuts[part->cut_count++] =
	    (struct part_cut){part->octets_len, part->count};
}

/* The key's slot, or the free one where it would go. The keys are hashes. */
static uint32_t *
find_slot(const struct batch *batch, struct ledger_key key)
{
	size_t at = key.lo & (batch->slot_count - 1);

	while (batch->slots[at] != 0) {
		const struct ledger_entry *entry =
		    &batch->ledger[batch->slots[at] - 1];

		if (entry->key.lo == key.lo && entry->key.hi == key.hi)
			break;
		at = (at + 1) & (batch->slot_count - 1);
	}
	return &batch->slots[at];
}

static void
rehash(struct batch *batch)
{
	size_t i;

	batch->slot_count = batch->slot_count == 0 ? 64 : batch->slot_count * 2;
	free(batch->slots);
	batch->slots = xcalloc(batch->slot_count, sizeof(*batch->slots));
	for (i = 0; i < batch->ledger_count; i++)
		*find_slot(batch, batch->ledger[i].key) = (uint32_t)i + 1;
}

/* The few cursors and retries are not worth keeping memory for. */
static void
drop_small(struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->cursor_count; i++) {
		free(batch->cursors[i].name);
		free(batch->cursors[i].value);
	}
	for (i = 0; i < batch->retry_count; i++)
		free((char *)batch->retries[i].stream.ptr);
	batch->cursor_count = 0;
	batch->retry_count = 0;
}
