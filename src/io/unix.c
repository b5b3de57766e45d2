/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two objects for each connection: the client, which is the socket and goes
 * when the peer, a limit or the server says so; and the request, which is the
 * handler's and goes when it is ended. Each knows the other while both live.
 *
 *   reading   the line comes in          -> asked, answered (refused), gone
 *   asked     the handler has it         -> answered, gone
 *   answered  the output is written      -> gone
 *
 * Gone: written, the peer left, nothing moved, or time is up. The body is kept
 * with the request until the handler ends it, so that it can still fail; what
 * the handler flushes is written while it is asked.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/acceptor.h"
#include "io/timer.h"
#include "io/unix.h"
#include "io/unix_listen.h"
#include "io/watch.h"

/* Octets of the reply's first line. */
#define HEAD_MAX 2048

struct client {
	struct unix_server *server;
	struct unix_request *request; /* NULL while the line comes in */
	struct client *next;
	struct watch *watch;
	struct timer *timer;
	int64_t began_ms;
	int fd;
	bool answered; /* `out` is complete: write it and close */
	struct buf in;
	struct buf out;
	size_t written; /* of out */
};

struct unix_request {
	struct client *client; /* NULL: gone */
	struct buf body;
};

struct unix_server {
	struct loop *loop;
	struct acceptor *acceptor;
	struct client *clients;
	unsigned client_count;
	struct unix_limits limits;
	unix_serve_fn *serve;
	void *arg;
	struct unix_listener listener;
};

const struct unix_limits unix_limits_default = {
    .request_ms = 5000, .stall_ms = 30000, .total_ms = 900000};

static void client_new(int fd, void *arg);
static void turn_away(struct client *client);
static void client_free(struct client *client);
static void client_ready(unsigned ready, void *arg);
static void client_timeout(void *arg);
static bool read_request(struct client *client);
static void take_line(struct client *client, size_t len);
static bool line_is_clean(const char *line, size_t len);
static void refuse(struct client *client, const char *code, const char *text);
static void drained(struct client *client);
static void answer(struct client *client);
static int64_t time_left(const struct client *client);
static bool write_some(struct client *client);
static void request_free(struct unix_request *request);

int
unix_server_new(struct unix_server **ret_server, struct loop *loop,
    const char *path, const struct unix_limits *limits, unix_serve_fn *serve,
    void *arg, struct err *err)
{
	struct unix_server *server = xcalloc(1, sizeof(*server));

	if (unix_listen(&server->listener, path, err) == -1) {
		free(server);
		return -1;
	}
	server->loop = loop;
	server->limits = *limits;
	server->serve = serve;
	server->arg = arg;
	server->acceptor =
	    acceptor_new(loop, server->listener.fd, client_new, server);
	*ret_server = server;
	return 0;
}

void
unix_server_fail_all(
    struct unix_server *server, const char *code, const char *text)
{
	for (struct client *c = server->clients; c != NULL; c = c->next)
		if (c->request != NULL) {
			c->request->client = NULL;
			c->request = NULL;
			refuse(c, code, text);
		}
}

void
unix_server_free(struct unix_server *server)
{
	if (server == NULL)
		return;
	while (server->clients != NULL) {
		if (server->clients->written < server->clients->out.len)
			(void)write_some(server->clients);
		client_free(server->clients);
	}
	acceptor_free(server->acceptor);
	unix_listen_end(&server->listener);
	free(server);
}

static void
client_new(int fd, void *arg)
{
	struct unix_server *server = arg;
	struct client *c = xcalloc(1, sizeof(*c));

	c->server = server;
	c->fd = fd;
	c->began_ms = loop_now_ms(server->loop);
	buf_init(&c->in, UNIX_LINE_MAX + 1);
	buf_init(&c->out, UNIX_QUEUE_MAX + HEAD_MAX);
	c->watch = watch_new(server->loop, fd, client_ready, c);
	c->timer = timer_new(server->loop, client_timeout, c);
	c->next = server->clients;
	server->clients = c;
	watch_set(c->watch, WATCH_READ);
	timer_set(c->timer, server->limits.request_ms);
	if (++server->client_count > UNIX_CLIENTS_MAX)
		turn_away(c);
}

/* Those that look, as status --watch, come and go: the others stay. */
static void
turn_away(struct client *client)
{
	char text[160];

	(void)snprintf(text, sizeof(text),
	    "%d others are being answered: end some that take long (cefctl "
	    "poll, replay or test), or ask again in a moment",
	    UNIX_CLIENTS_MAX);
	refuse(client, "busy", text);
}

static void
client_free(struct client *client)
{
	struct client **at = &client->server->clients;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	client->server->client_count--;
	if (client->request != NULL)
		client->request->client = NULL;
	watch_free(client->watch);
	timer_free(client->timer);
	(void)close(client->fd);
	buf_clear(&client->in);
	buf_clear(&client->out);
	free(client);
}

static void
client_ready(unsigned ready, void *arg)
{
	struct client *c = arg;
	bool alive = true;

	if ((ready & WATCH_WRITE) != 0)
		alive = write_some(c);
	else if ((ready & WATCH_READ) != 0)
		alive = read_request(c);
	if (!alive || (c->answered && c->written == c->out.len))
		client_free(c);
	else if (c->out.len != 0 && c->written == c->out.len)
		drained(c);
}

/* All that was flushed is written; the handler is at work. */
static void
drained(struct client *client)
{
	buf_reset(&client->out);
	client->written = 0;
	watch_set(client->watch, 0);
	timer_set(client->timer, time_left(client));
}

/* The request did not come, the output does not move, or time is up. */
static void
client_timeout(void *arg)
{
	client_free(arg);
}

/* Returns false when the peer has left. */
static bool
read_request(struct client *client)
{
	char piece[1024];
	ssize_t n = recv(client->fd, piece, sizeof(piece), 0);
	char *end;

	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	if ((size_t)n > client->in.max - client->in.len)
		n = (ssize_t)(client->in.max - client->in.len);
	(void)buf_put(&client->in, piece, (size_t)n);
	end = memchr(client->in.data, '\n', client->in.len);
	if (end != NULL)
		take_line(client, (size_t)(end - client->in.data));
	else if (client->in.len == client->in.max)
		refuse(client, "usage", "the request is too long: shorten it");
	return true;
}

static void
take_line(struct client *client, size_t len)
{
	struct unix_request *request;
	char *line = client->in.data;

	if (!line_is_clean(line, len)) {
		refuse(client, "usage", "a control character: take it out");
		return;
	}
	line[len] = '\0';
	request = xcalloc(1, sizeof(*request));
	request->client = client;
	buf_init(&request->body, UNIX_QUEUE_MAX);
	client->request = request;
	/* A peer that has sent its end may still wait for the answer. */
	watch_set(client->watch, 0);
	timer_set(client->timer, time_left(client));
	client->server->serve(request, line, client->server->arg);
}

static bool
line_is_clean(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			return false;
	return true;
}

static void
refuse(struct client *client, const char *code, const char *text)
{
	(void)buf_printf(&client->out, "error %s %s\n", code, text);
	answer(client);
}

/* `out` is complete. */
static void
answer(struct client *client)
{
	int64_t left = time_left(client);
	int64_t stall = client->server->limits.stall_ms;

	client->answered = true;
	watch_set(client->watch, WATCH_WRITE);
	timer_set(client->timer, left < stall ? left : stall);
}

static int64_t
time_left(const struct client *client)
{
	int64_t left = client->began_ms + client->server->limits.total_ms -
	    loop_now_ms(client->server->loop);

	return left > 0 ? left : 0;
}

/* Returns false when the peer is gone. */
static bool
write_some(struct client *client)
{
	ssize_t n = send(client->fd, client->out.data + client->written,
	    client->out.len - client->written, MSG_NOSIGNAL);
	int64_t left = time_left(client);
	int64_t stall = client->server->limits.stall_ms;

	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	client->written += (size_t)n;
	timer_set(client->timer, left < stall ? left : stall);
	return true;
}

int
unix_put(struct unix_request *request, const void *data, size_t len)
{
	return request->client != NULL ? buf_put(&request->body, data, len)
	                               : -1;
}

int
unix_flush(struct unix_request *request)
{
	struct client *c = request->client;
	struct buf *body = &request->body;

	if (c == NULL || body->overflow)
		return -1;
	/* Too much waits already: this waits as well, until the end. */
	if (body->len == 0 || c->out.len + body->len > UNIX_QUEUE_MAX)
		return 0;
	(void)buf_printf(&c->out, "more %zu\n", body->len);
	(void)buf_put(&c->out, body->data, body->len);
	buf_reset(body);
	c->began_ms = loop_now_ms(c->server->loop);
	watch_set(c->watch, WATCH_WRITE);
	return 0;
}

void
unix_end(struct unix_request *request)
{
	struct client *c = request->client;
	struct buf *body = &request->body;

	if (body->overflow) {
		unix_fail(
		    request, "failed", "the answer is too long: ask for less");
		return;
	}
	if (c != NULL) {
		/* The length, so that a reader knows a cut body. */
		(void)buf_printf(&c->out, "ok %zu\n", body->len);
		(void)buf_put(&c->out, body->data, body->len);
		/* With what was flushed it may be too much: hang up. */
		if (c->out.overflow)
			client_free(c);
		else
			answer(c);
	}
	request_free(request);
}

void
unix_fail(struct unix_request *request, const char *code, const char *fmt, ...)
{
	struct client *c = request->client;
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	if (c != NULL)
		refuse(c, code, text);
	request_free(request);
}

static void
request_free(struct unix_request *request)
{
	if (request->client != NULL)
		request->client->request = NULL;
	buf_clear(&request->body);
	free(request);
}
