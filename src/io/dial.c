/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a stream.
 *
 *   RESOLVING --> CONNECTING --> HANDSHAKING --> done
 *                  ^   |  |           |
 *                  |   |  +-----------+--> next address, or failed
 *                  +---+
 *
 * When every address has failed, one that refused us (a certificate) is told
 * rather than the last.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/dial.h"
#include "io/resolve.h"
#include "io/timer.h"
#include "io/tls.h"
#include "io/watch.h"

/* How long after our own limit the kernel's (RFC 5482) comes: ours can tell what
 * was waited for, the kernel's ends a stream that nobody watches. */
#define KERNEL_AFTER_MS 5000

enum dial_state { DIAL_RESOLVING, DIAL_CONNECTING, DIAL_HANDSHAKING };

struct dial {
	struct loop *loop;
	enum dial_state state;
	char *server;
	char *host;
	char *port;
	char *name;
	struct tls_context *context;
	bool datagrams;
	int64_t connect_timeout_ms;
	int64_t write_timeout_ms;
	dial_done_fn *done;
	void *arg;
	struct resolve *resolve;
	struct resolve_address list[RESOLVE_MAX];
	size_t count;
	size_t next; /* address to try next */
	struct timer *limit;
	struct watch *watch;
	struct dialled stream;
	struct err failure;
	char failed_at[SOCK_TEXT_MAX];
};

static void on_resolved(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg);
static void try_next(struct dial *dial);
static void on_ready(unsigned ready, void *arg);
static void on_limit(void *arg);
static int connected(struct dial *dial, struct err *err);
static int shake_hands(struct dial *dial, struct err *err);
static void address_failed(struct dial *dial, const struct err *why);
static void hang_up(struct dial *dial);
static void tell(struct dial *dial, bool open);

struct dial *
dial_start(struct loop *loop, const struct conn_options *options,
    dial_done_fn *done, void *arg)
{
	struct dial *dial = xcalloc(1, sizeof(*dial));

	dial->loop = loop;
	dial->server = xstrdup(options->server);
	dial_split(options->server, &dial->host, &dial->port);
	dial->name =
	    xstrdup(options->name != NULL ? options->name : dial->host);
	dial->context = options->tls;
	dial->datagrams = options->datagrams;
	dial->connect_timeout_ms = options->connect_timeout_ms;
	dial->write_timeout_ms = options->write_timeout_ms;
	dial->done = done;
	dial->arg = arg;
	dial->stream.fd = -1;
	dial->limit = timer_new(loop, on_limit, dial);
	dial->resolve = resolve_start(loop, dial->host, dial->port,
	    dial->connect_timeout_ms, on_resolved, dial);
	return dial;
}

void
dial_cancel(struct dial *dial)
{
	if (dial == NULL)
		return;
	resolve_cancel(dial->resolve);
	hang_up(dial);
	timer_free(dial->limit);
	free(dial->server);
	free(dial->host);
	free(dial->port);
	free(dial->name);
	free(dial);
}

void
dial_split(const char *server, char **ret_host, char **ret_port)
{
	const char *colon = strrchr(server, ':');
	size_t len = colon != NULL ? (size_t)(colon - server) : strlen(server);

	if (len >= 2 && server[0] == '[' && server[len - 1] == ']')
		*ret_host = xstrndup(server + 1, len - 2);
	else
		*ret_host = xstrndup(server, len);
	*ret_port = xstrdup(colon != NULL ? colon + 1 : "");
}

static void
on_resolved(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg)
{
	struct dial *dial = arg;

	dial->resolve = NULL;
	if (failure != NULL) {
		dial->failure = *failure;
		tell(dial, false);
		return;
	}
	memcpy(dial->list, list, count * sizeof(*list));
	dial->count = count;
	try_next(dial);
}

static void
try_next(struct dial *dial)
{
	struct err err;

	while (dial->next < dial->count) {
		const struct resolve_address *address =
		    &dial->list[dial->next++];

		sock_text(dial->stream.address, address);
		dial->stream.fd = dial->datagrams
		    ? sock_connect_datagrams(address, &err)
		    : sock_connect(address,
		          dial->write_timeout_ms + KERNEL_AFTER_MS, &err);
		if (dial->stream.fd == -1) {
			address_failed(dial, &err);
			continue;
		}
		dial->state = DIAL_CONNECTING;
		dial->watch =
		    watch_new(dial->loop, dial->stream.fd, on_ready, dial);
		watch_set(dial->watch, WATCH_WRITE);
		timer_set(dial->limit, dial->connect_timeout_ms);
		return;
	}
	tell(dial, false);
}

static void
on_ready(unsigned ready, void *arg)
{
	struct dial *dial = arg;
	struct err err;
	int rc = 1;

	(void)ready;
	if (dial->state == DIAL_CONNECTING)
		rc = connected(dial, &err);
	if (rc == 1 && dial->state == DIAL_HANDSHAKING)
		rc = shake_hands(dial, &err);
	if (rc == -1) {
		address_failed(dial, &err);
		try_next(dial);
	} else if (rc == 0) {
		tell(dial, true);
	}
}

static void
on_limit(void *arg)
{
	struct dial *dial = arg;
	struct err err;

	(void)err_set(&err, ERR_AGAIN, "%s within %lld ms",
	    dial->state == DIAL_HANDSHAKING ? "no end of the TLS handshake"
	                                    : "no connection",
	    (long long)dial->connect_timeout_ms);
	address_failed(dial, &err);
	try_next(dial);
}

/* 0: the stream is open, 1: on to the handshake, -1: failed. */
static int
connected(struct dial *dial, struct err *err)
{
	if (sock_take_error(dial->stream.fd, err) == -1)
		return err_wrap(err, "cannot connect");
	if (sock_is_self(dial->stream.fd))
		return err_set(err, ERR_AGAIN, "nobody listens there");
	if (dial->context == NULL)
		return 0;
	dial->stream.tls = tls_new(
	    dial->context, dial->stream.fd, dial->name, dial->server, err);
	if (dial->stream.tls == NULL)
		return -1;
	dial->state = DIAL_HANDSHAKING;
	timer_set(dial->limit, dial->connect_timeout_ms);
	return 1;
}

/* 0: done, 1: not yet, -1: failed. */
static int
shake_hands(struct dial *dial, struct err *err)
{
	switch (tls_handshake(dial->stream.tls, err)) {
	case TLS_OK:
		return 0;
	case TLS_WANT_READ:
		watch_set(dial->watch, WATCH_READ);
		return 1;
	case TLS_WANT_WRITE:
		watch_set(dial->watch, WATCH_WRITE);
		return 1;
	case TLS_CLOSED:
	case TLS_EOF:
	case TLS_FAILED:
		break;
	}
	return -1;
}

static void
address_failed(struct dial *dial, const struct err *why)
{
	if (dial->failure.code != ERR_DENIED) {
		dial->failure = *why;
		memcpy(dial->failed_at, dial->stream.address, SOCK_TEXT_MAX);
	}
	hang_up(dial);
}

static void
hang_up(struct dial *dial)
{
	watch_free(dial->watch);
	dial->watch = NULL;
	tls_free(dial->stream.tls);
	dial->stream.tls = NULL;
	if (dial->stream.fd != -1)
		(void)close(dial->stream.fd);
	dial->stream.fd = -1;
}

static void
tell(struct dial *dial, bool open)
{
	struct dialled stream = dial->stream;
	struct err failure = dial->failure;
	dial_done_fn *done = dial->done;
	char address[SOCK_TEXT_MAX];
	void *arg = dial->arg;

	memcpy(address, dial->failed_at, sizeof(address));
	/* What was opened is not ours any more. */
	dial->stream.fd = -1;
	dial->stream.tls = NULL;
	dial_cancel(dial);
	if (open)
		done(&stream, NULL, stream.address, arg);
	else
		done(NULL, &failure, address, arg);
}
