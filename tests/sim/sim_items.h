/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of all streams but the threats.
 */
#ifndef CEFD_SIM_ITEMS_H
#define CEFD_SIM_ITEMS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim_endpoint.h"
#include "sim_id.h"

#define SIM_ITEMS_MAX 1000000 /* of one stream */

/* The judgement of a campaign that was not judged yet. */
#define SIM_SCANNING "Scanning"

struct buf;
struct sim;
struct sim_item;

struct sim_table {
	struct sim_item *items; /* in the order in which they came to be */
	struct sim_id *by_id;   /* in the order of the lists */
	uint32_t count;
	uint32_t cap;
};

/* What to add. `to_ms` is exclusive where it is not the same as `from_ms`. */
struct sim_items_batch {
	uint32_t count;
	int64_t from_ms;
	int64_t to_ms;
	int64_t now_ms;
	const char *status; /* of all of them; NULL: drawn */
};

void sim_items_clear(struct sim *sim);

/* Add some; they are the last ones of the table. */
void sim_items_add(struct sim *sim, enum sim_stream stream,
    const struct sim_items_batch *batch);

/*
 * Give an item this status, or another one than it has where `status` is NULL.
 * `touch` sets its own time to now. What shows the same as before is no new
 * state. False when there are too many different words.
 */
bool sim_items_change(struct sim *sim, enum sim_stream stream,
    struct sim_item *item, const char *status, bool touch);

/* Whether items of the stream ever change. */
bool sim_items_can_change(enum sim_stream stream);

/* The item with this id as the API writes it, or NULL. */
struct sim_item *sim_items_find(
    const struct sim *sim, enum sim_stream stream, const char *id);

/* Append the id as the API writes it; nothing where the API has none. */
void sim_items_put_id(
    struct buf *out, enum sim_stream stream, const struct sim_item *item);

#endif
