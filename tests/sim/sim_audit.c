/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log: newest first, nothing older than 90 days, no ids. Its times
 * have a blank where others have a T, and no fraction where it would be 0.
 */
#include "config.h"

#include "base/rng.h"
#include "sim.h"
#include "sim_answer.h"
#include "sim_audit.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_json.h"
#include "sim_list.h"
#include "sim_message.h"
#include "sim_put.h"
#include "sim_time.h"
#include "sim_view.h"
#include "sim_words.h"

#define KEPT_MS (INT64_C(90) * 86400000)
#define PURPOSE_EVENT (1 << 15)

static const char *const keys[] = {"timestamp", NULL};

static int64_t time_of(const struct sim_item *item, unsigned key);
static void put_event(struct sim_answer *a, struct sim_item *item);
static void put_details(struct buf *out, struct rng *r);

void
sim_audit_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	static const struct sim_view view = {
	    SIM_STREAM_AUDIT, "auditLogs", time_of, put_event};
	struct sim_list list;
	int64_t oldest_ms;

	(void)id;
	oldest_ms = sim_now_ms(a->sim) - KEPT_MS;
	if (sim_list_read(&list, a, query, keys) == -1 ||
	    !sim_list_is_since(&list, oldest_ms,
	        "Audit logs are kept for 90 days, the filter asks for more"))
		return;
	if (!list.filtered)
		list.filter.from_ms = oldest_ms;
	sim_view_list(&list, &view);
}

static int64_t
time_of(const struct sim_item *item, unsigned key)
{
	(void)key;
	return item->time_ms;
}

static void
put_event(struct sim_answer *a, struct sim_item *item)
{
	const struct sim_item_state *state;
	char text[SIM_TIME_MAX];
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_EVENT));
	state = sim_item_now(item);
	sim_json_open(&a->body, NULL, '{');
	sim_json_member_word(
	    &a->body, "category", sim_draw(&r, &sim_audit_categories));
	sim_json_member(
	    &a->body, "status", sim_chance(&r, 90) ? "SUCCESS" : "FAILURE");
	sim_put_ip(&a->body, "sourceIp", &r);
	sim_json_member(
	    &a->body, "tenantName", sim_chance(&r, 70) ? SIM_TENANT_NAME : "");
	sim_time_put(
	    text, item->time_ms, ' ', item->time_ms % 1000 ? 6 : 0, "+00:00");
	sim_json_member(&a->body, "timestamp", text);
	sim_json_open(&a->body, "user", '{');
	if (!sim_chance(&r, 5))
		sim_put_address(&a->body, "email", &r);
	sim_json_close(&a->body, '}');
	if (state->status != NULL)
		sim_json_member(&a->body, "action", state->status);
	if (sim_chance(&r, 80))
		put_details(&a->body, &r);
	if (a->sim->opt.new_member)
		sim_put_number(
		    &a->body, "sequence", (int64_t)rng_next(&r), true);
	sim_json_close(&a->body, '}');
	sim_view_served(a, item);
}

static void
put_details(struct buf *out, struct rng *r)
{
	sim_json_open(out, "actionDetails", '{');
	if (sim_chance(r, 40))
		sim_put_number(out, "messageId", (int64_t)rng_next(r), true);
	if (sim_chance(r, 70))
		sim_json_member_word(
		    out, "providedReason", sim_draw(r, &sim_audit_reasons));
	if (sim_chance(r, 60)) {
		sim_json_key(out, "requestUrl");
		(void)buf_printf(out,
		    "\"/v1.0/search/%u/messages?q=a%%20b&from=x|y\"",
		    (unsigned)rng_below(r, 1000));
	}
	sim_json_close(out, '}');
}
