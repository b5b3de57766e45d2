/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control endpoints. Parameters are in the query, also of a POST; an
 * unknown or wrong one is refused with 400, so that a test with a slip in it
 * fails at once.
 */
#include "config.h"

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"
#include "sim_answer.h"
#include "sim_control.h"
#include "sim_control_data.h"
#include "sim_control_items.h"
#include "sim_truth.h"

#define HUGE_BYTES (UINT64_C(64) << 20)

static sim_control_fn do_clear;
static sim_control_fn do_fault;
static sim_control_fn do_set;
static sim_control_fn do_stats;
static sim_control_fn do_truth;

static const struct control {
	const char *path;
	enum evhttp_cmd_type method;
	sim_control_fn *run;
	const char *params; /* " a b " */
	bool items;         /* for a stream other than that of threats */
} controls[] = {
    {"/_sim/add", EVHTTP_REQ_POST, sim_control_add,
        " stream threats recipients received spread ", false},
    {"/_sim/add", EVHTTP_REQ_POST, sim_control_add_items,
        " stream count time spread scanning ", true},
    {"/_sim/change", EVHTTP_REQ_POST, sim_control_change_items,
        " stream count id status touch ", true},
    {"/_sim/clear", EVHTTP_REQ_POST, do_clear, " ", false},
    {"/_sim/fault", EVHTTP_REQ_POST, do_fault,
        " on kind count retry-after id after code bytes body ", false},
    {"/_sim/recipient", EVHTTP_REQ_POST, sim_control_recipient,
        " threat count received same ", false},
    {"/_sim/set", EVHTTP_REQ_POST, do_set, NULL, false},
    {"/_sim/stats", EVHTTP_REQ_GET, do_stats, " ", false},
    {"/_sim/status", EVHTTP_REQ_POST, sim_control_status,
        " count status id threat remediated source override ", false},
    {"/_sim/truth", EVHTTP_REQ_GET, do_truth, " stream threat ", false},
    {"/_sim/truth", EVHTTP_REQ_GET, sim_control_truth_items, " stream ", true},
};

static void control(
    struct sim_answer *a, const char *path, const struct evkeyvalq *query);
static const struct control *control_find(
    const char *path, enum evhttp_cmd_type method, bool items);
static bool params_known(const struct evkeyvalq *query, const char *known);

void
sim_control_handle(struct sim *sim, struct evhttp_request *req)
{
	const struct evhttp_uri *uri;
	struct evkeyvalq query;
	struct sim_answer *a;
	const char *text;

	a = sim_answer_new(sim, req, false);
	uri = evhttp_request_get_evhttp_uri(req);
	text = evhttp_uri_get_query(uri);
	if (evhttp_parse_query_str(text ? text : "", &query) == -1) {
		sim_answer_error(a, 400, "malformed query");
	} else {
		control(a, evhttp_uri_get_path(uri), &query);
		evhttp_clear_headers(&query);
	}
	sim_answer_send(a);
}

static void
control(struct sim_answer *a, const char *path, const struct evkeyvalq *query)
{
	const struct control *c;
	const char *stream;
	const char *why;

	stream = evhttp_find_header(query, "stream");
	c = control_find(path, evhttp_request_get_command(a->req),
	    stream != NULL && strcmp(stream, "threats") != 0);
	if (c == NULL) {
		sim_answer_error(a, 404, "no such control endpoint or method");
		return;
	}
	if (c->run != do_stats)
		a->type = "text/plain; charset=utf-8";
	why = "unknown parameter";
	if (params_known(query, c->params))
		why = c->run(a->sim, query, &a->body);
	if (why != NULL) {
		a->type = "application/json";
		sim_answer_error(a, 400, why);
	}
}

static const struct control *
control_find(const char *path, enum evhttp_cmd_type method, bool items)
{
	const struct control *found;
	size_t i;

	found = NULL;
	for (i = 0; i < sizeof(controls) / sizeof(*controls); i++) {
		if (strcmp(controls[i].path, path) != 0 ||
		    controls[i].method != method)
			continue;
		if (found == NULL || controls[i].items == items)
			found = &controls[i];
	}
	return found;
}

static bool
params_known(const struct evkeyvalq *query, const char *known)
{
	const struct evkeyval *kv;
	char word[32];
	int len;

	if (known == NULL)
		return true;
	for (kv = query->tqh_first; kv != NULL; kv = kv->next.tqe_next) {
		len = snprintf(word, sizeof(word), " %s ", kv->key);
		if (len < 3 || (size_t)len >= sizeof(word) ||
		    strstr(known, word) == NULL)
			return false;
	}
	return true;
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
	enum sim_endpoint endpoint;
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
	endpoint = text != NULL ? sim_endpoint_parse(text) : SIM_ENDPOINTS;
	if (text == NULL || !strcmp(text, "any"))
		memset(fault.on, true, sizeof(fault.on));
	else if (endpoint != SIM_ENDPOINTS)
		fault.on[endpoint] = true;
	else
		return "on: not an endpoint's name or any";
	code = (uint64_t)fault.code;
	if (sim_control_uint(query, "count", &fault.count) == -1 ||
	    sim_control_uint(query, "after", &fault.after) == -1 ||
	    sim_control_uint(query, "bytes", &fault.bytes) == -1 ||
	    sim_control_uint(query, "code", &code) == -1 || code > 599)
		return "count, after, bytes or code: not a number that fits";
	fault.code = (int)code;
	if (fault_text(query, "id", fault.id) == -1 ||
	    fault_text(query, "body", fault.body) == -1 ||
	    fault_text(query, "retry-after", fault.retry_after) == -1)
		return "id, body or retry-after: too long";
	if (sim_fault_add(&sim->faults, &fault) == -1)
		return "too many faults";
	return buf_puts(out, "ok\n") == -1 ? "no room" : NULL;
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
