/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of the spool from arbitrary octets: as they are, and as the index of
 * a block whose checksum is right though its entries lie.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "spool/block.h"

#define ENTRIES_MAX 32

/* Look at all of it; the copy has no octet to spare, so a sanitizer sees. */
static void
walk(const void *data, size_t size)
{
	char *copy = xmalloc(size);
	volatile unsigned char last;
	struct block block;
	struct text record;
	uint32_t i;

	memcpy(copy, data, size);
	if (block_check(&block, 0, copy, size) == 0) {
		for (i = 0; i < block.count; i++)
			if (block_record(&block, i, &record) == 0 &&
			    record.len != 0)
				last =
				    (unsigned char)record.ptr[record.len - 1];
		(void)last;
	}
	free(copy);
}

static void
walk_lying_index(const uint8_t *data, size_t size)
{
	struct block_entry index[ENTRIES_MAX];
	uint32_t count = 0;
	size_t bytes;
	char *out;

	while (count < ENTRIES_MAX && size >= sizeof(*index)) {
		memcpy(&index[count++], data, sizeof(*index));
		data += sizeof(*index);
		size -= sizeof(*index);
	}
	if (count == 0)
		return;
	index[count - 1].end = (uint32_t)size;
	bytes = block_bytes(count, size);
	out = xmalloc(bytes);
	block_build(out, 0, 0, 0, index, count, (const char *)data);
	walk(out, bytes);
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	walk(data, size);
	walk_lying_index(data, size);
	return 0;
}
