/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection has one request and goes with its answer:
 *
 *   reading  the head comes in                -> writing, gone
 *   writing  the answer goes out              -> ending, gone
 *   ending   what else comes is thrown away   -> gone
 *
 * Gone: the peer has left, time is up, or a newer one takes its place. Closing
 * at once while something is unread would reset the connection and take the
 * answer with it (RFC 9112, section 9.6): hence "ending".
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/acceptor.h"
#include "io/http_head.h"
#include "io/http_listen.h"
#include "io/http_server.h"
#include "io/timer.h"
#include "io/watch.h"

#define BODY_MAX_BYTES (8U << 20)
#define HEAD_MAX_BYTES 8192
#define STALL_MS 10000
#define TOTAL_MS 60000
#define ENDING_MS 1000

enum client_state { CLIENT_READING, CLIENT_WRITING, CLIENT_ENDING };

struct client {
	struct http_server *server;
	enum client_state state;
	struct watch *watch;
	struct timer *timer;
	int64_t began_ms;
	int fd;
	struct buf in;
	struct buf out;
	size_t written; /* of out */
	TAILQ_ENTRY(client) next;
};

struct http_server {
	struct loop *loop;
	struct acceptor *acceptor;
	TAILQ_HEAD(, client) clients; /* the oldest first */
	unsigned client_count;
	int fd;
	http_serve_fn *serve;
	void *arg;
};

static void client_new(int fd, void *arg);
static void client_free(struct client *client);
static void client_ready(unsigned ready, void *arg);
static void client_timeout(void *arg);
static bool read_some(struct client *client);
static void answer(struct client *client, size_t head_len);
static void put_head(
    struct client *client, int status, const char *type, size_t length);
static bool write_some(struct client *client);
static void wait_on(struct client *client);

int
http_server_new(struct http_server **ret_server, struct loop *loop,
    const char *listen, http_serve_fn *serve, void *arg, struct err *err)
{
	int fd = http_listen(listen, err);
	struct http_server *server;

	if (fd == -1)
		return -1;
	server = xcalloc(1, sizeof(*server));
	server->loop = loop;
	server->fd = fd;
	server->serve = serve;
	server->arg = arg;
	TAILQ_INIT(&server->clients);
	server->acceptor = acceptor_new(loop, server->fd, client_new, server);
	*ret_server = server;
	return 0;
}

void
http_server_free(struct http_server *server)
{
	if (server == NULL)
		return;
	while (!TAILQ_EMPTY(&server->clients))
		client_free(TAILQ_FIRST(&server->clients));
	acceptor_free(server->acceptor);
	(void)close(server->fd);
	free(server);
}

static void
client_new(int fd, void *arg)
{
	struct http_server *server = arg;
	struct client *c = xcalloc(1, sizeof(*c));

	if (server->client_count == HTTP_CLIENTS_MAX)
		client_free(TAILQ_FIRST(&server->clients));
	c->server = server;
	c->fd = fd;
	c->began_ms = loop_now_ms(server->loop);
	buf_init(&c->in, HEAD_MAX_BYTES);
	buf_init(&c->out, BODY_MAX_BYTES + HEAD_MAX_BYTES);
	c->watch = watch_new(server->loop, fd, client_ready, c);
	c->timer = timer_new(server->loop, client_timeout, c);
	TAILQ_INSERT_TAIL(&server->clients, c, next);
	server->client_count++;
	watch_set(c->watch, WATCH_READ);
	/* All of the head is to be here by then. */
	timer_set(c->timer, STALL_MS);
}

static void
client_free(struct client *client)
{
	TAILQ_REMOVE(&client->server->clients, client, next);
	client->server->client_count--;
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
	bool alive = c->state == CLIENT_WRITING ? write_some(c) : read_some(c);

	(void)ready;
	if (!alive)
		client_free(c);
}

static void
client_timeout(void *arg)
{
	client_free(arg);
}

/* Returns false when the peer has left. */
static bool
read_some(struct client *client)
{
	struct buf *in = &client->in;
	char piece[2048];
	ssize_t n = recv(client->fd, piece, sizeof(piece), 0);
	size_t len;

	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	if (client->state == CLIENT_ENDING)
		return true;
	if ((size_t)n > in->max - in->len)
		n = (ssize_t)(in->max - in->len);
	(void)buf_put(in, piece, (size_t)n);
	len = http_head_len(in->data, in->len);
	if (len != 0 || in->len == in->max)
		answer(client, len);
	return true;
}

/* The body is made first: its length goes before it. */
static void
answer(struct client *client, size_t head_len)
{
	const char *type = "text/plain; charset=utf-8";
	struct http_server *server = client->server;
	struct http_head head = {.is_head = false};
	struct buf body;
	int status = 431;

	buf_init(&body, BODY_MAX_BYTES);
	if (head_len != 0)
		status = http_head_parse(client->in.data, head_len, &head);
	if (status == 200)
		status = server->serve(
		    head.path, head.accept, &body, &type, server->arg);
	else
		(void)buf_printf(&body, "%s\n", http_status_str(status));
	put_head(client, status, type, body.len);
	if (!head.is_head)
		(void)buf_put(&client->out, body.data, body.len);
	buf_clear(&body);
	client->state = CLIENT_WRITING;
	watch_set(client->watch, WATCH_WRITE);
	wait_on(client);
}

static void
put_head(struct client *client, int status, const char *type, size_t length)
{
	time_t now_s = (time_t)(loop_wall_ms(client->server->loop) / 1000);
	char date[64] = "";
	struct tm tm;

	if (gmtime_r(&now_s, &tm) != NULL)
		(void)strftime(
		    date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	(void)buf_printf(&client->out,
	    "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\nCache-Control: no-store\r\n"
	    "%sConnection: close\r\n\r\n",
	    status, http_status_str(status), date, type, length,
	    status == 405 ? "Allow: GET, HEAD\r\n" : "");
}

/* Returns false when the peer is gone. */
static bool
write_some(struct client *client)
{
	ssize_t n = send(client->fd, client->out.data + client->written,
	    client->out.len - client->written, MSG_NOSIGNAL);

	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	client->written += (size_t)n;
	if (client->written < client->out.len) {
		wait_on(client);
		return true;
	}
	client->state = CLIENT_ENDING;
	buf_clear(&client->out);
	watch_set(client->watch, WATCH_READ);
	timer_set(client->timer, ENDING_MS);
	return shutdown(client->fd, SHUT_WR) == 0;
}

static void
wait_on(struct client *client)
{
	int64_t left =
	    client->began_ms + TOTAL_MS - loop_now_ms(client->server->loop);

	timer_set(client->timer, left < STALL_MS ? left : STALL_MS);
}
