/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Campaigns that people reported. The state of one is its judgement; while it
 * is "Scanning" there is neither an attack type nor an overall status.
 */
#include "config.h"

#include <string.h>

#include "base/rng.h"
#include "sim.h"
#include "sim_abuse.h"
#include "sim_answer.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_json.h"
#include "sim_list.h"
#include "sim_put.h"
#include "sim_view.h"
#include "sim_words.h"

#define HOUR_MS 3600000
#define ZONE "-08:00"
#define UNFILTERED_MS (INT64_C(24) * HOUR_MS)

/* What sim_hash is asked for. */
enum purpose {
	PURPOSE_DETAIL = 1 << 13,
	PURPOSE_TYPE,
	PURPOSE_RECEIVED,
	PURPOSE_FIRST,
};

enum key {
	KEY_REPORTED,
	KEY_RECEIVED,
};

static const char *const keys[] = {"lastReportedTime", "receivedTime", NULL};

static int64_t time_of(const struct sim_item *item, unsigned key);
static int64_t first_reported_ms(const struct sim_item *item);
static void put_element(struct sim_answer *a, struct sim_item *item);
static void put_id(struct buf *out, const struct sim_item *item);
static void put_letter(
    struct buf *out, const struct sim_item *item, struct rng *r);
static void put_judgement(struct buf *out, const struct sim_item *item);

void
sim_abuse_campaigns(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	static const struct sim_view view = {
	    SIM_STREAM_CAMPAIGNS, "campaigns", time_of, put_element};
	struct sim_list list;

	(void)id;
	if (sim_list_read(&list, a, query, keys) == -1)
		return;
	if (!list.filtered)
		list.filter.from_ms = sim_now_ms(a->sim) - UNFILTERED_MS;
	sim_view_list(&list, &view);
}

void
sim_abuse_campaign(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	struct sim_item *item;
	struct rng r;

	(void)query;
	item = sim_view_find(
	    a, SIM_STREAM_CAMPAIGNS, id, "Abuse campaign does not exist");
	if (item == NULL)
		return;
	rng_init(&r, sim_hash(item->key, PURPOSE_DETAIL));
	sim_json_open(&a->body, NULL, '{');
	put_id(&a->body, item);
	sim_put_time(&a->body, "firstReported", first_reported_ms(item), ZONE,
	    rng_next(&r));
	sim_put_time(&a->body, "lastReported", sim_item_now(item)->own_ms, ZONE,
	    rng_next(&r));
	put_letter(&a->body, item, &r);
	put_judgement(&a->body, item);
	sim_json_close(&a->body, '}');
	sim_view_served(a, item);
}

static int64_t
time_of(const struct sim_item *item, unsigned key)
{
	if (key == KEY_REPORTED)
		return sim_item_now(item)->own_ms;
	return first_reported_ms(item) -
	    (int64_t)(sim_hash(item->key, PURPOSE_RECEIVED) %
	        (UINT64_C(24) * HOUR_MS));
}

/* Half of them were reported once. */
static int64_t
first_reported_ms(const struct sim_item *item)
{
	uint64_t bits;

	bits = sim_hash(item->key, PURPOSE_FIRST);
	if ((bits & 1) != 0)
		return item->time_ms;
	return item->time_ms - (int64_t)((bits >> 1) % (2 * HOUR_MS));
}

static void
put_element(struct sim_answer *a, struct sim_item *item)
{
	sim_json_open(&a->body, NULL, '{');
	put_id(&a->body, item);
	sim_json_close(&a->body, '}');
}

static void
put_id(struct buf *out, const struct sim_item *item)
{
	char uuid[SIM_UUID_LEN + 1];

	sim_id_format(uuid, &item->id);
	sim_json_member(out, "campaignId", uuid);
}

static void
put_letter(struct buf *out, const struct sim_item *item, struct rng *r)
{
	unsigned number;

	sim_put_number(out, "messageId", sim_item_message_id(item), true);
	sim_put_subject(out, r);
	sim_json_member_word(out, "fromName", sim_draw(r, &sim_people));
	number = (unsigned)rng_below(r, 10000);
	sim_json_key(out, "fromAddress");
	(void)buf_printf(
	    out, "\"sender%u@%s\"", number, sim_draw(r, &sim_domains));
	if (item->old_style)
		sim_put_any_nothing(out, "recipientName", r);
	else
		sim_json_member_word(
		    out, "recipientName", sim_draw(r, &sim_people));
	sim_put_address(out, "recipientAddress", r);
}

/* A type where it was judged; for what is safe it may be left out. */
static void
put_judgement(struct buf *out, const struct sim_item *item)
{
	const char *judgement;
	struct rng r;

	judgement = sim_item_now(item)->status;
	rng_init(&r, sim_hash(item->key, PURPOSE_TYPE));
	sim_json_member(out, "judgementStatus", judgement);
	if (!strcmp(judgement, SIM_SCANNING)) {
		sim_put_nothing(out, "overallStatus", SIM_NOTHING_EMPTY);
		sim_put_nothing(out, "attackType", SIM_NOTHING_EMPTY);
		return;
	}
	sim_json_member_word(
	    out, "overallStatus", sim_draw(&r, &sim_overall_statuses));
	if (!strcmp(judgement, "Safe") && sim_chance(&r, 60))
		sim_put_any_nothing(out, "attackType", &r);
	else
		sim_json_member_word(
		    out, "attackType", sim_draw(&r, &sim_reported_types));
}
