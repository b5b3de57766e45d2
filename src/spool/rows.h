/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys and values of the spool's small tables as they are on disk, in the
 * machine's own order of octets unless said otherwise.
 */
#ifndef CEFD_SPOOL_ROWS_H
#define CEFD_SPOOL_ROWS_H

#include <endian.h>
#include <stdint.h>

#include "spool/ledger.h"
#include "spool/sum.h"

/* A ledger_key as it is stored: high octets first, so that times sort. */
struct ledger_name {
	uint64_t hi_be;
	uint64_t lo_be;
};

struct ledger_row {
	uint64_t state;
	uint32_t seen_s;
	uint32_t sum; /* of the others and of the key */
};

/* Keys of rows that were found damaged, so that each counts once. */
#define LEDGER_NOTED_MAX 16u

struct ledger_noted {
	struct ledger_key keys[LEDGER_NOTED_MAX];
	unsigned next;
};

struct position_row {
	uint64_t head;
	uint64_t next;
	uint64_t aside; /* damaged records before head, ever */
	uint64_t sum;   /* of the others and of whose it is; set when stored */
};

static inline struct ledger_name
ledger_name_of(struct ledger_key key)
{
	return (struct ledger_name){htobe64(key.hi), htobe64(key.lo)};
}

static inline uint32_t
ledger_row_sum(const struct ledger_name *name, const struct ledger_row *row)
{
	const uint64_t all[] = {
	    name->hi_be, name->lo_be, row->state, row->seen_s};

	return (uint32_t)sum64(all, sizeof(all));
}

#endif
