/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control endpoints. Parameters are in the query, also of a POST; an
 * unknown or wrong one is refused with 400, so that a test with a slip in it
 * fails at once.
 */
#include "config.h"

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <string.h>

#include "sim.h"
#include "sim_answer.h"
#include "sim_control.h"
#include "sim_message.h"
#include "sim_state.h"
#include "sim_time.h"
#include "sim_truth.h"

#define THREATS_MAX 4000000 /* in all; ids of more would run out of memory */
#define HUGE_BYTES (UINT64_C(64) << 20)

/* NULL, or what is wrong. */
typedef const char *control_fn(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out);

static control_fn do_add;
static control_fn do_clear;
static control_fn do_fault;
static control_fn do_recipient;
static control_fn do_set;
static control_fn do_stats;
static control_fn do_status;
static control_fn do_truth;

static const struct control {
	const char *path;
	enum evhttp_cmd_type method;
	control_fn *run;
	const char *params; /* " a b " */
} controls[] = {
    {"/_sim/add", EVHTTP_REQ_POST, do_add,
        " threats recipients received spread "},
    {"/_sim/clear", EVHTTP_REQ_POST, do_clear, " "},
    {"/_sim/fault", EVHTTP_REQ_POST, do_fault,
        " on kind count retry-after id after code bytes "},
    {"/_sim/recipient", EVHTTP_REQ_POST, do_recipient, " threat count "},
    {"/_sim/set", EVHTTP_REQ_POST, do_set, NULL},
    {"/_sim/stats", EVHTTP_REQ_GET, do_stats, " "},
    {"/_sim/status", EVHTTP_REQ_POST, do_status,
        " count status id threat remediated source override "},
    {"/_sim/truth", EVHTTP_REQ_GET, do_truth, " threat "},
};

static const struct control *control_find(
    const char *path, enum evhttp_cmd_type method);
static bool params_known(const struct evkeyvalq *query, const char *known);
static int param_uint(
    const struct evkeyvalq *query, const char *name, uint64_t *value);
static const char *wish_read(const struct sim *sim,
    const struct evkeyvalq *query, struct sim_wish *wish);
static bool change_one(struct sim *sim, struct sim_threat *t, uint32_t n,
    const struct sim_wish *wish, struct buf *out);
static bool change_id(struct sim *sim, const char *id,
    const struct sim_wish *wish, struct buf *out);
static void change_many(struct sim *sim, uint64_t count,
    const struct sim_wish *wish, struct buf *out);

void
sim_control_handle(struct sim *sim, struct evhttp_request *req)
{
	const struct control *control;
	const struct evhttp_uri *uri;
	struct evkeyvalq query;
	struct sim_answer *a;
	const char *text;
	const char *why;

	a = sim_answer_new(sim, req, false);
	uri = evhttp_request_get_evhttp_uri(req);
	text = evhttp_uri_get_query(uri);
	control = control_find(
	    evhttp_uri_get_path(uri), evhttp_request_get_command(req));
	if (control == NULL) {
		sim_answer_error(a, 404, "no such control endpoint or method");
	} else if (evhttp_parse_query_str(text ? text : "", &query) == -1) {
		sim_answer_error(a, 400, "malformed query");
	} else {
		a->type = control->run == do_stats
		    ? "application/json"
		    : "text/plain; charset=utf-8";
		why = "unknown parameter";
		if (params_known(&query, control->params))
			why = control->run(sim, &query, &a->body);
		evhttp_clear_headers(&query);
		if (why != NULL)
			sim_answer_error(a, 400, why);
	}
	sim_answer_send(a);
}

static const struct control *
control_find(const char *path, enum evhttp_cmd_type method)
{
	size_t i;

	for (i = 0; i < sizeof(controls) / sizeof(*controls); i++) {
		if (!strcmp(controls[i].path, path) &&
		    controls[i].method == method)
			return &controls[i];
	}
	return NULL;
}

static bool
params_known(const struct evkeyvalq *query, const char *known)
{
	const struct evkeyval *kv;
	const char *at;
	size_t len;

	if (known == NULL)
		return true;
	for (kv = query->tqh_first; kv != NULL; kv = kv->next.tqe_next) {
		len = strlen(kv->key);
		at = strstr(known, kv->key);
		if (len == 0 || at == NULL || at[-1] != ' ' || at[len] != ' ')
			return false;
	}
	return true;
}

/* Leaves *value where the parameter is not given. 0, or -1. */
static int
param_uint(const struct evkeyvalq *query, const char *name, uint64_t *value)
{
	const char *text;

	text = evhttp_find_header(query, name);
	return text == NULL ? 0 : sim_uint_parse(text, value);
}

static const char *
do_add(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	char uuid[SIM_UUID_LEN + 1];
	struct sim_batch batch;
	uint64_t recipients[2];
	const char *text;
	uint64_t threats;
	int64_t spread_ms;
	uint32_t i;

	threats = 1;
	spread_ms = 0;
	memcpy(recipients, sim->opt.recipients, sizeof(recipients));
	memset(&batch, 0, sizeof(batch));
	batch.now_ms = sim_now_ms(sim);
	batch.received_to_ms = batch.now_ms;
	batch.judged_now = true;
	if (param_uint(query, "threats", &threats) == -1 ||
	    threats > THREATS_MAX - sim->store.nthreats)
		return "threats: not a number, or too many";
	text = evhttp_find_header(query, "recipients");
	if (text != NULL &&
	    sim_range_parse(text, &recipients[0], &recipients[1]) == -1)
		return "recipients: not N or N-M";
	text = evhttp_find_header(query, "received");
	if (text != NULL &&
	    sim_time_parse_relative(
	        text, batch.now_ms, &batch.received_to_ms) == -1)
		return "received: not now, -T or a time";
	text = evhttp_find_header(query, "spread");
	if (text != NULL && sim_duration_parse(text, &spread_ms) == -1)
		return "spread: not a duration";
	batch.threats = (uint32_t)threats;
	batch.recipients_min = (uint32_t)recipients[0];
	batch.recipients_max = (uint32_t)recipients[1];
	batch.received_from_ms = batch.received_to_ms - spread_ms;
	sim_store_add(&sim->store, &batch);
	for (i = sim->store.nthreats - batch.threats; i < sim->store.nthreats;
	     i++) {
		sim_uuid(uuid, &sim->store.threats[i]);
		(void)buf_printf(out, "%s\n", uuid);
	}
	return NULL;
}

static const char *
do_clear(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	(void)query;
	sim->faults.count = 0;
	return buf_puts(out, "ok\n") == -1 ? "no room" : NULL;
}

static int
fault_text(const struct evkeyvalq *query, const char *name,
    char out[SIM_FAULT_TEXT_MAX])
{
	const char *text;

	text = evhttp_find_header(query, name);
	if (text == NULL)
		return 0;
	if (strlen(text) >= SIM_FAULT_TEXT_MAX)
		return -1;
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

static const char *
do_fault(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	struct sim_fault fault;
	const char *text;
	uint64_t code;

	memset(&fault, 0, sizeof(fault));
	fault.count = 1;
	fault.bytes = HUGE_BYTES;
	text = evhttp_find_header(query, "kind");
	if (text == NULL || sim_fault_parse_kind(text, &fault) == -1)
		return "kind: not a known kind of fault";
	text = evhttp_find_header(query, "on");
	if (text == NULL || !strcmp(text, "any"))
		memset(fault.on, true, sizeof(fault.on));
	else if (!strcmp(text, "list"))
		fault.on[SIM_LIST] = true;
	else if (!strcmp(text, "detail"))
		fault.on[SIM_DETAIL] = true;
	else
		return "on: not list, detail or any";
	code = (uint64_t)fault.code;
	if (param_uint(query, "count", &fault.count) == -1 ||
	    param_uint(query, "after", &fault.after) == -1 ||
	    param_uint(query, "bytes", &fault.bytes) == -1 ||
	    param_uint(query, "code", &code) == -1 || code > 599)
		return "count, after, bytes or code: not a number that fits";
	fault.code = (int)code;
	if (fault_text(query, "id", fault.id) == -1 ||
	    fault_text(query, "retry-after", fault.retry_after) == -1)
		return "id or retry-after: too long";
	if (sim_fault_add(&sim->faults, &fault) == -1)
		return "too many faults";
	return buf_puts(out, "ok\n") == -1 ? "no room" : NULL;
}

static const char *
do_recipient(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	struct sim_threat *t;
	const char *uuid;
	uint64_t count;

	count = 1;
	if (param_uint(query, "count", &count) == -1 || count > 100000)
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
	for (; count != 0; count--) {
		sim_store_add_message(&sim->store, t, sim_now_ms(sim));
		sim_truth_put_message(out, sim, t, t->nmessages - 1);
	}
	return NULL;
}

static const char *
do_set(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	const struct evkeyval *kv;

	for (kv = query->tqh_first; kv != NULL; kv = kv->next.tqe_next) {
		if (sim_options_change(&sim->opt, kv->key, kv->value) == -1)
			return "not an option that can change, or its value";
	}
	return buf_puts(out, "ok\n") == -1 ? "no room" : NULL;
}

static const char *
do_stats(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	(void)query;
	sim_stats_put(out, sim);
	return NULL;
}

static const char *
do_status(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
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
	if (param_uint(query, "count", &count) == -1)
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
do_truth(struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	const struct sim_threat *t;
	const char *uuid;
	uint32_t n;

	uuid = evhttp_find_header(query, "threat");
	if (uuid == NULL) {
		sim_truth_put(out, sim);
	} else {
		t = sim_store_find(&sim->store, uuid);
		if (t == NULL)
			return "no such threat";
		for (n = 0; n < t->nmessages; n++)
			sim_truth_put_message(out, sim, t, n);
	}
	return out->overflow ? "too long" : NULL;
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
