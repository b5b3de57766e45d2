/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to the API without its requests: the name, a connection, the
 * certificate. A request does the same in one go, but tells less when it fails.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/expiry.h"
#include "conf/conf.h"
#include "conf/tls_settings.h"
#include "intake/probe_parts.h"
#include "io/loop.h"
#include "io/tls.h"
#include "io/tls_context.h"
#include "io/way.h"

#define LIMIT_MS 10000
/* The owner of the API should have renewed it by then. */
#define SOON_MS (7 * PROBE_DAY_MS)

static void on_tell(
    enum step_mark mark, enum way_step step, const char *text, void *arg);
static void on_peer(const struct way_peer *peer, void *arg);
static void refuse_certificate(struct probe *p, const struct way_peer *peer);
static void on_done(bool reached, void *arg);

void
probe_way(struct probe *p)
{
	const struct way_hooks hooks = {on_tell, on_peer, on_done, p};
	struct way_options options = {
	    .host = p->host,
	    .port = p->port,
	    .name = p->host,
	    .option = "host",
	    .other_way = "; where only a proxy may go out, set proxy",
	    .limit_ms =
	        p->conf->timeout_ms < LIMIT_MS ? p->conf->timeout_ms : LIMIT_MS,
	};
	struct tls_options tls;
	struct err err;

	tls_settings_of_source(p->conf, &tls);
	p->tls = tls_context_new(&tls, &err);
	if (p->tls == NULL) {
		probe_say(p, STEP_FAIL, TOPIC_CERTIFICATE,
		    "%s: correct it, and try it with cefd --check", err.text);
		probe_go(p, PROBE_END);
		return;
	}
	options.tls = p->tls;
	p->way = way_start(p->world.loop, &options, &hooks);
}

static void
on_tell(enum step_mark mark, enum way_step step, const char *text, void *arg)
{
	static const enum probe_topic topics[] = {
	    [WAY_NAME] = TOPIC_NAME,
	    [WAY_CONNECT] = TOPIC_CONNECT,
	    [WAY_CERTIFICATE] = TOPIC_CERTIFICATE,
	};

	probe_say(arg, mark, topics[step], "%s", text);
}

static void
on_peer(const struct way_peer *peer, void *arg)
{
	if (peer->facts != NULL)
		probe_tell_certificate(arg, peer->facts->issuer,
		    peer->facts->expires_ms, peer->facts->version);
	else
		refuse_certificate(arg, peer);
	probe_tell_chain(arg, peer->chain, peer->count);
}

void
probe_tell_certificate(
    struct probe *p, const char *issuer, int64_t expires_ms, const char *how)
{
	int64_t now_ms = loop_wall_ms(p->world.loop);
	char until[EXPIRY_TEXT_SIZE];

	expiry_say(until, expires_ms, now_ms);
	probe_say(p, expires_ms - now_ms < SOON_MS ? STEP_WARN : STEP_OK,
	    TOPIC_CERTIFICATE, "for %s, signed by %s, %s, %s%s", p->host,
	    issuer, until, how,
	    expires_ms - now_ms < SOON_MS ? ": tell whose it is" : "");
}

/* The stream's words name options of a destination: "(server-name)". */
static void
refuse_certificate(struct probe *p, const struct way_peer *peer)
{
	const char *text = peer->why->text;
	size_t len = strlen(text);
	const char *option = strrchr(text, '(');

	if (len != 0 && text[len - 1] == ')' && option != NULL && option > text)
		len = (size_t)(option - text) - 1;
	if (peer->why->code != ERR_DENIED) {
		probe_say(p, STEP_FAIL, TOPIC_CERTIFICATE,
		    "%.*s: look what it is that answers at %s", (int)len, text,
		    peer->address);
		return;
	}
	probe_say(p, STEP_FAIL, TOPIC_CERTIFICATE,
	    "%.*s: look whether host is right; when something on the way "
	    "opens TLS, have it let this host pass, or name its authority in "
	    "ca-file%s",
	    (int)len, text, p->conf->ca_file != NULL ? " (which is set)" : "");
}

/* Trusted or not: who opens TLS on the way is seen here. */
void
probe_tell_chain(struct probe *p, const struct tls_peer *chain, size_t count)
{
	const struct way_peer peer = {.chain = chain, .count = count};
	char text[WAY_LINK_MAX];

	for (size_t i = 0; i < count; i++) {
		way_link(&peer, i, text);
		probe_say(p, STEP_OK, TOPIC_CHAIN, "%s", text);
	}
	if (count != 0)
		probe_say(
		    p, STEP_OK, TOPIC_FINGERPRINT, "%s", chain[0].fingerprint);
}

static void
on_done(bool reached, void *arg)
{
	struct probe *p = arg;

	probe_go(p, reached ? PROBE_LIST : PROBE_END);
}
