/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scratch memory that is given back all at once: what one message needs while
 * it is normalised. Never NULL. The blocks are kept between resets.
 */
#ifndef CEFD_BASE_ARENA_H
#define CEFD_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* of the newest block */
};

void arena_init(struct arena *a);
void arena_clear(struct arena *a);

/* `size` octets, aligned for any type, valid until arena_reset. */
void *arena_alloc(struct arena *a, size_t size);

/* Give everything back; one block is kept for next time. */
void arena_reset(struct arena *a);

#endif
