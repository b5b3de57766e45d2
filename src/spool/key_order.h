/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Are the keys of a tree in order? LMDB finds a key by comparing it with those
 * on its way: with one that is out of place, rows that are whole are not found.
 * They are shown here as a walk from the first leaf to the last meets them.
 */
#ifndef CEFD_SPOOL_KEY_ORDER_H
#define CEFD_SPOOL_KEY_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_ORDER_MAX 511 /* LMDB's own limit, in octets */

struct key_order {
	bool integers;  /* numbers of 64 bits, not octets */
	bool is_broken; /* what comes of it */
	bool is_begun, was_bound;
	size_t len;
	char last[KEY_ORDER_MAX];
};

/* A row's key. */
void key_order_row(struct key_order *order, const char *key, size_t len);

/* The key by which a branch page parts what came so far from what comes. */
void key_order_bound(struct key_order *order, const char *key, size_t len);

#endif
