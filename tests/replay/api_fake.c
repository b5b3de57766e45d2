/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a request: limits and troubles first, then the question.
 */
#include "config.h"

#include <string.h>

#include "api_dates.h"
#include "api_fake.h"
#include "api_filter.h"
#include "crash.h"
#include "io/http.h"
#include "oracle_told.h"
#include "ring.h"

/* Who is asked to wait for longer asks once an hour. */
#define HOLD_MAX_MS HOUR_MS
#define PREFIX "https://" API_HOST "/v1/"

static void on_leaves(
    struct answer *answer, const struct http_request *request, void *arg);
static void on_arrives(struct answer *answer, void *arg);
static void on_delivers(const struct answer *answer, void *arg);
static bool counts_arrivals(const struct ring *ring);
static void count_request(struct ring *ring);
static enum trouble_kind trouble_now(struct ring *ring);
static void put_error(struct ring *ring, struct answer *answer);
static void put_throttle(struct ring *ring, struct answer *answer);
static void spoil(struct ring *ring, struct answer *answer);
static void put_answer(struct ring *ring, struct answer *answer);

void
api_fake_init(struct fake_server *server, struct ring *ring)
{
	*server =
	    (struct fake_server){on_leaves, on_arrives, on_delivers, ring};
}

int64_t
api_number(struct text query, const char *name, int64_t otherwise)
{
	struct text value = api_parameter(query, name);
	int64_t n = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return otherwise;
		n = n * 10 + (value.ptr[i] - '0');
	}
	return value.len > 0 ? n : otherwise;
}

struct text
api_parameter(struct text query, const char *name)
{
	size_t name_len = strlen(name);

	while (query.len > 0) {
		const char *end = memchr(query.ptr, '&', query.len);
		size_t len =
		    end != NULL ? (size_t)(end - query.ptr) : query.len;

		if (len > name_len && query.ptr[name_len] == '=' &&
		    memcmp(query.ptr, name, name_len) == 0)
			return (struct text){
			    query.ptr + name_len + 1, len - name_len - 1};
		if (end == NULL)
			break;
		query.ptr += len + 1;
		query.len -= len + 1;
	}
	return (struct text){NULL, 0};
}

void
api_put_next(
    struct answer *answer, enum next_style style, int64_t page, bool more)
{
	(void)buf_printf(
	    &answer->body, ",\"pageNumber\":%lld", (long long)page);
	if (more || style == NEXT_ALWAYS)
		(void)buf_printf(&answer->body, ",\"nextPageNumber\":%lld",
		    (long long)page + 1);
	else if (style == NEXT_NULL)
		(void)buf_puts(&answer->body, ",\"nextPageNumber\":null");
}

void
api_refuse(struct answer *answer, int status, const char *why)
{
	answer->status = status;
	buf_reset(&answer->body);
	(void)buf_printf(&answer->body, "{\"message\":\"%s\"}", why);
}

bool
api_is_refused(struct ring *ring, struct answer *answer,
    const struct filter *filter, bool is_range, bool is_other)
{
	const struct script *script = &ring->script;
	int64_t now_ms = ring->clock.now_ms;
	int64_t span_ms = (filter->to_s - filter->from_s) * 1000;

	if (is_range && script->range_max_ms != 0 &&
	    span_ms > script->range_max_ms) {
		api_refuse(answer, 400, "InvalidDateError: range too wide");
		return true;
	}
	if (script->retention_ms != 0 &&
	    filter->from_s * 1000 < now_ms - script->retention_ms) {
		api_refuse(answer, 400,
		    script->is_terse
		        ? "Bad Request"
		        : "The window is outside the data-retention period");
		if (!is_other && now_ms >= script->resume_ms &&
		    now_ms < script->resume_ms + HOUR_MS)
			ring->oracle.too_old++;
		return true;
	}
	return false;
}

static void
on_leaves(struct answer *answer, const struct http_request *request, void *arg)
{
	struct ring *ring = arg;
	int64_t latency_ms = draw_between(&ring->dice,
	    ring->script.latency_ms / 2, ring->script.latency_ms * 2);

	(void)request;
	answer->is_again = crash_asks_again();
	ring->requests++;
	answer->there_ms = latency_ms / 2;
	answer->back_ms = latency_ms - latency_ms / 2;
	if (answer->at_once > ring->script.max_in_flight)
		oracle_violation(
		    ring, NO_MESSAGE, "%u requests at once", answer->at_once);
	if (ring->clock.now_ms < ring->hold_ms)
		oracle_violation(ring, NO_MESSAGE,
		    "asked %lld s before the API wants to be",
		    (long long)((ring->hold_ms - ring->clock.now_ms) / 1000));
	if (!counts_arrivals(ring))
		count_request(ring);
}

static void
on_arrives(struct answer *answer, void *arg)
{
	struct ring *ring = arg;
	bool dateless = draw_chance(&ring->dice, 1);

	if (!dateless)
		api_put_date(ring, answer);
	answer->status = 200;
	if (counts_arrivals(ring))
		count_request(ring);
	switch (trouble_now(ring)) {
	case TROUBLE_OUTAGE:
		answer->broken = true;
		(void)err_set(&answer->failure, ERR_AGAIN,
		    "Failed to connect: connection refused");
		return;
	case TROUBLE_ERRORS:
		put_error(ring, answer);
		return;
	case TROUBLE_THROTTLE:
		put_throttle(ring, answer);
		return;
	case TROUBLE_DENIED:
		api_refuse(answer, draw_chance(&ring->dice, 50) ? 401 : 403,
		    "not allowed");
		return;
	case TROUBLE_NONE:
		put_answer(ring, answer);
	}
}

static void
on_delivers(const struct answer *answer, void *arg)
{
	struct ring *ring = arg;

	int64_t hold_ms = ring->clock.now_ms +
	    (answer->retry_after_ms < HOLD_MAX_MS ? answer->retry_after_ms
	                                          : HOLD_MAX_MS);

	if (answer->status == 200)
		oracle_shown(ring, answer);
	if (answer->status == 429 && hold_ms > ring->hold_ms)
		ring->hold_ms = hold_ms;
}

/* The budget allows for a second of jitter, and no more. */
static bool
counts_arrivals(const struct ring *ring)
{
	return ring->script.latency_ms <= 1300;
}

/* The server counts all requests, those that it refuses too. */
static void
count_request(struct ring *ring)
{
	unsigned limit = ring->script.requests_per_minute;
	int64_t now_ms = ring->clock.now_ms;
	int64_t before_ms =
	    ring->rate_ms[(ring->rate_at + RATE_MAX - limit) % RATE_MAX];

	ring->rate_ms[ring->rate_at++ % RATE_MAX] = now_ms;
	if (before_ms != 0 && now_ms - before_ms < RATE_SPAN_MS)
		oracle_violation(ring, NO_MESSAGE,
		    "more than %u requests in a minute", limit);
}

static enum trouble_kind
trouble_now(struct ring *ring)
{
	const struct trouble *trouble =
	    script_trouble(&ring->script, ring->clock.now_ms);

	if (trouble != NULL && draw_chance(&ring->dice, trouble->percent))
		return trouble->kind;
	if (ring->clock.now_ms < ring->script.quiet_ms &&
	    draw_chance(&ring->dice, ring->script.background_percent))
		return TROUBLE_ERRORS;
	return TROUBLE_NONE;
}

static void
put_error(struct ring *ring, struct answer *answer)
{
	static const int statuses[] = {500, 502, 503, 504};
	uint64_t kind = rng_below(&ring->dice, 8);

	if (kind < 4) {
		api_refuse(answer, statuses[kind], "oops");
	} else if (kind == 4) {
		answer->broken = true;
		(void)err_set(
		    &answer->failure, ERR_AGAIN, "connection reset by peer");
	} else if (kind == 5) {
		/* Beyond any limit. */
		answer->back_ms = DAY_MS;
	} else {
		put_answer(ring, answer);
		spoil(ring, answer);
	}
}

static void
put_throttle(struct ring *ring, struct answer *answer)
{
	api_refuse(answer, 429, "rate limit exceeded");
	if (ring->script.retry_after)
		answer->retry_after_ms =
		    draw_log(&ring->dice, SECOND_MS, 3 * HOUR_MS) / SECOND_MS *
		    SECOND_MS;
}

/* A good answer that is cut short, or not quite JSON. */
static void
spoil(struct ring *ring, struct answer *answer)
{
	if (answer->status != 200 || answer->body.len == 0)
		return;
	answer->shown_count = 0;
	if (draw_chance(&ring->dice, 50))
		answer->body.len = rng_below(&ring->dice, answer->body.len);
	else
		answer->body.data[0] = '<';
}

static void
put_answer(struct ring *ring, struct answer *answer)
{
	struct text url = text_of(answer->url);
	size_t prefix_len = sizeof(PREFIX) - 1;
	const char *mark;
	struct text query = {NULL, 0};

	if (url.len < prefix_len || memcmp(url.ptr, PREFIX, prefix_len) != 0) {
		api_refuse(answer, 404, "no such path");
		return;
	}
	url.ptr += prefix_len;
	url.len -= prefix_len;
	mark = memchr(url.ptr, '?', url.len);
	if (mark != NULL) {
		query.ptr = mark + 1;
		query.len = url.len - (size_t)(mark + 1 - url.ptr);
		url.len = (size_t)(mark - url.ptr);
	}
	if (text_eq(url, TEXT("threats")))
		api_put_list(ring, answer, query);
	else if (url.len > 8 && memcmp(url.ptr, "threats/", 8) == 0)
		api_put_detail(ring, answer,
		    (struct text){url.ptr + 8, url.len - 8}, query);
	else if (!api_put_other(ring, answer, url, query))
		api_refuse(answer, 404, "no such path");
}
