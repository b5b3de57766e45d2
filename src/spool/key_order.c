/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "spool/key_order.h"

static void next(
    struct key_order *order, const char *key, size_t len, bool is_bound);
static int compare(const struct key_order *order, const char *key, size_t len);

void
key_order_row(struct key_order *order, const char *key, size_t len)
{
	next(order, key, len, false);
}

void
key_order_bound(struct key_order *order, const char *key, size_t len)
{
	next(order, key, len, true);
}

/* The first row behind a bound may have that key; no row is there twice. */
static void
next(struct key_order *order, const char *key, size_t len, bool is_bound)
{
	if (len > sizeof(order->last) ||
	    (order->integers && len != sizeof(uint64_t))) {
		order->is_broken = true;
		return;
	}
	if (order->is_begun &&
	    compare(order, key, len) > (order->was_bound && !is_bound ? 0 : -1))
		order->is_broken = true;
	memcpy(order->last, key, len);
	order->len = len;
	order->was_bound = is_bound;
	order->is_begun = true;
}

/* The last key with this one, as LMDB does. */
static int
compare(const struct key_order *order, const char *key, size_t len)
{
	size_t both = order->len < len ? order->len : len;
	uint64_t last, now;
	int diff;

	if (order->integers) {
		memcpy(&last, order->last, sizeof(last));
		memcpy(&now, key, sizeof(now));
		return last < now ? -1 : last > now;
	}
	diff = memcmp(order->last, key, both);
	if (diff != 0)
		return diff < 0 ? -1 : 1;
	return order->len < len ? -1 : order->len > len;
}
