/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses are tried one after the other; the handshake is then a connection
 * of its own, to the address that answered.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "io/dial.h"
#include "io/resolve.h"
#include "io/sock.h"
#include "io/timer.h"
#include "io/tls.h"
#include "io/tls_context.h"
#include "io/way.h"

#define NAMES_MAX_BYTES 1000
#define UNREACHABLE_MAX 1000
#define TEXT_MAX 2048

struct way {
	struct loop *loop;
	struct way_options options;
	struct way_hooks hooks;
	struct resolve *resolve;
	struct dial *dial;
	struct timer *timer; /* to the next address, or to the end */
	struct resolve_address list[RESOLVE_MAX];
	size_t count;
	size_t next; /* address at hand */
	bool handshake;
	bool reached;
	bool ended;
	char address[SOCK_TEXT_MAX];
	struct buf unreachable; /* the addresses before, and why */
	struct tls_peer chain[TLS_PEER_CHAIN_MAX];
	size_t chain_count;
};

static void on_name(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg);
static void tell_names(struct way *way);
static void put_host(struct buf *out, const struct resolve_address *address);
static void on_turn(void *arg);
static void on_connect(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg);
static void tell_reached(struct way *way);
static void try_next(struct way *way, const struct err *failure);
static void on_peer(const struct tls_peer *chain, size_t count, void *arg);
static void on_certificate(const struct dialled *stream,
    const struct err *failure, const char *address, void *arg);
static void say(struct way *way, enum step_mark mark, enum way_step step,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void finish(struct way *way, bool reached);

struct way *
way_start(struct loop *loop, const struct way_options *options,
    const struct way_hooks *hooks)
{
	struct way *way = xcalloc(1, sizeof(*way));

	way->loop = loop;
	way->options = *options;
	way->options.host = xstrdup(options->host);
	way->options.port = xstrdup(options->port);
	way->options.name = xstrdup(options->name);
	way->options.option = xstrdup(options->option);
	way->options.other_way = xstrdup(options->other_way);
	way->hooks = *hooks;
	buf_init(&way->unreachable, UNREACHABLE_MAX);
	way->timer = timer_new(loop, on_turn, way);
	way->resolve = resolve_start(loop, options->host, options->port,
	    options->limit_ms, on_name, way);
	return way;
}

void
way_free(struct way *way)
{
	if (way == NULL)
		return;
	resolve_cancel(way->resolve);
	dial_cancel(way->dial);
	if (way->options.tls != NULL)
		tls_context_on_peer(way->options.tls, NULL, NULL);
	timer_free(way->timer);
	buf_clear(&way->unreachable);
	free((char *)way->options.host);
	free((char *)way->options.port);
	free((char *)way->options.name);
	free((char *)way->options.option);
	free((char *)way->options.other_way);
	free(way);
}

void
way_link(const struct way_peer *peer, size_t at, char ret[WAY_LINK_MAX])
{
	const struct tls_peer *c = &peer->chain[at];
	bool has_names = c->names[0] != '\0';
	char until[RFC3339_SEC_LEN + 1];

	rfc3339_sec(until, c->not_after_ms);
	(void)snprintf(ret, WAY_LINK_MAX,
	    "%zu: %s%s%s%s, signed by %s, until %s", at + 1, c->subject,
	    has_names ? " (" : "", c->names, has_names ? ")" : "", c->issuer,
	    until);
}

static void
on_name(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg)
{
	struct way *way = arg;

	way->resolve = NULL;
	if (failure != NULL) {
		say(way, STEP_FAIL, WAY_NAME,
		    "%s: look whether %s is spelt right in the "
		    "configuration, and whether this machine can ask its name "
		    "servers (/etc/resolv.conf)",
		    failure->text, way->options.option);
		finish(way, false);
		return;
	}
	memcpy(way->list, list, count * sizeof(*list));
	way->count = count;
	tell_names(way);
	if (way->options.name_only)
		finish(way, true);
	else
		timer_set(way->timer, 0);
}

static void
tell_names(struct way *way)
{
	const char *host = way->options.host;
	struct buf names;

	buf_init(&names, NAMES_MAX_BYTES);
	for (size_t i = 0; i < way->count; i++) {
		if (i != 0)
			(void)buf_puts(&names, ", ");
		put_host(&names, &way->list[i]);
	}
	(void)buf_putc(&names, '\0');
	if (text_eq(text_of(names.data), text_of(host)))
		say(way, STEP_OK, WAY_NAME,
		    "%s is an address, there is nothing to look up", host);
	else
		say(way, STEP_OK, WAY_NAME, "%s is %s", host, names.data);
	buf_clear(&names);
}

/* The address without its port. */
static void
put_host(struct buf *out, const struct resolve_address *address)
{
	char text[SOCK_TEXT_MAX];
	size_t skip, len;

	sock_text(text, address);
	skip = text[0] == '[';
	len = (size_t)(strrchr(text, ':') - text);
	(void)buf_put(out, text + skip, len - 2 * skip);
}

/* To the address at hand only. */
static void
on_turn(void *arg)
{
	struct way *way = arg;
	const struct way_options *o = &way->options;
	const struct conn_options options = {
	    .server = way->address,
	    .name = o->name,
	    .tls = way->handshake ? o->tls : NULL,
	    .connect_timeout_ms = o->limit_ms,
	    .write_timeout_ms = o->limit_ms,
	};

	if (way->ended) {
		way->hooks.done(way->reached, way->hooks.arg);
		return;
	}
	sock_text(way->address, &way->list[way->next]);
	if (way->handshake)
		tls_context_on_peer(o->tls, on_peer, way);
	way->dial = dial_start(way->loop, &options,
	    way->handshake ? on_certificate : on_connect, way);
}

static void
on_connect(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg)
{
	struct way *way = arg;

	(void)address;
	way->dial = NULL;
	if (stream == NULL) {
		try_next(way, failure);
		return;
	}
	(void)close(stream->fd);
	tell_reached(way);
	if (way->options.tls == NULL) {
		finish(way, true);
		return;
	}
	way->handshake = true;
	timer_set(way->timer, 0);
}

static void
tell_reached(struct way *way)
{
	bool first = way->unreachable.len == 0;

	say(way, STEP_OK, WAY_CONNECT, "%s%s%.*s", way->address,
	    first ? "" : "; not reached: ", (int)way->unreachable.len,
	    first ? "" : way->unreachable.data);
}

static void
try_next(struct way *way, const struct err *failure)
{
	(void)buf_printf(&way->unreachable, "%s%s (%s)",
	    way->unreachable.len == 0 ? "" : ", ", way->address, failure->text);
	if (++way->next < way->count) {
		timer_set(way->timer, 0);
		return;
	}
	say(way, STEP_FAIL, WAY_CONNECT,
	    "%.*s: look whether something listens there, and whether a "
	    "firewall lets this machine out to TCP port %s%s",
	    (int)way->unreachable.len,
	    way->unreachable.data != NULL ? way->unreachable.data : "",
	    way->options.port, way->options.other_way);
	finish(way, false);
}

static void
on_peer(const struct tls_peer *chain, size_t count, void *arg)
{
	struct way *way = arg;

	way->chain_count =
	    count < TLS_PEER_CHAIN_MAX ? count : TLS_PEER_CHAIN_MAX;
	memcpy(way->chain, chain, way->chain_count * sizeof(*chain));
}

static void
on_certificate(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg)
{
	struct way *way = arg;
	struct tls_facts facts;
	const struct way_peer peer = {
	    .chain = way->chain,
	    .count = way->chain_count,
	    .facts = stream != NULL ? &facts : NULL,
	    .why = failure,
	    .address = way->address,
	};

	(void)address;
	way->dial = NULL;
	if (stream != NULL)
		tls_facts(stream->tls, &facts);
	way->hooks.peer(&peer, way->hooks.arg);
	if (stream != NULL) {
		tls_free(stream->tls);
		(void)close(stream->fd);
	}
	finish(way, stream != NULL);
}

static void
say(struct way *way, enum step_mark mark, enum way_step step, const char *fmt,
    ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	way->hooks.tell(mark, step, text, way->hooks.arg);
}

/* From a timer, so that `done` is the last thing of a turn. */
static void
finish(struct way *way, bool reached)
{
	way->reached = reached;
	way->ended = true;
	timer_set(way->timer, 0);
}
