/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls that change the tables. Each answers with what it made: ids of new
 * threats, or the truth's lines of the messages that it touched.
 */
#include "config.h"

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <string.h>

#include "sim.h"
#include "sim_answer.h"
#include "sim_control_data.h"
#include "sim_message.h"
#include "sim_number.h"
#include "sim_state.h"
#include "sim_time.h"
#include "sim_truth.h"

#define MESSAGES_MAX 20000000 /* that one request may add */

static const char *batch_read(const struct sim *sim,
    const struct evkeyvalq *query, struct sim_batch *batch);
static const char *wish_read(const struct sim *sim,
    const struct evkeyvalq *query, struct sim_wish *wish);
static bool change_one(struct sim *sim, struct sim_threat *t, uint32_t n,
    const struct sim_wish *wish, struct buf *out);
static bool change_id(struct sim *sim, const char *id,
    const struct sim_wish *wish, struct buf *out);
static void change_many(struct sim *sim, uint64_t count,
    const struct sim_wish *wish, struct buf *out);

int
sim_control_uint(
    const struct evkeyvalq *query, const char *name, uint64_t *value)
{
	const char *text;

	text = evhttp_find_header(query, name);
	return text == NULL ? 0 : sim_uint_parse(text, value);
}

const char *
sim_control_add(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	char uuid[SIM_UUID_LEN + 1];
	struct sim_batch batch;
	const char *why;
	uint32_t i;

	why = batch_read(sim, query, &batch);
	if (why != NULL)
		return why;
	sim_store_add(&sim->store, &batch);
	i = sim->store.nthreats - batch.threats;
	for (; i < sim->store.nthreats; i++) {
		sim_uuid(uuid, &sim->store.threats[i]);
		(void)buf_printf(out, "%s\n", uuid);
	}
	return NULL;
}

const char *
sim_control_recipient(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	struct sim_threat *t;
	int64_t received_ms;
	const char *uuid;
	const char *text;
	uint64_t count;

	count = 1;
	received_ms = sim_now_ms(sim);
	text = evhttp_find_header(query, "received");
	if (text != NULL &&
	    sim_time_parse_relative(text, received_ms, &received_ms) == -1)
		return "received: not now, -T or a time";
	if (sim_control_uint(query, "count", &count) == -1 || count > 100000)
		return "count: not a number, or too many";
	uuid = evhttp_find_header(query, "threat");
	t = NULL;
	if (uuid != NULL)
		t = sim_store_find(&sim->store, uuid);
	else if (sim->store.nthreats != 0)
		t = &sim->store.threats[rng_below(
		    &sim->store.rng, sim->store.nthreats)];
	if (t == NULL)
		return "no such threat";
	text = evhttp_find_header(query, "same");
	for (; count != 0; count--) {
		sim_store_add_message(&sim->store, t, received_ms,
		    sim_now_ms(sim), text != NULL && strcmp(text, "0") != 0);
		sim_truth_put_message(out, sim, t, t->nmessages - 1);
	}
	return NULL;
}

const char *
sim_control_status(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	struct sim_threat *t;
	struct sim_wish wish;
	const char *text;
	const char *why;
	uint64_t count;
	uint32_t n;

	why = wish_read(sim, query, &wish);
	if (why != NULL)
		return why;
	count = 1;
	if (sim_control_uint(query, "count", &count) == -1)
		return "count: not a number";
	text = evhttp_find_header(query, "id");
	if (text != NULL)
		return change_id(sim, text, &wish, out) ? NULL : "no such id";
	text = evhttp_find_header(query, "threat");
	if (text == NULL) {
		change_many(sim, count, &wish, out);
		return NULL;
	}
	t = sim_store_find(&sim->store, text);
	if (t == NULL)
		return "no such threat";
	for (n = 0; n < t->nmessages; n++)
		(void)change_one(sim, t, n, &wish, out);
	return NULL;
}

static const char *
batch_read(const struct sim *sim, const struct evkeyvalq *query,
    struct sim_batch *batch)
{
	uint64_t recipients[2];
	const char *text;
	uint64_t threats;
	int64_t spread_ms;

	threats = 1;
	spread_ms = 0;
	memcpy(recipients, sim->opt.recipients, sizeof(recipients));
	memset(batch, 0, sizeof(*batch));
	batch->now_ms = sim_now_ms(sim);
	batch->received_to_ms = batch->now_ms;
	batch->judged_now = true;
	text = evhttp_find_header(query, "recipients");
	if (text != NULL &&
	    sim_range_parse(text, &recipients[0], &recipients[1]) == -1)
		return "recipients: not N or N-M";
	if (sim_control_uint(query, "threats", &threats) == -1 ||
	    threats > SIM_THREATS_MAX - sim->store.nthreats ||
	    threats * recipients[1] > MESSAGES_MAX)
		return "threats: not a number, or too many";
	text = evhttp_find_header(query, "received");
	if (text != NULL &&
	    sim_time_parse_relative(
	        text, batch->now_ms, &batch->received_to_ms) == -1)
		return "received: not now, -T or a time";
	text = evhttp_find_header(query, "spread");
	if (text != NULL && sim_duration_parse(text, &spread_ms) == -1)
		return "spread: not a duration";
	batch->threats = (uint32_t)threats;
	batch->recipients_min = (uint32_t)recipients[0];
	batch->recipients_max = (uint32_t)recipients[1];
	batch->received_from_ms = batch->received_to_ms - spread_ms;
	return NULL;
}

/*
 * Unless told otherwise, a status that means "removed" is stamped now and one
 * that means "left there" has no stamp; others keep theirs.
 */
static const char *
wish_read(
    const struct sim *sim, const struct evkeyvalq *query, struct sim_wish *wish)
{
	const char *text;

	memset(wish, 0, sizeof(*wish));
	wish->override = -1;
	wish->status = evhttp_find_header(query, "status");
	wish->source = evhttp_find_header(query, "source");
	text = evhttp_find_header(query, "override");
	if (text != NULL)
		wish->override = strcmp(text, "0") != 0;
	text = evhttp_find_header(query, "remediated");
	wish->remediated_ms = SIM_NEVER;
	wish->set_remediated =
	    text == NULL ? wish->status != NULL : strcmp(text, "keep") != 0;
	if (text == NULL && wish->status != NULL &&
	    sim_status_is_remediated(wish->status))
		wish->remediated_ms = sim_now_ms(sim);
	if (text != NULL && wish->set_remediated && strcmp(text, "none") != 0 &&
	    sim_time_parse_relative(
	        text, sim_now_ms(sim), &wish->remediated_ms) == -1)
		return "remediated: not now, none, keep, -T or a time";
	if (wish->status == NULL && wish->source == NULL &&
	    wish->override == -1 && !wish->set_remediated)
		return "nothing to change";
	return NULL;
}

static bool
change_one(struct sim *sim, struct sim_threat *t, uint32_t n,
    const struct sim_wish *wish, struct buf *out)
{
	if (!sim_state_change(&sim->store, t, n, wish, sim_now_ms(sim)))
		return false;
	sim_truth_put_message(out, sim, t, n);
	return true;
}

static bool
change_id(struct sim *sim, const char *id, const struct sim_wish *wish,
    struct buf *out)
{
	struct sim_threat *t;
	struct buf text;
	bool found;
	uint32_t i;
	uint32_t n;

	buf_init(&text, 64);
	found = false;
	for (i = 0; i < sim->store.nthreats && !found; i++) {
		t = &sim->store.threats[i];
		for (n = 0; n < t->nmessages && !found; n++) {
			buf_reset(&text);
			(void)buf_put_int(&text, sim_message_id(t, n));
			found = text_eq(
			    (struct text){text.data, text.len}, text_of(id));
			if (found)
				(void)change_one(sim, t, n, wish, out);
		}
	}
	buf_clear(&text);
	return found;
}

/* One message of each threat, from a random one on; then a second; ... */
static void
change_many(struct sim *sim, uint64_t count, const struct sim_wish *wish,
    struct buf *out)
{
	struct sim_store *s;
	struct sim_threat *t;
	uint64_t start;
	uint32_t round;
	uint32_t i;
	bool any;

	s = &sim->store;
	start = rng_below(&s->rng, s->nthreats);
	any = true;
	for (round = 0; any && count != 0; round++) {
		any = false;
		for (i = 0; i < s->nthreats && count != 0; i++) {
			t = &s->threats[(start + i) % s->nthreats];
			if (round >= t->nmessages)
				continue;
			any = true;
			if (change_one(sim, t,
			        (uint32_t)((start + round) % t->nmessages),
			        wish, out))
				count--;
		}
	}
}
