/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views.
 */
#include "config.h"

#include "sim.h"
#include "sim_answer.h"
#include "sim_item.h"
#include "sim_list.h"
#include "sim_view.h"

void
sim_view_list(struct sim_list *l, const struct sim_view *view)
{
	const struct sim_table *t;
	struct sim_item *item;
	uint32_t i;

	t = &l->a->sim->tables[view->stream];
	sim_list_begin(l, view->member);
	for (i = 0; i < t->count && !sim_list_is_over(l); i++) {
		item = &t->items[t->by_id[i].index];
		if (sim_filter_has(
		        &l->filter, view->time(item, l->filter.key)) &&
		    sim_list_take(l))
			view->put(l->a, item);
	}
	sim_list_end(l);
}

struct sim_item *
sim_view_find(struct sim_answer *a, enum sim_stream stream, const char *id,
    const char *missing)
{
	struct sim_item *item;

	item = sim_items_find(a->sim, stream, id);
	if (item == NULL)
		sim_answer_error(a, 404, missing);
	return item;
}

void
sim_view_served(struct sim_answer *a, struct sim_item *item)
{
	if (a->fault.kind == SIM_FAULT_NONE)
		sim_item_now(item)->served++;
}
