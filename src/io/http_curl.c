/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's multi interface driven by the loop: curl says which sockets and
 * which time-out it waits for, the loop says when they are due, and after each
 * such word the finished transfers are collected. curl is never called from
 * inside one of its own callbacks: a time-out of 0 goes through the loop.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/http.h"
#include "io/timer.h"
#include "io/tls_peer.h"
#include "io/watch.h"

/* Of a turn of the loop, for replies. */
#define COLLECT_MS 5
#define CONNECT_TIMEOUT_MS 10000
/* Connections kept open for the next request, to all hosts together. */
#define IDLE_MAX 256L

/* Of a header's value that is looked at. */
#define VALUE_MAX 64
/* Beyond that it is all the same. */
#define WAIT_MAX_S INT64_C(100000000)

struct http_call {
	struct http *http;
	CURL *easy;
	struct curl_slist *headers;
	struct buf body;
	int64_t began_ms;            /* monotonic */
	int64_t date_ms, date_at_ms; /* and our monotonic clock then */
	char retry_after[VALUE_MAX]; /* the header; "": none */
	http_done_fn *done;
	void *arg;
	char error[CURL_ERROR_SIZE];
	LIST_ENTRY(http_call) next;
};

struct http {
	struct loop *loop;
	CURLM *multi;
	struct timer *timer;
	struct timer *collector; /* replies are there */
	LIST_HEAD(, http_call) calls;
};

/* One socket of curl's; the descriptor is curl's, the watch is ours. */
struct http_socket {
	struct http *http;
	curl_socket_t fd;
	struct watch *watch;
};

static int on_curl_socket(
    CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg);
static int on_curl_timer(CURLM *multi, long timeout_ms, void *arg);
static void on_ready(unsigned ready, void *arg);
static void on_time(void *arg);
static void on_collect(void *arg);
static void finish(struct http_call *call, CURLcode code);
static size_t read_chain(CURL *easy, const char *chain[TLS_PEER_CHAIN_MAX]);
static void tell_date(const struct http_call *call, struct http_reply *reply);
static void tell_failure(struct http_call *call, CURLcode code);
static void set_options(
    struct http_call *call, const struct http_request *request);
static void set_headers(
    struct http_call *call, const struct http_request *request);
static void set_trust(CURL *easy, const struct http_request *request);
static size_t on_body(char *data, size_t size, size_t count, void *arg);
static size_t on_header(char *data, size_t size, size_t count, void *arg);
static bool read_header(
    struct text line, const char *name, char value[VALUE_MAX]);
static int64_t wait_asked(const struct http_call *call);
static void call_free(struct http_call *call);

struct http *
http_new(struct loop *loop, struct err *err)
{
	struct http *http;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		(void)err_set(err, ERR_IO,
		    "cannot start libcurl: is there memory left, and is "
		    "its library whole?");
		return NULL;
	}
	http = xcalloc(1, sizeof(*http));
	http->loop = loop;
	LIST_INIT(&http->calls);
	http->timer = timer_new(loop, on_time, http);
	http->collector = timer_new(loop, on_collect, http);
	http->multi = curl_multi_init();
	if (http->multi == NULL)
		abort();
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	/* By default the cache shrinks whenever few requests run. */
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, IDLE_MAX);
	return http;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	while (!LIST_EMPTY(&http->calls))
		http_cancel(LIST_FIRST(&http->calls));
	curl_multi_cleanup(http->multi);
	timer_free(http->timer);
	timer_free(http->collector);
	free(http);
	curl_global_cleanup();
}

struct http_call *
http_get(struct http *http, const struct http_request *request,
    http_done_fn *done, void *arg)
{
	struct http_call *call = xcalloc(1, sizeof(*call));

	call->http = http;
	call->done = done;
	call->arg = arg;
	call->began_ms = loop_now_ms(http->loop);
	call->date_ms = -1;
	buf_init(&call->body, request->max_bytes);
	call->easy = curl_easy_init();
	if (call->easy == NULL)
		abort();
	set_options(call, request);
	LIST_INSERT_HEAD(&http->calls, call, next);
	if (curl_multi_add_handle(http->multi, call->easy) != CURLM_OK)
		abort();
	return call;
}

void
http_cancel(struct http_call *call)
{
	if (call != NULL)
		call_free(call);
}

static void
set_options(struct http_call *call, const struct http_request *request)
{
	CURL *easy = call->easy;

	set_headers(call, request);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	if (request->user_agent != NULL)
		curl_easy_setopt(easy, CURLOPT_USERAGENT, request->user_agent);
	/* No header of ours ever goes to a proxy. */
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	curl_easy_setopt(
	    easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(request->timeout_ms < CONNECT_TIMEOUT_MS
	            ? request->timeout_ms
	            : CONNECT_TIMEOUT_MS));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	/* "" keeps curl from the environment's http_proxy and the like. */
	curl_easy_setopt(
	    easy, CURLOPT_PROXY, request->proxy != NULL ? request->proxy : "");
	set_trust(easy, request);
}

/*
 * CURLOPT_XOAUTH2_BEARER would leave a copy in the connection, which outlives
 * the token.
 */
static void
set_headers(struct http_call *call, const struct http_request *request)
{
	char *line;

	call->headers = curl_slist_append(NULL, "Accept: application/json");
	if (request->bearer == NULL)
		return;
	line = xasprintf("Authorization: Bearer %s", request->bearer);
	call->headers = curl_slist_append(call->headers, line);
	secret_free(line);
}

static void
set_trust(CURL *easy, const struct http_request *request)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
	curl_easy_setopt(
	    easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(
	    easy, CURLOPT_CERTINFO, request->wants_chain ? 1L : 0L);
	if (request->ca_file != NULL) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
}

static int
on_curl_socket(
    CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http *http = arg;
	struct http_socket *s = socket_arg;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL) {
			curl_multi_assign(http->multi, fd, NULL);
			watch_free(s->watch);
			free(s);
		}
		return 0;
	}
	if (s == NULL) {
		s = xcalloc(1, sizeof(*s));
		s->http = http;
		s->fd = fd;
		s->watch = watch_new(http->loop, fd, on_ready, s);
		curl_multi_assign(http->multi, fd, s);
	}
	watch_set(s->watch,
	    (what & CURL_POLL_IN ? WATCH_READ : 0) |
	        (what & CURL_POLL_OUT ? WATCH_WRITE : 0));
	return 0;
}

static int
on_curl_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct http *http = arg;

	(void)multi;
	if (timeout_ms < 0)
		timer_cancel(http->timer);
	else
		timer_set(http->timer, timeout_ms);
	return 0;
}

static void
on_ready(unsigned ready, void *arg)
{
	struct http_socket *s = arg;
	struct http *http = s->http;
	int action = 0, running;

	if (ready & WATCH_READ)
		action |= CURL_CSELECT_IN;
	if (ready & WATCH_WRITE)
		action |= CURL_CSELECT_OUT;
	/* `s` may be gone after this. */
	(void)curl_multi_socket_action(http->multi, s->fd, action, &running);
	timer_set(http->collector, 0);
}

static void
on_time(void *arg)
{
	struct http *http = arg;
	int running;

	(void)curl_multi_socket_action(
	    http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	timer_set(http->collector, 0);
}

/* A part of a turn's worth: what is in a reply may be much, and others wait.
 * What is asked for because of a reply goes out before the next is looked at. */
static void
on_collect(void *arg)
{
	struct http *http = arg;
	int64_t end_ms = loop_now_ms(http->loop) + COLLECT_MS;
	struct http_call *call;
	CURLMsg *message;
	int left, running;

	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		call = NULL;
		curl_easy_getinfo(
		    message->easy_handle, CURLINFO_PRIVATE, &call);
		finish(call, message->data.result);
		(void)curl_multi_socket_action(
		    http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		if (loop_now_ms(http->loop) >= end_ms) {
			timer_set(http->collector, 0);
			return;
		}
	}
}

/* Tell the caller, then free the call. */
static void
finish(struct http_call *call, CURLcode code)
{
	struct http_reply reply = {.retry_after_ms = -1, .date_ms = -1};
	const char *chain[TLS_PEER_CHAIN_MAX];
	long status = 0;

	if (code != CURLE_OK || buf_putc(&call->body, '\0') == -1) {
		tell_failure(call, code);
	} else {
		curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
		reply.status = (int)status;
		reply.body = call->body.data;
		reply.body_len = call->body.len - 1;
		reply.retry_after_ms = wait_asked(call);
		reply.chain = chain;
		reply.chain_count = read_chain(call->easy, chain);
		if (call->date_ms > 0)
			tell_date(call, &reply);
		call->done(&reply, NULL, call->arg);
	}
	call_free(call);
}

/* As curl tells it: a list of "Name:value" for each certificate. */
static size_t
read_chain(CURL *easy, const char *chain[TLS_PEER_CHAIN_MAX])
{
	static const char name[] = "Cert:";
	struct curl_certinfo *told = NULL;
	size_t count = 0;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &told) != CURLE_OK ||
	    told == NULL)
		return 0;
	for (int i = 0; i < told->num_of_certs && count < TLS_PEER_CHAIN_MAX;
	     i++)
		for (const struct curl_slist *line = told->certinfo[i];
		     line != NULL; line = line->next)
			if (strncmp(line->data, name, sizeof(name) - 1) == 0) {
				chain[count++] = line->data + sizeof(name) - 1;
				break;
			}
	return count;
}

/* As of now: the body may have taken its time. */
static void
tell_date(const struct http_call *call, struct http_reply *reply)
{
	reply->date_ms =
	    call->date_ms + loop_now_ms(call->http->loop) - call->date_at_ms;
	reply->date_late_ms = call->date_at_ms - call->began_ms;
}

static void
tell_failure(struct http_call *call, CURLcode code)
{
	const char *why =
	    call->error[0] != '\0' ? call->error : curl_easy_strerror(code);
	struct err failure;

	if (call->body.overflow)
		(void)err_set(&failure, ERR_FULL,
		    "the reply is larger than %zu octets", call->body.max);
	else if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
	    code == CURLE_SSL_ISSUER_ERROR)
		(void)err_set(&failure, ERR_DENIED, "TLS: %s", why);
	else if (code == CURLE_COULDNT_RESOLVE_PROXY)
		/* curl's own words may have all of its URL, and the password. */
		(void)err_set(&failure, ERR_AGAIN,
		    "the proxy's name is not found, or its URL not understood "
		    "(what is special in its user or password is written like "
		    "%%40 for @)");
	else
		(void)err_set(&failure, ERR_AGAIN, "%s", why);
	call->done(NULL, &failure, call->arg);
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *call = arg;

	if (buf_put(&call->body, data, size * count) == -1)
		return 0;
	return size * count;
}

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *call = arg;
	struct text line = {data, size * count};
	char value[VALUE_MAX];
	time_t date;

	(void)read_header(line, "retry-after:", call->retry_after);
	if (!read_header(line, "date:", value))
		return line.len;
	date = curl_getdate(value, NULL);
	if (date == (time_t)-1)
		return line.len;
	call->date_ms = (int64_t)date * 1000;
	call->date_at_ms = loop_now_ms(call->http->loop);
	return line.len;
}

/* False, and nothing written, when it is another one or too long. */
static bool
read_header(struct text line, const char *name, char value[VALUE_MAX])
{
	size_t name_len = strlen(name);
	struct text t;

	if (line.len < name_len || strncasecmp(line.ptr, name, name_len) != 0)
		return false;
	t = text_trim((struct text){line.ptr + name_len, line.len - name_len});
	if (t.len >= VALUE_MAX)
		return false;
	memcpy(value, t.ptr, t.len);
	value[t.len] = '\0';
	return true;
}

/* A server whose clock is wrong means its own. */
static int64_t
wait_asked(const struct http_call *call)
{
	const char *p = call->retry_after;
	int64_t seconds = 0, wait_ms;
	bool has_rest = false;
	time_t date;

	if (*p >= '0' && *p <= '9') {
		for (; *p >= '0' && *p <= '9'; p++)
			if (seconds < WAIT_MAX_S)
				seconds = seconds * 10 + (*p - '0');
		if (*p == '.')
			for (p++; *p >= '0' && *p <= '9'; p++)
				has_rest = has_rest || *p != '0';
		seconds += has_rest;
		return *p == '\0' && seconds > 0 ? seconds * 1000 : -1;
	}
	date = *p != '\0' ? curl_getdate(p, NULL) : (time_t)-1;
	if (date == (time_t)-1)
		return -1;
	wait_ms = (int64_t)date * 1000 -
	    (call->date_ms > 0 ? call->date_ms
	                       : loop_wall_ms(call->http->loop));
	return wait_ms > 0 ? wait_ms : -1;
}

static void
call_free(struct http_call *call)
{
	LIST_REMOVE(call, next);
	(void)curl_multi_remove_handle(call->http->multi, call->easy);
	curl_easy_cleanup(call->easy);
	for (struct curl_slist *h = call->headers; h != NULL; h = h->next)
		mem_wipe(h->data, strlen(h->data));
	curl_slist_free_all(call->headers);
	buf_clear(&call->body);
	free(call);
}
