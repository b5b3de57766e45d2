/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids. Adding few to many inserts them; adding many sorts all again.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_id.h"

static int compare_ids(const void *a, const void *b);

/* Version 4, variant 1: RFC 9562 section 5.4. */
void
sim_id_make_uuid(struct sim_id *id, uint64_t high, uint64_t low)
{
	id->high = (high & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
	id->low = (low & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;
}

void
sim_id_format(char out[SIM_UUID_LEN + 1], const struct sim_id *id)
{
	(void)snprintf(out, SIM_UUID_LEN + 1,
	    "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64
	    "-%012" PRIx64,
	    id->high >> 32, id->high >> 16 & 0xffff, id->high & 0xffff,
	    id->low >> 48, id->low & UINT64_C(0xffffffffffff));
}

/* 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4). */
int
sim_id_parse(const char *text, struct sim_id *ret)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	uint64_t *part;
	size_t i;

	memset(ret, 0, sizeof(*ret));
	if (strlen(text) != SIM_UUID_LEN)
		return -1;
	for (i = 0; i < SIM_UUID_LEN; i++) {
		part = i < 18 ? &ret->high : &ret->low;
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return -1;
			continue;
		}
		digit = strchr(digits, tolower((unsigned char)text[i]));
		if (digit == NULL)
			return -1;
		*part = *part << 4 | (uint64_t)(digit - digits);
	}
	return 0;
}

void
sim_ids_sort_in(struct sim_id *ids, uint32_t first, uint32_t count)
{
	struct sim_id id;
	uint32_t low;
	uint32_t high;
	uint32_t mid;
	uint32_t i;

	if (count - first > count / 16) {
		qsort(ids, count, sizeof(*ids), compare_ids);
		return;
	}
	for (i = first; i < count; i++) {
		id = ids[i];
		low = 0;
		high = i;
		while (low < high) {
			mid = low + (high - low) / 2;
			if (compare_ids(&ids[mid], &id) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		memmove(&ids[low + 1], &ids[low], (i - low) * sizeof(id));
		ids[low] = id;
	}
}

const struct sim_id *
sim_ids_find(const struct sim_id *ids, uint32_t count, const struct sim_id *key)
{
	if (count == 0)
		return NULL;
	return bsearch(key, ids, count, sizeof(*ids), compare_ids);
}

static int
compare_ids(const void *a, const void *b)
{
	const struct sim_id *x;
	const struct sim_id *y;

	x = a;
	y = b;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}
