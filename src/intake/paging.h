/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is there another page of a list? One that is full may have one even where the
 * reply names none, and one that is named may not be there. How many entries a
 * full one has is the API's to decide: as many as were asked for, or as many as
 * another page had.
 */
#ifndef CEFD_INTAKE_PAGING_H
#define CEFD_INTAKE_PAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listing;
struct val;

/* Entries. No API has pages as small as that: surely, and most likely. */
#define PAGING_MIN 5
#define PAGING_USUAL_MIN 20

/* The page after this one, from 2 up; 0: there is none. Notes how long this one
 * is, and whether the next one is but a guess. */
int64_t paging_next(struct listing *l, const struct val *root);

/* Pages that are shorter than that are not full. */
bool paging_may_go_on(const struct listing *l, size_t page_min);

/*
 * Is there more than a page? A full one says so, even if it names no next one,
 * and a second one that is not empty; a next page that is merely announced may
 * be empty.
 */
bool paging_is_too_long(const struct listing *l);

#endif
