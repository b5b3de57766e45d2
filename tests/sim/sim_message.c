/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message. What the campaign has in common is drawn from the threat's key
 * with `campaign`, what is the recipient's own with `own`. Draws are made in a
 * fixed order and never depend on the state, so a change of state changes the
 * members of the state and nothing else.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "sim_draw.h"
#include "sim_json.h"
#include "sim_message.h"
#include "sim_parts.h"
#include "sim_put.h"
#include "sim_state.h"
#include "sim_store.h"
#include "sim_words.h"

/* What sim_hash is asked for. */
#define PURPOSE_CAMPAIGN (UINT64_C(16) << 32)
#define PURPOSE_OWN (UINT64_C(17) << 32)
#define PURPOSE_ID (UINT64_C(18) << 32)
#define PURPOSE_TIMES (UINT64_C(19) << 32)
#define PURPOSE_RECIPIENT (UINT64_C(20) << 32)
#define PURPOSE_EMPTY (UINT64_C(21) << 32)

/* The octets of an address that the API has cut (it cuts at 256). */
#define CUT_ADDRESS 256

struct draft {
	struct buf *out;
	const struct sim_threat *threat;
	uint32_t number;
	struct sim_state state;
	struct rng campaign;
	struct rng own;
};

static void put_ids(struct draft *d);
static void put_attack(struct draft *d);
static void put_sender(struct draft *d);
static void put_recipients(struct draft *d);
static void put_subject(struct draft *d, bool broken);
static void put_times(struct draft *d);
static void put_state(struct draft *d);
static void put_insights(struct draft *d);
static void put_newer(struct draft *d);

void
sim_message_put(
    struct buf *out, const struct sim_threat *t, uint32_t n, bool broken)
{
	struct draft d;

	d.out = out;
	d.threat = t;
	d.number = n;
	sim_state_current(t, n, &d.state);
	rng_init(&d.campaign, sim_hash(t->key, PURPOSE_CAMPAIGN));
	rng_init(&d.own, sim_hash(t->key, PURPOSE_OWN + n));
	sim_json_sep(out);
	(void)buf_putc(out, '{');
	put_ids(&d);
	put_attack(&d);
	put_sender(&d);
	put_recipients(&d);
	put_subject(&d, broken);
	put_times(&d);
	put_state(&d);
	sim_parts_put(out, t);
	put_insights(&d);
	if (!t->old_style)
		put_newer(&d);
	(void)buf_putc(out, '}');
}

void
sim_message_put_tenant(struct buf *out, bool known)
{
	if (known) {
		sim_json_member_int(out, "tenantId", SIM_TENANT_ID);
		sim_json_member(out, "tenantName", SIM_TENANT_NAME);
	} else {
		sim_put_nothing(out, "tenantId", SIM_NOTHING_NULL);
		sim_put_nothing(out, "tenantName", SIM_NOTHING_NULL);
	}
}

int64_t
sim_message_id(const struct sim_threat *t, uint32_t n)
{
	return (int64_t)sim_hash(t->key, PURPOSE_ID + n);
}

void
sim_message_recipient(
    char out[SIM_ADDRESS_MAX], const struct sim_threat *t, uint32_t n)
{
	uint64_t bits;

	bits = sim_hash(t->key, PURPOSE_RECIPIENT + t->messages[n].recipient);
	out[0] = '\0';
	/* Seen once in the wild: no recipientAddress at all. */
	if (t->old_style && bits >> 60 == 0)
		return;
	sim_address(out, bits);
}

void
sim_message_remediated(char out[SIM_TIME_MAX], const struct sim_threat *t,
    uint32_t n, const struct sim_state *state)
{
	uint64_t bits;

	out[0] = '\0';
	if (state->remediated_ms == SIM_NEVER)
		return;
	bits = sim_hash(t->key ^ (uint64_t)state->remediated_ms, n);
	sim_time_fraction(out, state->remediated_ms, bits);
}

/*
 * The number is deprecated and, in some replies, was passed through a double;
 * the text is exact but missing in old ones, and then the number is exact or
 * only the portal's address holds the id.
 */
static void
put_ids(struct draft *d)
{
	char uuid[SIM_UUID_LEN + 1];
	unsigned style;
	int64_t id;

	id = sim_message_id(d->threat, d->number);
	style = (unsigned)rng_below(&d->own, 20);
	if (d->threat->old_style) {
		if (style != 0)
			sim_json_member_int(d->out, "abxMessageId", id);
	} else {
		if (style == 0)
			sim_json_member_int(
			    d->out, "abxMessageId", id - id % 1000);
		else if (style != 1)
			sim_json_member_int(d->out, "abxMessageId", id);
		sim_put_number(d->out, "abxMessageIdStr", id, true);
	}
	sim_json_key(d->out, "abxPortalUrl");
	(void)buf_printf(d->out,
	    "\"https://portal.sim.invalid/home/threat-center/"
	    "remediation-history/%" PRId64 "\"",
	    id);
	sim_uuid(uuid, d->threat);
	sim_json_member(d->out, "threatId", uuid);
	sim_json_key(d->out, "internetMessageId");
	/* Blanks and a missing bracket have been seen. */
	(void)buf_printf(d->out, "\"<%016" PRIx64 "%s%08x@mail.example.net%s\"",
	    rng_next(&d->campaign), style == 2 ? " " : ".",
	    (unsigned)rng_below(&d->campaign, UINT32_MAX),
	    style == 3 ? "" : ">");
}

static void
put_attack(struct draft *d)
{
	sim_json_member_word(d->out, "attackStrategy",
	    sim_draw(&d->campaign, &sim_attack_strategies));
	sim_json_member_word(
	    d->out, "attackType", sim_draw(&d->campaign, &sim_attack_types));
	sim_json_member_word(d->out, "attackVector",
	    sim_draw(&d->campaign, &sim_attack_vectors));
	sim_json_member_word(
	    d->out, "attackedParty", sim_draw(&d->own, &sim_attacked_parties));
	sim_json_member_word(d->out, "impersonatedParty",
	    sim_draw(&d->campaign, &sim_impersonated_parties));
}

static void
put_address(struct draft *d, const char *domain)
{
	unsigned number;
	size_t start;

	number = (unsigned)rng_below(&d->campaign, 10000);
	sim_json_key(d->out, "fromAddress");
	(void)buf_putc(d->out, '"');
	if (!sim_chance(&d->campaign, 1)) {
		(void)buf_printf(d->out, "sender%u@%s\"", number, domain);
		return;
	}
	start = d->out->len;
	while (!d->out->overflow && d->out->len - start < CUT_ADDRESS)
		(void)buf_printf(d->out, "bounce-%u-%s=", number, domain);
	if (!d->out->overflow)
		d->out->len = start + CUT_ADDRESS;
	(void)buf_putc(d->out, '"');
}

static void
put_source_ip(struct draft *d)
{
	unsigned a;
	unsigned b;
	unsigned kind;

	kind = (unsigned)rng_below(&d->campaign, 10);
	a = (unsigned)rng_below(&d->campaign, 256);
	b = (unsigned)rng_below(&d->campaign, 65536);
	if (kind < 2) {
		sim_put_nothing(d->out, "senderIpAddress",
		    kind == 0 ? SIM_NOTHING_NULL : SIM_NOTHING_EMPTY);
		return;
	}
	sim_json_key(d->out, "senderIpAddress");
	if (kind < 5)
		(void)buf_printf(d->out, "\"2001:db8:%x::%x\"", a, b);
	else
		(void)buf_printf(d->out, "\"198.51.100.%u\"", a);
}

static void
put_sender(struct draft *d)
{
	const char *domain;

	domain = sim_draw(&d->campaign, &sim_domains);
	put_address(d, domain);
	sim_json_member_word(
	    d->out, "fromName", sim_draw(&d->campaign, &sim_people));
	if (!d->threat->old_style)
		sim_json_member_word(d->out, "senderDomain", domain);
	put_source_ip(d);
	switch (rng_below(&d->campaign, 6)) {
	case 0:
		sim_put_nothing(d->out, "returnPath", SIM_NOTHING_NULL);
		break;
	case 1:
		break;
	default:
		sim_json_key(d->out, "returnPath");
		(void)buf_printf(d->out, "\"bounce+%u@%s\"",
		    (unsigned)rng_below(&d->campaign, 100000), domain);
		break;
	}
	sim_json_key(d->out, "replyToEmails");
	(void)buf_putc(d->out, '[');
	if (sim_chance(&d->campaign, 20))
		(void)buf_printf(d->out, "\"reply@%s\"", domain);
	(void)buf_putc(d->out, ']');
}

static void
put_recipients(struct draft *d)
{
	char to[SIM_ADDRESS_MAX];

	sim_message_recipient(to, d->threat, d->number);
	if (to[0] != '\0')
		sim_json_member(d->out, "recipientAddress", to);
	switch (rng_below(&d->own, 8)) {
	case 0:
		sim_put_nothing(d->out, "toAddresses", SIM_NOTHING_EMPTY);
		break;
	case 1:
		break;
	case 2:
		sim_json_key(d->out, "toAddresses");
		(void)buf_printf(d->out, "\"%s, list@corp.example\"", to);
		break;
	case 3:
		sim_json_key(d->out, "toAddresses");
		(void)buf_printf(d->out, "\"%s,all@corp.example\"", to);
		break;
	default:
		sim_json_key(d->out, "toAddresses");
		(void)buf_printf(d->out, "[\"%s\",\"team@corp.example\"]", to);
		break;
	}
	sim_json_member_raw(d->out, "ccEmails",
	    sim_chance(&d->campaign, 25)
	        ? "[\"cc.one@corp.example\",\"cc.two@corp.example\"]"
	        : "[]");
}

static void
put_subject(struct draft *d, bool broken)
{
	const struct sim_words *words;
	unsigned number;
	unsigned kind;

	kind = (unsigned)rng_below(&d->campaign, 100);
	number = (unsigned)rng_below(&d->campaign, 100000);
	words = &sim_plain_subjects;
	if (kind < 30)
		words = &sim_odd_subjects;
	if (kind < 2 && broken)
		words = &sim_broken_subjects;
	sim_json_key(d->out, "subject");
	(void)buf_printf(d->out, "\"%s", sim_draw(&d->campaign, words));
	if (kind >= 60)
		(void)buf_printf(d->out, " #%05u", number);
	(void)buf_putc(d->out, '"');
}

static void
put_times(struct draft *d)
{
	char text[SIM_TIME_MAX];
	int64_t received_ms;
	uint64_t bits;

	received_ms = d->threat->messages[d->number].received_ms;
	bits = sim_hash(d->threat->key, PURPOSE_TIMES + d->number);
	sim_time_fraction(text, received_ms, bits);
	sim_json_member(d->out, "receivedTime", text);
	bits = rng_next(&d->own);
	sim_time_fraction(
	    text, received_ms - (int64_t)(bits >> 40) % 90000, bits);
	if (sim_chance(&d->own, 3))
		sim_put_nothing(d->out, "sentTime", SIM_NOTHING_NULL);
	else
		sim_json_member(d->out, "sentTime", text);
}

static void
put_state(struct draft *d)
{
	char text[SIM_TIME_MAX];
	uint64_t bits;

	bits = sim_hash(d->threat->key, PURPOSE_EMPTY + d->number);
	sim_message_remediated(text, d->threat, d->number, &d->state);
	if (text[0] == '\0')
		sim_put_nothing(d->out, "remediationTimestamp", bits % 3);
	else
		sim_json_member(d->out, "remediationTimestamp", text);
	if (d->state.status != NULL)
		sim_json_member(d->out, "remediationStatus", d->state.status);
	if (d->state.source != NULL)
		sim_json_member(d->out, "source", d->state.source);
	else if (!d->threat->old_style)
		sim_put_nothing(d->out, "source", SIM_NOTHING_NULL);
	if (d->state.overridden)
		sim_json_member_raw(d->out, "customerOverride",
		    "{\"overrideType\":\"Customer Blocklist\","
		    "\"reason\":\"Sender Email\",\"overrideJudgement\":null,"
		    "\"value\":null}");
	else if (!d->threat->old_style)
		sim_put_nothing(d->out, "customerOverride", SIM_NOTHING_NULL);
	sim_json_member_raw(d->out, "autoRemediated",
	    d->state.status != NULL && !strncmp(d->state.status, "Auto", 4)
	        ? "true"
	        : "false");
	sim_json_member_raw(d->out, "postRemediated",
	    d->state.status != NULL &&
	            !strcmp(d->state.status, "Post Remediated")
	        ? "true"
	        : "false");
	bits = rng_below(&d->own, 30);
	if (bits != 0)
		sim_json_member_raw(
		    d->out, "isRead", bits % 3 == 0 ? "true" : "false");
}

static void
put_insights(struct draft *d)
{
	unsigned count;
	unsigned i;

	count = (unsigned)rng_below(&d->campaign, 6);
	sim_json_key(d->out, "summaryInsights");
	(void)buf_putc(d->out, '[');
	for (i = 0; i < count; i++) {
		sim_json_sep(d->out);
		(void)buf_printf(
		    d->out, "\"%s\"", sim_draw(&d->campaign, &sim_insights));
	}
	(void)buf_putc(d->out, ']');
}

/* The tenant, and members that nobody has heard of. */
static void
put_newer(struct draft *d)
{
	sim_message_put_tenant(d->out, sim_chance(&d->own, 90));
	sim_json_key(d->out, "deliveryTrace");
	(void)buf_printf(d->out,
	    "{\"hops\":[{\"by\":\"mx1.corp.example\",\"ms\":%u},"
	    "{\"by\":\"mx2.corp.example\",\"ms\":%u.5e-1}],"
	    "\"authenticated\":%s,\"note\":null}",
	    (unsigned)rng_below(&d->own, 900) + 1,
	    (unsigned)rng_below(&d->own, 900) + 1,
	    sim_chance(&d->own, 50) ? "true" : "false");
}
