/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena: blocks in a list, memory handed out from the newest one. A large
 * message costs large blocks, which are not kept when it is done.
 */
#include "config.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"

#define BLOCK_BYTES 16384
#define BLOCK_KEEP_BYTES_MAX 65536

struct arena_block {
	struct arena_block *next; /* the older one */
	size_t size;              /* octets of mem */
	alignas(max_align_t) unsigned char mem[];
};

static void free_blocks(struct arena_block *b);
static void add_block(struct arena *a, size_t size);

void
arena_init(struct arena *a)
{
	a->blocks = NULL;
	a->used = 0;
}

void
arena_clear(struct arena *a)
{
	free_blocks(a->blocks);
	arena_init(a);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	void *p;

	if (size > SIZE_MAX / 2)
		abort();
	size = (size + align - 1) / align * align;
	if (a->blocks == NULL || size > a->blocks->size - a->used)
		add_block(a, size);
	p = a->blocks->mem + a->used;
	a->used += size;
	return p;
}

void
arena_reset(struct arena *a)
{
	struct arena_block *keep = a->blocks;

	if (keep == NULL)
		return;
	free_blocks(keep->next);
	keep->next = NULL;
	a->used = 0;
	if (keep->size > BLOCK_KEEP_BYTES_MAX)
		arena_clear(a);
}

static void
free_blocks(struct arena_block *b)
{
	while (b != NULL) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
}

static void
add_block(struct arena *a, size_t size)
{
	struct arena_block *b;

	if (size < BLOCK_BYTES)
		size = BLOCK_BYTES;
	b = xmalloc(sizeof(*b) + size);
	b->next = a->blocks;
	b->size = size;
	a->blocks = b;
	a->used = 0;
}
