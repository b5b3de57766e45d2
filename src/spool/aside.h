/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the spool's file is: one that is of no use any more is put out of the
 * way, and never one that is.
 */
#ifndef CEFD_SPOOL_ASIDE_H
#define CEFD_SPOOL_ASIDE_H

#include <stdbool.h>

struct err;
struct spool;

/* -1, ERR_BAD, when there is no data file in the folder `path`, or no folder. */
int spool_find(const char *path, struct err *err);

/*
 * Put the data file of the folder `path`, in whatever state it is, out of the
 * way. *ret_name is where it is now, for free(). ERR_DENIED while a cefd uses
 * it.
 */
int spool_set_aside(const char *path, char **ret_name, struct err *err);

/*
 * Read every row of every table. -1 when that cannot be done; where the disk
 * or the file gives a page no more, the process may be ended by SIGBUS or
 * SIGSEGV instead. Records are not judged: one that is damaged harms no other.
 */
int spool_look_through(struct spool *spool, struct err *err);

/* The file of a spool in use was deleted, moved, or hidden by what was mounted
 * over its folder. One that has failed is not said to be. */
bool spool_is_gone(const struct spool *spool);

#endif
