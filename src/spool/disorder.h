/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that a flipped bit of a key has put out of order. */
#ifndef CEFD_SPOOL_DISORDER_H
#define CEFD_SPOOL_DISORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "spool/store.h"

struct disorder {
	struct spool *spool;
	bool tables[STORE_TABLES];
};

/* Note one; a tree_disorder_fn. `arg` is a struct disorder. Of a queue it is
 * counted and told at once, and harms nothing else: its blocks are met one after
 * the other. */
void disorder_note(const char *table, size_t len, void *arg);

/*
 * Write all rows of the tables that were noted anew, each by whatever key it has
 * now, so that LMDB finds them; of two with one key that which it has found so
 * far. Count and tell it. What rows say is not judged.
 * They are in memory meanwhile. Where there is no room for it they stay as they
 * are, which is told as well.
 */
void disorder_mend(const struct disorder *disorder);

#endif
