/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open addressing; the keys are hashes already. At most half full.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "intake/keyset.h"

static bool insert(struct ledger_key *slots, size_t cap, struct ledger_key key);
static void grow(struct keyset *set);

void
keyset_clear(struct keyset *set)
{
	free(set->slots);
	*set = (struct keyset){NULL, 0, 0};
}

bool
keyset_add(struct keyset *set, struct ledger_key key)
{
	/* The free slot's own value cannot be a member. */
	if (key.lo == 0 && key.hi == 0)
		key.lo = 1;
	if (set->count * 2 >= set->cap)
		grow(set);
	if (!insert(set->slots, set->cap, key))
		return false;
	set->count++;
	return true;
}

static bool
insert(struct ledger_key *slots, size_t cap, struct ledger_key key)
{
	size_t i = (size_t)key.lo & (cap - 1);

	while (slots[i].lo != 0 || slots[i].hi != 0) {
		if (slots[i].lo == key.lo && slots[i].hi == key.hi)
			return false;
		i = (i + 1) & (cap - 1);
	}
	slots[i] = key;
	return true;
}

static void
grow(struct keyset *set)
{
	size_t cap = set->cap == 0 ? 64 : set->cap * 2;
	struct ledger_key *slots = xcalloc(cap, sizeof(*slots));

	for (size_t i = 0; i < set->cap; i++)
		if (set->slots[i].lo != 0 || set->slots[i].hi != 0)
			(void)insert(slots, cap, set->slots[i]);
	free(set->slots);
	set->slots = slots;
	set->cap = cap;
}
