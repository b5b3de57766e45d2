/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All of io/http.h, in place of libcurl's, with the ceiling and the limit of
 * time that a request sets.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/mem.h"
#include "fake_clock.h"
#include "fake_http.h"
#include "io/http.h"

#define BODY_MAX_BYTES (64U << 20)

struct http_call {
	struct http *http;
	struct alarm alarm;
	struct answer answer;
	char *url;
	int64_t deadline_ms;
	size_t max_bytes;
	http_done_fn *done;
	void *arg;
	LIST_ENTRY(http_call) next;
};

struct http {
	struct fake_clock *clock;
	const struct fake_server *server;
	LIST_HEAD(, http_call) calls;
	unsigned count; /* of them */
};

static const struct fake_server *used;

static void on_arrival(void *arg);
static void on_delivery(void *arg);
static void on_timeout(void *arg);
static void wait_for(struct http_call *call, int64_t delay_ms, loop_fn *fn);
static void call_free(struct http_call *call);

void
fake_http_use(const struct fake_server *server)
{
	used = server;
}

void
answer_show(struct answer *answer, uint32_t message, uint32_t state)
{
	if (answer->shown_count == answer->shown_cap) {
		answer->shown_cap =
		    answer->shown_cap == 0 ? 16 : answer->shown_cap * 2;
		answer->shown = xrealloc(
		    answer->shown, answer->shown_cap, sizeof(*answer->shown));
	}
	answer->shown[answer->shown_count++] = (struct shown){message, state};
}

struct http *
http_new(struct loop *loop, struct err *err)
{
	struct http *http = xcalloc(1, sizeof(*http));

	(void)loop;
	(void)err;
	http->clock = fake_clock_used();
	http->server = used;
	LIST_INIT(&http->calls);
	return http;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	while (!LIST_EMPTY(&http->calls))
		http_cancel(LIST_FIRST(&http->calls));
	free(http);
}

struct http_call *
http_get(struct http *http, const struct http_request *request,
    http_done_fn *done, void *arg)
{
	struct http_call *call = xcalloc(1, sizeof(*call));

	call->http = http;
	call->url = xstrdup(request->url);
	call->deadline_ms = http->clock->now_ms + request->timeout_ms;
	call->max_bytes = request->max_bytes;
	call->done = done;
	call->arg = arg;
	call->alarm.arg = call;
	call->answer.url = call->url;
	call->answer.retry_after_ms = call->answer.date_ms = -1;
	buf_init(&call->answer.body, BODY_MAX_BYTES);
	LIST_INSERT_HEAD(&http->calls, call, next);
	call->answer.at_once = ++http->count;
	http->server->leaves(&call->answer, request, http->server->arg);
	wait_for(call, call->answer.there_ms, on_arrival);
	return call;
}

void
http_cancel(struct http_call *call)
{
	if (call == NULL)
		return;
	call->http->count--;
	call_free(call);
}

static void
on_arrival(void *arg)
{
	struct http_call *call = arg;
	const struct fake_server *server = call->http->server;

	server->arrives(&call->answer, server->arg);
	wait_for(call, call->answer.back_ms, on_delivery);
}

static void
on_delivery(void *arg)
{
	struct http_call *call = arg;
	const struct fake_server *server = call->http->server;
	struct answer *answer = &call->answer;
	struct http_reply reply = {
	    .status = answer->status,
	    .retry_after_ms = answer->retry_after_ms,
	    .date_ms = answer->date_ms,
	};

	call->http->count--;
	if (answer->body.len > call->max_bytes) {
		answer->broken = true;
		(void)err_set(&answer->failure, ERR_FULL,
		    "the reply is larger than %zu octets", call->max_bytes);
	}
	if (answer->broken) {
		call->done(NULL, &answer->failure, call->arg);
	} else {
		server->delivers(answer, server->arg);
		reply.body_len = answer->body.len;
		(void)buf_putc(&answer->body, '\0');
		reply.body = answer->body.data;
		call->done(&reply, NULL, call->arg);
	}
	call_free(call);
}

static void
on_timeout(void *arg)
{
	struct http_call *call = arg;
	struct err why;

	call->http->count--;
	(void)err_set(&why, ERR_AGAIN, "timed out");
	call->done(NULL, &why, call->arg);
	call_free(call);
}

static void
wait_for(struct http_call *call, int64_t delay_ms, loop_fn *fn)
{
	int64_t at_ms = call->http->clock->now_ms + delay_ms;

	call->alarm.fn = fn;
	if (at_ms > call->deadline_ms) {
		at_ms = call->deadline_ms;
		call->alarm.fn = on_timeout;
	}
	alarm_set(call->http->clock, &call->alarm, at_ms);
}

static void
call_free(struct http_call *call)
{
	alarm_cancel(call->http->clock, &call->alarm);
	LIST_REMOVE(call, next);
	buf_clear(&call->answer.body);
	free(call->answer.shown);
	free(call->url);
	free(call);
}
