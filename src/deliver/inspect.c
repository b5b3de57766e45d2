/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One server after the other, begun from a timer. What a server shows as its
 * certificate is told whether it is taken or not: who has to decide whether to
 * trust it must see it.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/expiry.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/frame.h"
#include "deliver/inspect.h"
#include "deliver/sender.h"
#include "io/beside.h"
#include "io/dial.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/tls.h"
#include "io/tls_context.h"
#include "io/way.h"

#define LINE_MAX_BYTES 16384
#define TEXT_MAX 2048
#define SOON_MS (INT64_C(30) * 24 * 3600 * 1000)

struct inspect {
	struct loop *loop;
	const struct conf_destination *conf;
	inspect_line_fn *line;
	inspect_done_fn *done;
	void *arg;
	size_t next; /* server */
	bool failed;
	bool has_way;    /* for a record */
	char *untrusted; /* fingerprint, of the first that is */
	struct tls_context *tls;
	struct way *way;
	struct beside *file;
	struct timer *timer;
};

static void on_turn(void *arg);
static void try_file(struct inspect *n);
static beside_done_fn on_file;
static bool read_files(struct inspect *n);
static void tell_own(struct inspect *n);
static void tell_lists(struct inspect *n);
static void walk(struct inspect *n, const char *server);
static void on_tell(
    enum step_mark mark, enum way_step step, const char *text, void *arg);
static void on_peer(const struct way_peer *peer, void *arg);
static void tell_taken(struct inspect *n, const struct way_peer *peer);
static void tell_refused(struct inspect *n, const struct way_peer *peer);
static void tell_chain(struct inspect *n, const struct way_peer *peer);
static void on_reached(bool reached, void *arg);
static void end(struct inspect *n);
static void on_advice(
    enum step_mark mark, const char *topic, const char *text, void *arg);
static void say(struct inspect *n, enum step_mark mark, const char *topic,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

struct inspect *
inspect_start(struct loop *loop, const struct conf_destination *conf,
    inspect_line_fn *line, inspect_done_fn *done, void *arg)
{
	struct inspect *n = xcalloc(1, sizeof(*n));

	n->loop = loop;
	n->conf = conf;
	n->line = line;
	n->done = done;
	n->arg = arg;
	n->timer = timer_new(loop, on_turn, n);
	timer_set(n->timer, 0);
	return n;
}

void
inspect_free(struct inspect *n)
{
	if (n == NULL)
		return;
	way_free(n->way);
	beside_free(n->file);
	tls_context_free(n->tls);
	timer_free(n->timer);
	free(n->untrusted);
	free(n);
}

const char *
inspect_untrusted(const struct inspect *n)
{
	return n->untrusted;
}

bool
inspect_has_way(const struct inspect *n)
{
	return n->has_way;
}

static void
on_turn(void *arg)
{
	struct inspect *n = arg;
	bool has_servers = conf_transport_has_servers(n->conf->transport);

	way_free(n->way);
	n->way = NULL;
	if (n->conf->transport == TRANSPORT_FILE && n->file == NULL) {
		try_file(n);
		return;
	}
	if (n->next == 0 && !read_files(n)) {
		n->failed = true;
		end(n);
		return;
	}
	if (has_servers && n->next < n->conf->servers.count) {
		walk(n, n->conf->servers.items[n->next++]);
		return;
	}
	if (!has_servers)
		n->has_way = true;
	inspect_advice(n->conf, on_advice, n);
	end(n);
}

static void
try_file(struct inspect *n)
{
	const struct beside_path path = {
	    .path = n->conf->path, .end = frame_last_octet(n->conf->framing)};

	n->file = beside_start(n->loop, &path, on_file, n);
}

static void
on_file(const struct beside_path *path, void *arg)
{
	struct inspect *n = arg;

	if (path->result == 0)
		say(n, STEP_OK, "file", "%s can be written", path->path);
	else
		say(n, path->result == 1 ? STEP_WARN : STEP_FAIL, "file", "%s",
		    path->err.text);
	if (path->result == -1)
		end(n);
	else
		timer_set(n->timer, 0);
}

/* Our own files, once. */
static bool
read_files(struct inspect *n)
{
	struct err err;

	if (!conf_transport_is_tls(n->conf->transport))
		return true;
	n->tls = sender_tls_context(n->conf, &err);
	if (n->tls == NULL) {
		say(n, STEP_FAIL, "files",
		    "%s: correct it, and try it with cefd --check", err.text);
		return false;
	}
	tell_own(n);
	tell_lists(n);
	return true;
}

static void
tell_own(struct inspect *n)
{
	int64_t now_ms = loop_wall_ms(n->loop);
	int64_t expires_ms = tls_context_expires_ms(n->tls);
	int64_t left_ms = expires_ms - now_ms;
	char until[EXPIRY_TEXT_SIZE];

	if (expires_ms == 0)
		return;
	if (tls_context_key_is_exposed(n->tls))
		say(n, STEP_WARN, "files",
		    "key-file: %s: others can read or change it; do chmod "
		    "o-rwx",
		    n->conf->key_file);
	expiry_say(until, expires_ms, now_ms);
	say(n,
	    left_ms <= 0            ? STEP_FAIL
	        : left_ms < SOON_MS ? STEP_WARN
	                            : STEP_OK,
	    "files", "our own certificate is %s%s", until,
	    left_ms < SOON_MS ? ": have it renewed (cert-file)" : "");
}

static void
tell_lists(struct inspect *n)
{
	static const enum step_mark marks[] = {STEP_OK, STEP_FAIL, STEP_WARN};
	const struct tls_lists *lists = tls_context_lists(n->tls);
	int64_t now_ms = loop_wall_ms(n->loop);
	char until[EXPIRY_TEXT_SIZE];
	enum step_mark mark;

	if (lists->to_ms == 0)
		return;
	expiry_say(until, lists->to_ms, now_ms);
	mark = marks[1 + expiry_list_due(lists->from_ms, lists->to_ms, now_ms)];
	say(n, mark, "files", "the list of revoked certificates is %s%s", until,
	    mark != STEP_OK ? ": put a newer one into crl-file" : "");
}

static void
walk(struct inspect *n, const char *server)
{
	const struct way_hooks hooks = {on_tell, on_peer, on_reached, n};
	struct way_options options = {
	    .option = "servers",
	    .other_way = "",
	    .tls = n->tls,
	    .limit_ms = n->conf->connect_timeout_ms,
	    .name_only = n->conf->transport == TRANSPORT_UDP,
	};
	char *host, *port;

	dial_split(server, &host, &port);
	options.host = host;
	options.port = port;
	options.name =
	    n->conf->server_name != NULL ? n->conf->server_name : host;
	n->way = way_start(n->loop, &options, &hooks);
	free(host);
	free(port);
}

static void
on_tell(enum step_mark mark, enum way_step step, const char *text, void *arg)
{
	static const char *const topics[] = {
	    [WAY_NAME] = "name",
	    [WAY_CONNECT] = "connect",
	    [WAY_CERTIFICATE] = "certificate",
	};

	say(arg, mark, topics[step], "%s", text);
}

static void
on_peer(const struct way_peer *peer, void *arg)
{
	if (peer->facts != NULL)
		tell_taken(arg, peer);
	else
		tell_refused(arg, peer);
}

static void
tell_taken(struct inspect *n, const struct way_peer *peer)
{
	int64_t now_ms = loop_wall_ms(n->loop);
	int64_t expires_ms = peer->facts->expires_ms;
	char until[EXPIRY_TEXT_SIZE];

	expiry_say(until, expires_ms, now_ms);
	say(n, expires_ms - now_ms < SOON_MS ? STEP_WARN : STEP_OK,
	    "certificate", "trusted, signed by %s, %s%s, %s %s",
	    peer->facts->issuer, until,
	    expires_ms - now_ms < SOON_MS ? " (have the receiver's renewed)"
	                                  : "",
	    peer->facts->version, peer->facts->suite);
	tell_chain(n, peer);
}

static void
tell_refused(struct inspect *n, const struct way_peer *peer)
{
	say(n, STEP_FAIL, "certificate", "%s%s", peer->why->text,
	    peer->count == 0 && peer->why->code != ERR_DENIED
	        ? ": look whether transport and port are the receiver's, and "
	          "into its log"
	        : "");
	if (peer->count == 0)
		return;
	if (n->untrusted == NULL && peer->why->code == ERR_DENIED)
		n->untrusted = xstrdup(peer->chain[0].fingerprint);
	tell_chain(n, peer);
	say(n, STEP_WARN, "trust",
	    "if that is the receiver's own (on it: openssl x509 -noout "
	    "-fingerprint -sha256 -in CERTIFICATE), trust it alone with "
	    "verify = \"fingerprint\" and fingerprints = {\"%s\"}; otherwise "
	    "name its authority in ca-file",
	    peer->chain[0].fingerprint);
}

static void
tell_chain(struct inspect *n, const struct way_peer *peer)
{
	char text[WAY_LINK_MAX];

	for (size_t i = 0; i < peer->count; i++) {
		way_link(peer, i, text);
		say(n, STEP_OK, "chain", "%s", text);
	}
	if (peer->count != 0)
		say(n, STEP_OK, "fingerprint", "%s",
		    peer->chain[0].fingerprint);
}

static void
on_reached(bool reached, void *arg)
{
	struct inspect *n = arg;

	/* What failed was said, and noted there. */
	if (reached)
		n->has_way = true;
	timer_set(n->timer, 0);
}

static void
end(struct inspect *n)
{
	if (!n->has_way)
		say(n, STEP_SKIP, "record",
		    "left out, for there is no way to send it: correct what "
		    "fails above, and try again");
	n->done(!n->failed, n->arg);
}

static void
on_advice(enum step_mark mark, const char *topic, const char *text, void *arg)
{
	say(arg, mark, topic, "%s", text);
}

static void
say(struct inspect *n, enum step_mark mark, const char *topic, const char *fmt,
    ...)
{
	char text[TEXT_MAX];
	struct buf line;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (mark == STEP_FAIL)
		n->failed = true;
	buf_init(&line, LINE_MAX_BYTES);
	step_line(&line, mark, topic, text_of(text), NULL);
	n->line(line.data, line.len, n->arg);
	buf_clear(&line);
}
