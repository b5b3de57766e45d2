/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and details of cases. The list tells when a case was modified, the
 * detail tells its status, and neither tells both.
 */
#include "config.h"

#include "base/rng.h"
#include "sim.h"
#include "sim_answer.h"
#include "sim_cases.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_json.h"
#include "sim_list.h"
#include "sim_message.h"
#include "sim_put.h"
#include "sim_time.h"
#include "sim_view.h"
#include "sim_words.h"

#define HOUR_MS 3600000
#define ZONE "+00:00"

/* What sim_hash is asked for. */
enum purpose {
	PURPOSE_LIST = 1 << 10,
	PURPOSE_DETAIL,
	PURPOSE_CREATED,
	PURPOSE_VISIBLE,
	PURPOSE_OBSERVED,
	PURPOSE_EMPLOYEE,
	PURPOSE_LEVEL,
	PURPOSE_TENANT,
};

enum key {
	KEY_MODIFIED,
	KEY_CREATED,
	KEY_VISIBLE,
};

static const char *const keys[] = {
    "lastModifiedTime", "createdTime", "customerVisibleTime", NULL};

static int64_t time_of(const struct sim_item *item, unsigned key);
static int64_t observed_ms(const struct sim_item *item);
static void put_element(struct sim_answer *a, struct sim_item *item);
static void put_level(struct buf *out, const struct sim_item *item);
static void put_employee(struct buf *out, const struct sim_item *item);
static void put_threats(struct buf *out, struct rng *r);
static void put_summary(struct buf *out, struct rng *r);
static void put_tenant(struct buf *out, const struct sim_item *item);

void
sim_cases_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	static const struct sim_view view = {
	    SIM_STREAM_CASES, "cases", time_of, put_element};
	struct sim_list list;

	(void)id;
	if (sim_list_read(&list, a, query, keys) == 0)
		sim_view_list(&list, &view);
}

void
sim_cases_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	const struct sim_item_state *state;
	struct sim_item *item;
	struct rng r;

	(void)query;
	item = sim_view_find(a, SIM_STREAM_CASES, id, "Case does not exist");
	if (item == NULL)
		return;
	rng_init(&r, sim_hash(item->key, PURPOSE_DETAIL));
	state = sim_item_now(item);
	sim_json_open(&a->body, NULL, '{');
	sim_put_number(
	    &a->body, "caseId", (int64_t)item->id.low, sim_chance(&r, 50));
	if (state->status != NULL)
		sim_json_member(&a->body, "case_status", state->status);
	sim_json_member_word(
	    &a->body, "severity", sim_draw(&r, &sim_case_severities));
	if (!item->old_style)
		put_level(&a->body, item);
	put_employee(&a->body, item);
	sim_put_time(&a->body, "customerVisibleTime",
	    time_of(item, KEY_VISIBLE), ZONE, rng_next(&r));
	sim_put_time(
	    &a->body, "firstObserved", observed_ms(item), ZONE, rng_next(&r));
	put_threats(&a->body, &r);
	if (!sim_chance(&r, 10))
		sim_json_member_word(
		    &a->body, "analysis", sim_draw(&r, &sim_case_analyses));
	sim_json_member_word(&a->body, "remediation_status",
	    sim_draw(&r, &sim_case_remediations));
	put_summary(&a->body, &r);
	if (!item->old_style)
		put_tenant(&a->body, item);
	sim_json_close(&a->body, '}');
	sim_view_served(a, item);
}

/* First observed, then created, then visible, then modified. */
static int64_t
time_of(const struct sim_item *item, unsigned key)
{
	int64_t before_ms;

	before_ms = (int64_t)(sim_hash(item->key, PURPOSE_CREATED) %
	    (UINT64_C(6) * HOUR_MS));
	switch ((enum key)key) {
	case KEY_MODIFIED:
		return sim_item_now(item)->own_ms;
	case KEY_CREATED:
		return item->time_ms - before_ms;
	case KEY_VISIBLE:
		return item->time_ms - before_ms +
		    (int64_t)(sim_hash(item->key, PURPOSE_VISIBLE) %
		        (uint64_t)(before_ms + 1));
	}
	return SIM_NEVER;
}

static int64_t
observed_ms(const struct sim_item *item)
{
	return time_of(item, KEY_CREATED) -
	    (int64_t)(sim_hash(item->key, PURPOSE_OBSERVED) %
	        (UINT64_C(48) * HOUR_MS));
}

/* Its own times to the ms, so that a client can go on from the last one. */
static void
put_element(struct sim_answer *a, struct sim_item *item)
{
	char text[SIM_TIME_MAX];
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_LIST));
	sim_json_open(&a->body, NULL, '{');
	sim_put_number(
	    &a->body, "caseId", (int64_t)item->id.low, sim_chance(&r, 50));
	if (item->old_style && sim_chance(&r, 50))
		sim_json_member_word(
		    &a->body, "severity", sim_draw(&r, &sim_case_severities));
	else
		sim_json_member_word(&a->body, "description",
		    sim_draw(&r, &sim_case_descriptions));
	if (!item->old_style) {
		put_level(&a->body, item);
		sim_time_put(text, time_of(item, KEY_MODIFIED), 'T', 3, "Z");
		sim_json_member(&a->body, "last_modified", text);
		sim_put_time(&a->body, "first_observed", observed_ms(item),
		    ZONE, rng_next(&r));
		sim_time_put(text, time_of(item, KEY_CREATED), 'T', 6, ZONE);
		sim_json_member(&a->body, "created", text);
		put_tenant(&a->body, item);
	}
	sim_json_close(&a->body, '}');
}

static void
put_level(struct buf *out, const struct sim_item *item)
{
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_LEVEL));
	sim_json_member_word(
	    out, "severity_level", sim_draw(&r, &sim_case_levels));
	if (!sim_chance(&r, 10))
		sim_json_member_word(
		    out, "confidence", sim_draw(&r, &sim_case_levels));
}

/* A name or an address. */
static void
put_employee(struct buf *out, const struct sim_item *item)
{
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_EMPLOYEE));
	if (sim_chance(&r, 50))
		sim_json_member_word(
		    out, "affectedEmployee", sim_draw(&r, &sim_people));
	else
		sim_put_address(out, "affectedEmployee", &r);
}

static void
put_threats(struct buf *out, struct rng *r)
{
	uint64_t count;

	sim_json_open(out, "threatIds", '[');
	for (count = rng_below(r, 3); count != 0; count--)
		sim_put_uuid(out, NULL, r);
	sim_json_close(out, ']');
}

/* An array of sentences, one sentence, null or nothing. */
static void
put_summary(struct buf *out, struct rng *r)
{
	static const char name[] = "genai_summary";
	uint64_t kind;

	kind = rng_below(r, 5);
	if (kind < 2) {
		sim_put_nothing(out, name,
		    kind == 0 ? SIM_NOTHING_ABSENT : SIM_NOTHING_NULL);
		return;
	}
	if (kind == 2) {
		sim_json_member_word(out, name, sim_draw(r, &sim_summaries));
		return;
	}
	sim_json_open(out, name, '[');
	for (kind = rng_below(r, 4); kind != 0; kind--)
		sim_json_word(out, sim_draw(r, &sim_summaries));
	sim_json_close(out, ']');
}

static void
put_tenant(struct buf *out, const struct sim_item *item)
{
	if (sim_hash(item->key, PURPOSE_TENANT) % 4 != 0)
		sim_json_member(out, "tenant", SIM_TENANT_NAME);
	else
		sim_put_nothing(out, "tenant", SIM_NOTHING_NULL);
}
