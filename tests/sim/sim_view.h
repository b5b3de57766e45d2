/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the items of a stream are shown: what the lists of all of them share, and
 * the way from an id to its item.
 */
#ifndef CEFD_SIM_VIEW_H
#define CEFD_SIM_VIEW_H

#include <stdint.h>

#include "sim_endpoint.h"

struct sim_answer;
struct sim_item;
struct sim_list;

struct sim_view {
	enum sim_stream stream;
	const char *member; /* of the list */
	/* The item's time that goes by the key of this number. */
	int64_t (*time)(const struct sim_item *item, unsigned key);
	/* Write it as an element of the list. */
	void (*put)(struct sim_answer *a, struct sim_item *item);
};

/* The whole answer of a list; all that its filter picks, filtered or not. */
void sim_view_list(struct sim_list *l, const struct sim_view *view);

/* The item with this id, or NULL with 404 in the answer. */
struct sim_item *sim_view_find(struct sim_answer *a, enum sim_stream stream,
    const char *id, const char *missing);

/* Count that this answer shows the item's state, unless a fault damages it. */
void sim_view_served(struct sim_answer *a, struct sim_item *item);

#endif
