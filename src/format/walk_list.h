/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields that hold several things: lists, and the keys of what was cut. For
 * walk_field.c only.
 */
#ifndef CEFD_FORMAT_WALK_LIST_H
#define CEFD_FORMAT_WALK_LIST_H

#include <stddef.h>

struct walk;

/* Put a list, cut by whole items: half an address or half a name misleads. */
void walk_list_put(struct walk *walk, size_t i);

/* How many items have any text; counting stops at `enough`. */
size_t walk_list_count(struct walk *walk, size_t i, size_t enough);

/* Put the keys in the order of output, those behind field `i` among them. */
void walk_put_truncated(struct walk *walk, size_t i);

#endif
