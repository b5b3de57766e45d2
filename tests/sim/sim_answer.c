/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies. A request belongs to its connection until the reply is sent; when
 * the connection went first, evhttp leaves the request to us with no
 * connection in it, and sending only frees it.
 */
#include "config.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "sim.h"
#include "sim_answer.h"
#include "sim_gzip.h"
#include "sim_json.h"
#include "sim_time.h"

#define BODY_MAX (UINT64_C(256) << 20)
#define HUGE_PIECE (1 << 20)

static void wait_for(struct sim_answer *a, int64_t ms, event_callback_fn then);
static void on_latency(evutil_socket_t fd, short what, void *arg);
static void on_reset(evutil_socket_t fd, short what, void *arg);
static void deliver(struct sim_answer *a);
static void deliver_whole(struct sim_answer *a);
static void deliver_half(struct sim_answer *a, bool stall);
static void deliver_huge(struct sim_answer *a);
static void reset_connection(struct evhttp_request *req);
static void put_headers(struct sim_answer *a);
static void put_header(
    struct sim_answer *a, const char *name, const char *value);
static void leave(struct sim_answer *a);
static void answer_free(struct sim_answer *a);

struct sim_answer *
sim_answer_new(struct sim *sim, struct evhttp_request *req, bool counted)
{
	struct sim_answer *a;

	a = xcalloc(1, sizeof(*a));
	a->sim = sim;
	a->req = req;
	a->counted = counted;
	a->code = 200;
	a->type = "application/json";
	buf_init(&a->body, BODY_MAX);
	return a;
}

void
sim_answer_error(struct sim_answer *a, int code, const char *why)
{
	const char *member;

	a->code = code;
	buf_reset(&a->body);
	member = code == 404 ? "detail" : code < 429 ? "message" : "error";
	(void)buf_putc(&a->body, '{');
	sim_json_member(&a->body, member, why);
	(void)buf_putc(&a->body, '}');
}

void
sim_answer_send(struct sim_answer *a)
{
	int64_t latency_ms;

	latency_ms = a->counted ? a->sim->opt.latency_ms : 0;
	if (latency_ms != 0)
		wait_for(a, latency_ms, on_latency);
	else
		deliver(a);
}

void
sim_answer_drop_all(struct sim *sim)
{
	struct sim_answer *a;

	for (;;) {
		a = TAILQ_FIRST(&sim->waiting);
		if (a == NULL)
			return;
		if (evhttp_request_get_connection(a->req) == NULL)
			evhttp_request_free(a->req);
		answer_free(a);
	}
}

static void
wait_for(struct sim_answer *a, int64_t ms, event_callback_fn then)
{
	struct timeval tv;

	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	a->timer = evtimer_new(a->sim->base, then, a);
	if (a->timer == NULL || evtimer_add(a->timer, &tv) == -1)
		abort();
	TAILQ_INSERT_TAIL(&a->sim->waiting, a, entry);
}

static void
wait_is_over(struct sim_answer *a)
{
	TAILQ_REMOVE(&a->sim->waiting, a, entry);
	event_free(a->timer);
	a->timer = NULL;
}

static void
on_latency(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	wait_is_over(arg);
	deliver(arg);
}

static void
on_reset(evutil_socket_t fd, short what, void *arg)
{
	struct sim_answer *a;

	(void)fd;
	(void)what;
	a = arg;
	wait_is_over(a);
	reset_connection(a->req);
	leave(a);
	answer_free(a);
}

/*
 * A reset waits for the next turn of the loop, since evhttp is not done with
 * the connection while it calls us. One that stalls no longer counts as in
 * flight: its client is believed to have gone.
 */
static void
deliver(struct sim_answer *a)
{
	switch (a->fault.kind) {
	case SIM_FAULT_NONE:
	case SIM_FAULT_STATUS:
	case SIM_FAULT_EMPTY:
	case SIM_FAULT_HTML:
	case SIM_FAULT_BROKEN_JSON:
	case SIM_FAULT_BODY:
	case SIM_FAULT_OTHER:
	case SIM_FAULT_BOMB:
		deliver_whole(a);
		return;
	case SIM_FAULT_TRUNCATED:
		deliver_half(a, false);
		return;
	case SIM_FAULT_RESET:
		wait_for(a, 0, on_reset);
		return;
	case SIM_FAULT_STALL:
		leave(a);
		wait_for(a, a->sim->opt.stall_ms, on_reset);
		return;
	case SIM_FAULT_STALL_BODY:
		deliver_half(a, true);
		return;
	case SIM_FAULT_HUGE:
		deliver_huge(a);
		return;
	}
}

static void
deliver_whole(struct sim_answer *a)
{
	struct evbuffer *out;
	const char *accept;

	out = evbuffer_new();
	accept = evhttp_find_header(
	    evhttp_request_get_input_headers(a->req), "Accept-Encoding");
	if (a->fault.kind == SIM_FAULT_BOMB) {
		sim_fault_put_bomb(&a->body, a->fault.bytes);
		put_header(a, "Content-Encoding", "gzip");
	} else if (a->counted && !a->sim->opt.no_gzip && a->body.len != 0 &&
	    sim_gzip_accepted(accept) && sim_gzip_pack(&a->body) == 0) {
		put_header(a, "Content-Encoding", "gzip");
		a->sim->stats.gzipped++;
	}
	put_headers(a);
	(void)evbuffer_add(out, a->body.data, a->body.len);
	leave(a);
	evhttp_send_reply(a->req, a->code, NULL, out);
	evbuffer_free(out);
	answer_free(a);
}

/* Announce the body, send half of it, then close or fall silent. */
static void
deliver_half(struct sim_answer *a, bool stall)
{
	struct evbuffer *out;
	char length[24];

	out = evbuffer_new();
	(void)snprintf(length, sizeof(length), "%zu", a->body.len + 1);
	put_header(a, "Content-Length", length);
	put_headers(a);
	(void)evbuffer_add(out, a->body.data, a->body.len / 2);
	leave(a);
	if (stall) {
		evhttp_send_reply_start(a->req, a->code, "OK");
		evhttp_send_reply_chunk(a->req, out);
		wait_for(a, a->sim->opt.stall_ms, on_reset);
	} else {
		put_header(a, "Connection", "close");
		evhttp_send_reply(a->req, a->code, NULL, out);
		answer_free(a);
	}
	evbuffer_free(out);
}

/* Chunked, so that only the octets themselves tell how many there are. */
static void
deliver_huge(struct sim_answer *a)
{
	static char piece[HUGE_PIECE];
	struct evbuffer *out;
	uint64_t left;
	size_t len;

	out = evbuffer_new();
	(void)evbuffer_add(out, "{\"threats\":[\"", 13);
	memset(piece, 'x', sizeof(piece));
	for (left = a->fault.bytes; left != 0; left -= len) {
		len = left < sizeof(piece) ? (size_t)left : sizeof(piece);
		(void)evbuffer_add_reference(out, piece, len, NULL, NULL);
	}
	(void)evbuffer_add(out, "\"]}", 3);
	put_headers(a);
	leave(a);
	evhttp_send_reply_start(a->req, a->code, "OK");
	evhttp_send_reply_chunk(a->req, out);
	evhttp_send_reply_end(a->req);
	evbuffer_free(out);
	answer_free(a);
}

/*
 * No close_notify, no FIN: a reset. Freeing the connection would say FIN first;
 * connecting to no address makes Linux reset it at once.
 */
static void
reset_connection(struct evhttp_request *req)
{
	struct evhttp_connection *conn;
	struct bufferevent *bev;
	struct sockaddr none;
	SSL *ssl;

	conn = evhttp_request_get_connection(req);
	if (conn == NULL) {
		evhttp_request_free(req);
		return;
	}
	bev = evhttp_connection_get_bufferevent(conn);
	ssl = bufferevent_openssl_get_ssl(bev);
	if (ssl != NULL)
		SSL_set_quiet_shutdown(ssl, 1);
	memset(&none, 0, sizeof(none));
	none.sa_family = AF_UNSPEC;
	(void)connect(bufferevent_getfd(bev), &none, sizeof(none));
	evhttp_connection_free(conn);
}

static void
put_headers(struct sim_answer *a)
{
	char date[SIM_TIME_MAX];

	sim_time_http(date, sim_now_ms(a->sim));
	/* libevent puts one in where there is none. */
	put_header(a, "Date", a->sim->opt.no_date ? "-" : date);
	put_header(a, "Content-Type", a->type);
	if (a->retry_after != NULL && a->retry_after[0] != '\0')
		put_header(a, "Retry-After", a->retry_after);
	else if (a->fault.retry_after[0] != '\0')
		put_header(a, "Retry-After", a->fault.retry_after);
	if (a->counted && a->code >= 0 && a->code < 600)
		a->sim->stats.status[a->code]++;
}

static void
put_header(struct sim_answer *a, const char *name, const char *value)
{
	(void)evhttp_add_header(
	    evhttp_request_get_output_headers(a->req), name, value);
}

static void
leave(struct sim_answer *a)
{
	if (a->counted)
		sim_stats_leave(&a->sim->stats);
	a->counted = false;
}

static void
answer_free(struct sim_answer *a)
{
	if (a->timer != NULL)
		wait_is_over(a);
	buf_clear(&a->body);
	free(a);
}
