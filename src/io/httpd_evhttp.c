/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evhttp behind http_server.h.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/http.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/http_server.h"

#define BODY_MAX_BYTES (8U << 20)
#define HEADERS_MAX_BYTES 8192
#define TIMEOUT_S 10

struct http_server {
	struct evhttp *http;
	http_serve_fn *serve;
	void *arg;
};

static void on_request(struct evhttp_request *request, void *arg);
static int split(const char *listen, char *host, size_t size, int *ret_port);

int
http_server_new(struct http_server **ret_server, struct loop *loop,
    const char *listen, http_serve_fn *serve, void *arg, struct err *err)
{
	struct http_server *server;
	char host[256];
	int port;

	if (split(listen, host, sizeof(host), &port) == -1)
		return err_set(
		    err, ERR_BAD, "%s: not an address and a port", listen);
	server = xcalloc(1, sizeof(*server));
	server->serve = serve;
	server->arg = arg;
	server->http = evhttp_new(loop_handle(loop));
	if (server->http == NULL)
		abort();
	evhttp_set_allowed_methods(
	    server->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(server->http, HEADERS_MAX_BYTES);
	evhttp_set_max_body_size(server->http, HEADERS_MAX_BYTES);
	evhttp_set_timeout(server->http, TIMEOUT_S);
	evhttp_set_gencb(server->http, on_request, server);
	if (evhttp_bind_socket(server->http, host, (uint16_t)port) == -1) {
		int why = errno;

		http_server_free(server);
		return err_set(err, ERR_IO, "cannot listen on %s: %s", listen,
		    strerror(why));
	}
	*ret_server = server;
	return 0;
}

void
http_server_free(struct http_server *server)
{
	if (server == NULL)
		return;
	evhttp_free(server->http);
	free(server);
}

static void
on_request(struct evhttp_request *request, void *arg)
{
	struct http_server *server = arg;
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = evhttp_uri_get_path(uri);
	const char *accept = evhttp_find_header(
	    evhttp_request_get_input_headers(request), "Accept");
	const char *type = "text/plain; charset=utf-8";
	struct evbuffer *out = evhttp_request_get_output_buffer(request);
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	struct buf body;
	int status;

	buf_init(&body, BODY_MAX_BYTES);
	status = server->serve(path != NULL ? path : "/",
	    accept != NULL ? accept : "", &body, &type, server->arg);
	(void)evhttp_add_header(headers, "Content-Type", type);
	(void)evhttp_add_header(headers, "Cache-Control", "no-store");
	(void)evbuffer_add(out, body.data, body.len);
	evhttp_send_reply(request, status,
	    status == 200       ? "OK"
	        : status == 404 ? "Not Found"
	                        : "Service Unavailable",
	    NULL);
	buf_clear(&body);
}

/* "host:port" or "[host]:port". */
static int
split(const char *listen, char *host, size_t size, int *ret_port)
{
	const char *colon = strrchr(listen, ':');
	const char *start = listen, *end = colon;
	char *rest;
	long port;

	if (colon == NULL)
		return -1;
	if (listen[0] == '[' && colon > listen && colon[-1] == ']') {
		start++;
		end--;
	}
	if (end <= start || (size_t)(end - start) >= size)
		return -1;
	memcpy(host, start, (size_t)(end - start));
	host[end - start] = '\0';
	port = strtol(colon + 1, &rest, 10);
	if (rest == colon + 1 || *rest != '\0' || port < 0 || port > 65535)
		return -1;
	*ret_port = (int)port;
	return 0;
}
