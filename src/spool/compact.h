/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving disk space back, in two steps.
 */
#ifndef CEFD_SPOOL_COMPACT_H
#define CEFD_SPOOL_COMPACT_H

#include <stdbool.h>

struct err;
struct spool;

/* Whether next to nothing is left in a large file. */
bool compact_pays(const struct spool *spool);

/* Copy what is left into a small file beside it, which begins to go to disk. */
int compact_begin(struct spool *spool, struct err *err);

/* Whether a copy is there that still says what the spool says. */
bool compact_is_current(const struct spool *spool);

/*
 * Put the copy in the place of the file that is open, which is then nobody's
 * any more: sync the folder, close the old one and open the new one. On failure
 * the old one stays.
 */
int compact_end(struct spool *spool, struct err *err);

/* Free a part of the old one; false when nothing of it is left. */
bool compact_shrink_old(struct spool *spool);

/* Throw the copy away, if there is one. */
void compact_drop(struct spool *spool);

#endif
