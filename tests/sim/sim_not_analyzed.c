/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports that were not looked at: all between `start` and `end` at once, no
 * filter and no pages, and no range that is too wide.
 */
#include "config.h"

#include <event2/http.h>

#include "base/rng.h"
#include "sim.h"
#include "sim_abuse.h"
#include "sim_answer.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_json.h"
#include "sim_put.h"
#include "sim_time.h"
#include "sim_view.h"
#include "sim_words.h"

#define DEFAULT_MS (INT64_C(90) * 86400000)
#define ZONE "+00:00"
#define PURPOSE_REPORT (1 << 14)

static int range_read(struct sim_answer *a, const struct evkeyvalq *query,
    int64_t *ret_from_ms, int64_t *ret_to_ms);
static void put_report(struct sim_answer *a, struct sim_item *item);
static void put_person(struct buf *out, const char *name, struct rng *r);

void
sim_abuse_not_analyzed(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	const struct sim_table *t;
	struct sim_item *item;
	int64_t from_ms;
	int64_t to_ms;
	uint32_t i;

	(void)id;
	if (range_read(a, query, &from_ms, &to_ms) == -1)
		return;
	t = &a->sim->tables[SIM_STREAM_NOT_ANALYZED];
	sim_json_open(&a->body, NULL, '{');
	sim_json_open(&a->body, "results", '[');
	for (i = 0; i < t->count; i++) {
		item = &t->items[t->by_id[i].index];
		if (item->time_ms >= from_ms && item->time_ms < to_ms)
			put_report(a, item);
	}
	sim_json_close(&a->body, ']');
	sim_json_close(&a->body, '}');
}

/* Without `end` up to now, without `start` as far back as is allowed. */
static int
range_read(struct sim_answer *a, const struct evkeyvalq *query,
    int64_t *ret_from_ms, int64_t *ret_to_ms)
{
	const char *start;
	const char *end;
	int64_t max_ms;

	max_ms = a->sim->opt.range_max_ms;
	start = evhttp_find_header(query, "start");
	end = evhttp_find_header(query, "end");
	*ret_to_ms = sim_now_ms(a->sim);
	if (end != NULL && sim_time_parse_any(end, ret_to_ms) == -1) {
		sim_answer_error(a, 400, "InvalidDateError: end");
		return -1;
	}
	*ret_from_ms = *ret_to_ms - (max_ms < DEFAULT_MS ? max_ms : DEFAULT_MS);
	if (start != NULL && sim_time_parse_any(start, ret_from_ms) == -1) {
		sim_answer_error(a, 400, "InvalidDateError: start");
		return -1;
	}
	if (*ret_from_ms > *ret_to_ms || *ret_to_ms - *ret_from_ms > max_ms) {
		sim_answer_error(a, 400,
		    "InvalidDateError: start and end must be in order and not "
		    "too far apart");
		return -1;
	}
	return 0;
}

static void
put_report(struct sim_answer *a, struct sim_item *item)
{
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_REPORT));
	sim_json_open(&a->body, NULL, '{');
	sim_json_member_int(
	    &a->body, "abx_message_id", sim_item_message_id(item));
	sim_put_subject(&a->body, &r);
	sim_put_time(
	    &a->body, "reported_datetime", item->time_ms, ZONE, rng_next(&r));
	put_person(&a->body, "recipient", &r);
	put_person(&a->body, "reporter", &r);
	sim_json_member(
	    &a->body, "not_analyzed_reason", sim_item_now(item)->status);
	sim_json_close(&a->body, '}');
	sim_view_served(a, item);
}

static void
put_person(struct buf *out, const char *name, struct rng *r)
{
	if (sim_chance(r, 5)) {
		sim_put_nothing(out, name, SIM_NOTHING_NULL);
		return;
	}
	sim_json_open(out, name, '{');
	if (sim_chance(r, 15))
		sim_put_any_nothing(out, "name", r);
	else
		sim_json_member_word(out, "name", sim_draw(r, &sim_people));
	sim_put_address(out, "email", r);
	sim_json_close(out, '}');
}
