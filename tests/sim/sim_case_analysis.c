/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What made a case: insights, and a timeline whose events are told apart by
 * their category and have each their own members.
 */
#include "config.h"

#include "base/rng.h"
#include "sim_answer.h"
#include "sim_cases.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_json.h"
#include "sim_put.h"
#include "sim_view.h"
#include "sim_words.h"

#define HOUR_MS 3600000
#define PURPOSE_ANALYSIS (1 << 11)

typedef void event_fn(struct buf *out, struct rng *r);

static event_fn put_risk;
static event_fn put_sign_in;
static event_fn put_rule;
static event_fn put_sent;
static event_fn put_factor;

static const struct {
	const char *category;
	const char *title;
	event_fn *put;
} events[] = {
    {"Risk Event", "Improbable journey", put_risk},
    {"Sign In", "Sign-in refused twice, then let in", put_sign_in},
    {"Sign In Event", "First sign-in from this device", put_sign_in},
    {"Mail Rule", "New rule hides mail | from everybody", put_rule},
    {"Mail Sent", "Unusual addressee \\u2014 first letter ever", put_sent},
    {"Failed MFA Attempt", "Second factor pushed 14 times", put_factor},
    {"Authentication Events", "Legacy protocol=IMAP in use", put_sign_in},
    {"Calendar Sharing", "A category that no document names", put_rule},
};

static void put_event(struct buf *out, struct rng *r, int64_t ms);
static void put_place(struct buf *out, const char *name, struct rng *r);
static void put_labels(struct buf *out, struct rng *r);

void
sim_cases_analysis(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	struct sim_item *item;
	uint64_t count;
	struct rng r;
	int64_t ms;

	(void)query;
	item = sim_view_find(a, SIM_STREAM_CASES, id, "Case does not exist");
	if (item == NULL)
		return;
	rng_init(&r, sim_hash(item->key, PURPOSE_ANALYSIS));
	sim_json_open(&a->body, NULL, '{');
	sim_put_insights(&a->body, "signal", &sim_case_signals, &r);
	sim_json_open(&a->body, "eventTimeline", '[');
	ms = item->time_ms;
	for (count = rng_below(&r, 9); count != 0; count--) {
		ms -= (int64_t)rng_below(&r, 3 * HOUR_MS);
		put_event(&a->body, &r, ms);
	}
	sim_json_close(&a->body, ']');
	sim_json_close(&a->body, '}');
}

static void
put_event(struct buf *out, struct rng *r, int64_t ms)
{
	uint64_t i;

	i = rng_below(r, sizeof(events) / sizeof(*events));
	sim_json_open(out, NULL, '{');
	sim_put_time(out, "event_timestamp", ms, "+00:00", rng_next(r));
	sim_json_member(out, "category", events[i].category);
	sim_json_member_word(out, "title", events[i].title);
	events[i].put(out, r);
	sim_json_close(out, '}');
}

static void
put_risk(struct buf *out, struct rng *r)
{
	sim_put_ip(out, "ip_address", r);
	put_place(out, "location", r);
	put_place(out, "prev_location", r);
	sim_json_member_word(out, "description", sim_draw(r, &sim_summaries));
}

static void
put_sign_in(struct buf *out, struct rng *r)
{
	put_labels(out, r);
	sim_put_ip(out, "ip_address", r);
	put_place(out, "location", r);
	sim_json_member_word(out, "isp", sim_draw(r, &sim_providers));
	sim_json_member_word(
	    out, "browser", sim_chance(r, 50) ? "Firefox 128" : "");
	sim_json_member_word(
	    out, "operating_system", sim_chance(r, 50) ? "Linux" : "OS/2 Warp");
	if (sim_chance(r, 30))
		sim_put_nothing(out, "device_trust_type", SIM_NOTHING_NULL);
	else
		sim_json_member(out, "device_trust_type", "unmanaged");
	sim_json_member(
	    out, "protocol", sim_chance(r, 50) ? "OAuth2" : "IMAP4");
	sim_json_member(out, "application", "Webmail");
	if (sim_chance(r, 30))
		sim_json_member_raw(out, "familiarity_statistics",
		    "{\"days_seen\":3,\"share\":1.25e-2}");
}

static void
put_rule(struct buf *out, struct rng *r)
{
	sim_json_member_word(out, "rule_name", sim_draw(r, &sim_odd_subjects));
	sim_json_member(out, "condition", "always");
	sim_json_member(out, "flagging_detectors", "MOVES_TO_RARE_FOLDER");
}

static void
put_sent(struct buf *out, struct rng *r)
{
	sim_json_member_word(out, "subject", sim_draw(r, &sim_odd_subjects));
	sim_put_address(out, "sender", r);
	sim_json_member_word(out, "recipient", sim_draw(r, &sim_people));
}

static void
put_factor(struct buf *out, struct rng *r)
{
	sim_put_ip(out, "session_ip", r);
	sim_put_ip(out, "second_factor_ip", r);
	sim_json_member_raw(
	    out, "used_second_factors", "[\"push\",\"one-time code\"]");
	put_place(out, "location", r);
}

/* It may be the country alone. */
static void
put_place(struct buf *out, const char *name, struct rng *r)
{
	sim_json_open(out, name, '{');
	if (sim_chance(r, 70)) {
		sim_json_member_word(out, "city", sim_draw(r, &sim_cities));
		sim_json_member_word(out, "state", "Example State");
	}
	sim_json_member(out, "country", sim_chance(r, 50) ? "NL" : "NZ");
	sim_json_close(out, '}');
}

static void
put_labels(struct buf *out, struct rng *r)
{
	sim_json_open(out, "field_labels", '{');
	if (sim_chance(r, 60))
		sim_json_member_raw(
		    out, "ip_address", "[\"rare\",\"hosting\"]");
	if (sim_chance(r, 30))
		sim_json_member_raw(out, "operating_system", "[]");
	sim_json_close(out, '}');
}
