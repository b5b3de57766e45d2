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

/* A ledger_key as it is stored: high octets first, so that times sort. */
struct ledger_name {
	uint64_t hi_be;
	uint64_t lo_be;
};

struct ledger_row {
	uint64_t state;
	int64_t seen_ms;
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

#endif
