/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving disk space back.
 */
#ifndef CEFD_SPOOL_COMPACT_H
#define CEFD_SPOOL_COMPACT_H

#include <stdbool.h>

struct err;
struct spool;

/* Whether next to nothing is left in a large file. */
bool compact_pays(const struct spool *spool);

/*
 * Put a small file in the place of the one that is open, which is then nobody's
 * any more: sync the folder, close the old one and open the new one. On failure
 * the old one stays.
 */
int compact_file(struct spool *spool, struct err *err);

#endif
