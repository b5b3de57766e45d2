/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of ledger keys in memory: what has been met already in one run, or in
 * one paged detail.
 */
#ifndef CEFD_INTAKE_KEYSET_H
#define CEFD_INTAKE_KEYSET_H

#include <stdbool.h>
#include <stddef.h>

#include "spool/ledger.h"

struct keyset {
	struct ledger_key *slots; /* all zero: free */
	size_t cap;               /* a power of two, or 0 */
	size_t count;
};

void keyset_clear(struct keyset *set);

/* Add a key; false when it was in already. */
bool keyset_add(struct keyset *set, struct ledger_key key);

#endif
