/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trees of pages in a data file. LMDB 0.9 has no checksums and follows what
 * its pages say wherever it leads, so they are looked over before it is asked.
 */
#ifndef CEFD_SPOOL_TREE_H
#define CEFD_SPOOL_TREE_H

#include <stddef.h>

/* A table in which LMDB does not find all rows: its keys are not in order. */
typedef void tree_disorder_fn(const char *table, size_t len, void *arg);

/*
 * 0 when the pages that the newer meta page leads to can be what they say they
 * are; -1 when one of them is damaged. A walk takes at most a second: of a file
 * that is larger than that the rest is not looked at, nor is a page that cannot
 * be read. Of keys the order is looked at, and that of the tables' names must be
 * right; values are not judged. meta_check comes first.
 */
int tree_check(int fd, tree_disorder_fn *on_disorder, void *arg);

#endif
