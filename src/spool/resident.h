/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of the spool's file this process holds in memory. The kernel maps
 * what is read, and what lies around it, and leaves it mapped for as long as
 * nobody wants the memory; a queue that was read from end to end would count as
 * this process's own. So the mapping is given back now and then. The octets
 * stay in the page cache, and are mapped again when they are looked at.
 */
#ifndef CEFD_SPOOL_RESIDENT_H
#define CEFD_SPOOL_RESIDENT_H

#include <stddef.h>

struct resident {
	void *start; /* NULL: not known, and nothing is ever given back */
	size_t len;
	size_t touched_bytes; /* since it was given back, at most */
};

/* Find where the file is mapped. Whenever it was mapped anew. */
void resident_find(struct resident *resident, int fd);

/* So many octets more may have been mapped. */
void resident_touch(struct resident *resident, size_t bytes);

/* Give all of it back, at once. */
void resident_drop(struct resident *resident);

#endif
