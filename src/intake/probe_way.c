/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to the API without its requests: the name, a connection, the
 * certificate. A request does the same in one go, but tells less when it fails.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "conf/tls_settings.h"
#include "intake/probe_parts.h"
#include "io/dial.h"
#include "io/tls.h"
#include "io/tls_context.h"

#define LIMIT_MS 10000
#define NAMES_MAX_BYTES 1000
/* The owner of the API should have renewed it by then. */
#define EXPIRES_SOON_DAYS 7

static void on_name(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg);
static void tell_names(struct probe *p);
static void put_host(struct buf *out, const struct resolve_address *address);
static void start_dial(struct probe *p, dial_done_fn *done);
static void on_connect(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg);
static void on_certificate(const struct dialled *stream,
    const struct err *failure, const char *address, void *arg);
static void tell_certificate(struct probe *p, const struct tls_facts *facts);
static void refuse_certificate(struct probe *p, const struct err *failure);

static int64_t
limit_ms(const struct probe *p)
{
	return p->conf->timeout_ms < LIMIT_MS ? p->conf->timeout_ms : LIMIT_MS;
}

void
probe_name(struct probe *p)
{
	p->resolve = resolve_start(
	    p->world.loop, p->host, p->port, limit_ms(p), on_name, p);
}

static void
on_name(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg)
{
	struct probe *p = arg;

	p->resolve = NULL;
	if (failure != NULL) {
		probe_say(p, PROBE_FAIL, TOPIC_NAME,
		    "%s: look whether host is spelt right in the "
		    "configuration, and whether this machine can ask its name "
		    "servers (/etc/resolv.conf)",
		    failure->text);
		probe_go(p, PROBE_END);
		return;
	}
	memcpy(p->list, list, count * sizeof(*list));
	p->count = count;
	tell_names(p);
	probe_go(p, PROBE_CONNECT);
}

static void
tell_names(struct probe *p)
{
	struct buf names;

	buf_init(&names, NAMES_MAX_BYTES);
	for (size_t i = 0; i < p->count; i++) {
		if (i != 0)
			(void)buf_puts(&names, ", ");
		put_host(&names, &p->list[i]);
	}
	(void)buf_putc(&names, '\0');
	if (text_eq(text_of(names.data), text_of(p->host)))
		probe_say(p, PROBE_OK, TOPIC_NAME,
		    "%s is an address, there is nothing to look up", p->host);
	else
		probe_say(
		    p, PROBE_OK, TOPIC_NAME, "%s is %s", p->host, names.data);
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

void
probe_connect(struct probe *p)
{
	start_dial(p, on_connect);
}

/* To the address at hand only; with TLS if there is a context. */
static void
start_dial(struct probe *p, dial_done_fn *done)
{
	const struct conn_options options = {
	    .server = p->address,
	    .name = p->host,
	    .tls = p->tls,
	    .connect_timeout_ms = limit_ms(p),
	    .write_timeout_ms = limit_ms(p),
	};

	sock_text(p->address, &p->list[p->next]);
	p->dial = dial_start(p->world.loop, &options, done, p);
}

static void
on_connect(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg)
{
	struct probe *p = arg;
	bool first = p->unreachable.len == 0;

	(void)address;
	p->dial = NULL;
	if (stream != NULL) {
		(void)close(stream->fd);
		probe_say(p, PROBE_OK, TOPIC_CONNECT, "%s%s%.*s", p->address,
		    first ? "" : "; not reached: ", (int)p->unreachable.len,
		    first ? "" : p->unreachable.data);
		probe_go(p, PROBE_CERTIFICATE);
		return;
	}
	(void)buf_printf(&p->unreachable, "%s%s (%s)", first ? "" : ", ",
	    p->address, failure->text);
	if (++p->next < p->count) {
		probe_go(p, PROBE_CONNECT);
		return;
	}
	probe_say(p, PROBE_FAIL, TOPIC_CONNECT,
	    "%.*s: look whether a firewall lets this machine out to TCP port "
	    "%s; where only a proxy may go out, set proxy",
	    (int)p->unreachable.len, p->unreachable.data, p->port);
	probe_go(p, PROBE_END);
}

void
probe_certificate(struct probe *p)
{
	struct tls_options options;
	struct err err;

	tls_settings_of_source(p->conf, &options);
	p->tls = tls_context_new(&options, &err);
	if (p->tls != NULL) {
		start_dial(p, on_certificate);
		return;
	}
	probe_say(p, PROBE_FAIL, TOPIC_CERTIFICATE, "%s", err.text);
	probe_go(p, PROBE_END);
}

static void
on_certificate(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg)
{
	struct probe *p = arg;
	struct tls_facts facts;

	(void)address;
	p->dial = NULL;
	if (stream == NULL) {
		refuse_certificate(p, failure);
		probe_go(p, PROBE_END);
		return;
	}
	tls_facts(stream->tls, &facts);
	tell_certificate(p, &facts);
	tls_free(stream->tls);
	(void)close(stream->fd);
	probe_go(p, PROBE_LIST);
}

static void
tell_certificate(struct probe *p, const struct tls_facts *facts)
{
	char when[RFC3339_SEC_LEN + 1];
	int64_t days =
	    (facts->expires_ms - loop_wall_ms(p->world.loop)) / PROBE_DAY_MS;

	rfc3339_sec(when, facts->expires_ms);
	probe_say(p, days < EXPIRES_SOON_DAYS ? PROBE_WARN : PROBE_OK,
	    TOPIC_CERTIFICATE,
	    "for %s, signed by %s, good until %s (%lld days), %s", p->host,
	    facts->issuer, when, (long long)days, facts->version);
}

/* The stream's words name options of a destination: "(server-name)". */
static void
refuse_certificate(struct probe *p, const struct err *failure)
{
	size_t len = strlen(failure->text);
	const char *option = strrchr(failure->text, '(');

	if (len != 0 && failure->text[len - 1] == ')' && option != NULL &&
	    option > failure->text)
		len = (size_t)(option - failure->text) - 1;
	if (failure->code == ERR_DENIED)
		probe_say(p, PROBE_FAIL, TOPIC_CERTIFICATE,
		    "%.*s: look whether host is right; when something on the "
		    "way opens TLS, have it let this host pass, or name its "
		    "authority in ca-file%s",
		    (int)len, failure->text,
		    p->conf->ca_file != NULL ? " (which is set)" : "");
	else
		probe_say(p, PROBE_FAIL, TOPIC_CERTIFICATE,
		    "%.*s: look what it is that answers at %s", (int)len,
		    failure->text, p->address);
}
