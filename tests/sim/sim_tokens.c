/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens: the active ones, the first of which expires first, then one that is
 * expired and one that was revoked. Not one of them tells which the client
 * uses.
 */
#include "config.h"

#include <event2/http.h>
#include <stdio.h>

#include "base/rng.h"
#include "sim.h"
#include "sim_answer.h"
#include "sim_draw.h"
#include "sim_json.h"
#include "sim_number.h"
#include "sim_put.h"
#include "sim_time.h"
#include "sim_tokens.h"

#define DAY_MS INT64_C(86400000)
#define LIMIT_DEFAULT 100
#define LIMIT_MAX 200
#define PURPOSE_TOKEN (UINT64_C(28) << 32) /* + its number */

static int slice_read(struct sim_answer *a, const struct evkeyvalq *query,
    uint64_t *limit, uint64_t *offset);
static void put_token(struct sim_answer *a, uint64_t number);
static void put_permissions(struct buf *out);

void
sim_tokens_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	uint64_t offset;
	uint64_t limit;
	uint64_t total;
	uint64_t i;

	(void)id;
	if (a->sim->opt.tokens_denied) {
		sim_answer_error(a, 403, "The token may not list tokens");
		return;
	}
	if (slice_read(a, query, &limit, &offset) == -1)
		return;
	total = a->sim->opt.tokens + 2;
	sim_json_open(&a->body, NULL, '{');
	sim_json_member(&a->body, "status", "success");
	sim_json_member_int(&a->body, "status_code", 200);
	sim_json_open(&a->body, "data", '[');
	for (i = offset; i < total && i - offset < limit; i++)
		put_token(a, i);
	sim_json_close(&a->body, ']');
	sim_json_open(&a->body, "pagination", '{');
	sim_json_member_int(&a->body, "total", (int64_t)total);
	sim_json_member_int(&a->body, "limit", (int64_t)limit);
	sim_json_member_int(&a->body, "offset", (int64_t)offset);
	sim_json_close(&a->body, '}');
	sim_json_close(&a->body, '}');
}

static int
slice_read(struct sim_answer *a, const struct evkeyvalq *query, uint64_t *limit,
    uint64_t *offset)
{
	const char *text;

	*limit = LIMIT_DEFAULT;
	*offset = 0;
	text = evhttp_find_header(query, "limit");
	if (text != NULL &&
	    (sim_uint_parse(text, limit) == -1 || *limit < 1 ||
	        *limit > LIMIT_MAX)) {
		sim_answer_error(a, 400, "limit: not a number from 1 to 200");
		return -1;
	}
	text = evhttp_find_header(query, "offset");
	if (text != NULL && sim_uint_parse(text, offset) == -1) {
		sim_answer_error(a, 400, "offset: not a number");
		return -1;
	}
	return 0;
}

/* Active ones expire 30 days apart; one whose time has come is expired. */
static void
put_token(struct sim_answer *a, uint64_t number)
{
	uint64_t active;
	int64_t expires_ms;
	char name[40];
	struct rng r;
	bool expired;

	active = a->sim->opt.tokens;
	rng_init(&r, sim_hash(a->sim->opt.seed, PURPOSE_TOKEN + number));
	expires_ms = number < active
	    ? a->sim->opt.token_expires_ms + (int64_t)number * 30 * DAY_MS
	    : a->sim->started_ms - (int64_t)(number - active + 1) * DAY_MS;
	expired = expires_ms <= sim_now_ms(a->sim);
	(void)snprintf(name, sizeof(name), "token | %u", (unsigned)number);
	sim_json_open(&a->body, NULL, '{');
	sim_put_uuid(&a->body, "token_id", &r);
	sim_json_member(&a->body, "name", name);
	sim_json_member(&a->body, "version", number % 2 == 0 ? "v2" : "v1");
	sim_json_member(&a->body, "status",
	    number > active ? "revoked"
	        : expired   ? "expired"
	                    : "active");
	sim_put_time(&a->body, "created_at", expires_ms - 365 * DAY_MS,
	    "+00:00", rng_next(&r));
	sim_put_time(
	    &a->body, "expires_at", expires_ms, "+00:00", rng_next(&r));
	put_permissions(&a->body);
	sim_json_close(&a->body, '}');
}

static void
put_permissions(struct buf *out)
{
	static const char *const names[] = {
	    "threats", "cases", "vendors", "abuse_mailbox", "audit_logs"};
	size_t i;

	sim_json_open(out, "permissions", '[');
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		sim_json_sep(out);
		(void)buf_printf(out, "\"soar_v1_read_%s\"", names[i]);
	}
	sim_json_close(out, ']');
}
