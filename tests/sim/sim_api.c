/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a request to the endpoint that fills the answer. The order: token,
 * request rate, requests at once, faults, the licence, the endpoint. A fault
 * that needs a good reply to damage lets the endpoint speak first.
 */
#include "config.h"

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"
#include "sim_abuse.h"
#include "sim_answer.h"
#include "sim_api.h"
#include "sim_audit.h"
#include "sim_cases.h"
#include "sim_parts.h"
#include "sim_threats.h"
#include "sim_time.h"
#include "sim_tokens.h"
#include "sim_vendors.h"

#define ID_MAX 128 /* octets of an id in a path, with NUL */

typedef void endpoint_fn(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

static const struct route {
	const char *path; /* "{id}" stands for one part */
	enum sim_endpoint endpoint;
	enum sim_stream stream; /* that the tenant must have a licence for */
	endpoint_fn *fill;
} routes[] = {
    {"/v1/threats", SIM_LIST, SIM_STREAM_THREATS, sim_threats_list},
    {"/v1/threats/{id}", SIM_DETAIL, SIM_STREAM_THREATS, sim_threats_detail},
    {"/v1/threats/{id}/attachments", SIM_ATTACHMENTS, SIM_STREAM_THREATS,
        sim_parts_attachments},
    {"/v1/threats/{id}/links", SIM_LINKS, SIM_STREAM_THREATS, sim_parts_links},
    {"/v1/cases", SIM_CASES, SIM_STREAM_CASES, sim_cases_list},
    {"/v1/cases/{id}", SIM_CASE, SIM_STREAM_CASES, sim_cases_detail},
    {"/v1/cases/{id}/analysis", SIM_ANALYSIS, SIM_STREAM_CASES,
        sim_cases_analysis},
    {"/v1/vendor-cases", SIM_VENDOR_CASES, SIM_STREAM_VENDOR_CASES,
        sim_vendors_list},
    {"/v1/vendor-cases/{id}", SIM_VENDOR_CASE, SIM_STREAM_VENDOR_CASES,
        sim_vendors_detail},
    {"/v1/abusecampaigns", SIM_CAMPAIGNS, SIM_STREAM_CAMPAIGNS,
        sim_abuse_campaigns},
    {"/v1/abusecampaigns/{id}", SIM_CAMPAIGN, SIM_STREAM_CAMPAIGNS,
        sim_abuse_campaign},
    {"/v1/abuse_mailbox/not_analyzed", SIM_NOT_ANALYZED,
        SIM_STREAM_NOT_ANALYZED, sim_abuse_not_analyzed},
    {"/v1/auditlogs", SIM_AUDIT, SIM_STREAM_AUDIT, sim_audit_list},
    {"/v1/soar/tokens", SIM_TOKENS, SIM_STREAMS, sim_tokens_list},
};

static bool admit(struct sim_answer *a);
static void answer(struct sim_answer *a, const struct evhttp_uri *uri);
static const struct route *route_find(const char *path, char id[ID_MAX]);
static bool route_matches(
    const struct route *r, const char *path, char id[ID_MAX]);
static bool is_licensed(const struct sim *sim, enum sim_stream stream);
static bool strike(
    struct sim_answer *a, enum sim_endpoint endpoint, const char *id);
static bool is_authorized(const struct sim *sim, struct evhttp_request *req);

void
sim_api_handle(struct sim *sim, struct evhttp_request *req)
{
	struct sim_answer *a;

	sim_stats_arrive(&sim->stats, sim_time_monotonic_ms());
	a = sim_answer_new(sim, req, true);
	if (admit(a))
		answer(a, evhttp_request_get_evhttp_uri(req));
	sim_answer_send(a);
}

static bool
admit(struct sim_answer *a)
{
	struct sim *sim;
	int64_t now_ms;

	sim = a->sim;
	now_ms = sim_time_monotonic_ms();
	if (!is_authorized(sim, a->req)) {
		sim->stats.auth_failures++;
		sim_answer_error(a, 401, "Unauthorized");
		return false;
	}
	if (sim->opt.rate != 0 &&
	    sim_minute_count(&sim->stats.accepted, now_ms) >= sim->opt.rate) {
		sim->stats.rate_limited++;
		sim_answer_error(a, 429, "rate limit exceeded");
		a->retry_after = sim->opt.retry_after;
		return false;
	}
	if (sim->opt.max_concurrent != 0 &&
	    sim->stats.in_flight > sim->opt.max_concurrent) {
		sim->stats.concurrency_limited++;
		sim_answer_error(a, 429,
		    "request count exceeds allowed number of concurrent "
		    "requests for this resource type");
		a->retry_after = sim->opt.retry_after;
		return false;
	}
	sim_minute_add(&sim->stats.accepted, now_ms);
	return true;
}

static void
answer(struct sim_answer *a, const struct evhttp_uri *uri)
{
	const struct route *route;
	enum sim_endpoint endpoint;
	struct evkeyvalq query;
	const char *text;
	char id[ID_MAX];

	route = route_find(evhttp_uri_get_path(uri), id);
	endpoint = route != NULL ? route->endpoint : SIM_OTHER;
	a->sim->stats.requests[endpoint]++;
	if (strike(a, endpoint, id))
		return;
	if (route == NULL) {
		sim_answer_error(a, 404, "Not Found");
		return;
	}
	if (evhttp_request_get_command(a->req) != EVHTTP_REQ_GET) {
		sim_answer_error(a, 405, "Method Not Allowed");
		return;
	}
	if (!is_licensed(a->sim, route->stream)) {
		sim_answer_error(
		    a, 402, "The tenant has no licence for this resource");
		return;
	}
	text = evhttp_uri_get_query(uri);
	if (evhttp_parse_query_str(text != NULL ? text : "", &query) == -1) {
		sim_answer_error(a, 400, "Malformed query");
		return;
	}
	route->fill(a, id, &query);
	evhttp_clear_headers(&query);
	if (a->fault.kind == SIM_FAULT_BROKEN_JSON)
		sim_fault_break_json(&a->body);
}

static const struct route *
route_find(const char *path, char id[ID_MAX])
{
	const struct route *r;

	id[0] = '\0';
	if (path == NULL)
		return NULL;
	for (r = routes; r != routes + sizeof(routes) / sizeof(*routes); r++) {
		if (route_matches(r, path, id))
			return r;
	}
	return NULL;
}

static bool
route_matches(const struct route *r, const char *path, char id[ID_MAX])
{
	const char *hole;
	size_t len;

	hole = strstr(r->path, "{id}");
	if (hole == NULL)
		return !strcmp(path, r->path);
	len = (size_t)(hole - r->path);
	if (strncmp(path, r->path, len) != 0)
		return false;
	path += len;
	len = strcspn(path, "/");
	if (len == 0 || len >= ID_MAX || strcmp(path + len, hole + 4) != 0)
		return false;
	memcpy(id, path, len);
	id[len] = '\0';
	return true;
}

/* True when a fault has filled the answer, so that no endpoint is asked. */
static bool
strike(struct sim_answer *a, enum sim_endpoint endpoint, const char *id)
{
	if (!sim_fault_take(&a->sim->faults, endpoint, id, &a->fault))
		return false;
	a->sim->stats.faults++;
	a->code = a->fault.code;
	switch (a->fault.kind) {
	case SIM_FAULT_STATUS:
		sim_answer_error(a, a->fault.code, "simulated fault");
		return true;
	case SIM_FAULT_HTML:
		a->type = "text/html";
		(void)buf_puts(&a->body,
		    "<!DOCTYPE html><html><head><title>Gateway</title></head>"
		    "<body><h1>Sorry</h1><p>Come back later.</p></body>"
		    "</html>\n");
		return true;
	case SIM_FAULT_BODY:
		(void)buf_puts(&a->body, a->fault.body);
		return true;
	case SIM_FAULT_EMPTY:
	case SIM_FAULT_RESET:
	case SIM_FAULT_STALL:
	case SIM_FAULT_HUGE:
	case SIM_FAULT_BOMB:
		return true;
	case SIM_FAULT_NONE:
	case SIM_FAULT_BROKEN_JSON:
	case SIM_FAULT_OTHER:
	case SIM_FAULT_TRUNCATED:
	case SIM_FAULT_STALL_BODY:
		break;
	}
	return false;
}

static bool
is_licensed(const struct sim *sim, enum sim_stream stream)
{
	return (sim->opt.unlicensed >> stream & 1) == 0;
}

static bool
is_authorized(const struct sim *sim, struct evhttp_request *req)
{
	const char *header;

	header = evhttp_find_header(
	    evhttp_request_get_input_headers(req), "Authorization");
	return header != NULL && !strncmp(header, "Bearer ", 7) &&
	    (sim->opt.token[0] == '\0' || !strcmp(header + 7, sim->opt.token));
}
