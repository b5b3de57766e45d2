/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the steps. Each is begun from a timer, so that none is begun
 * inside the callback of another, and the end is the last thing of a turn.
 *
 *   TOKEN_FILE --> WAY --> LIST --> TOKENS --> END
 *       |           |      |  ^       ^         ^
 *       |           |      +--+ stream, detail  |
 *       |           +-------+-------------------+
 *       |                   ^          failed   |
 *       +-------------------+ with a proxy      |
 *       +---------------------------------------+
 */
#include "config.h"

#include <stdlib.h>

#include "base/bucket.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/bearer.h"
#include "intake/probe_parts.h"
#include "io/memory_file.h"
#include "io/timer.h"
#include "io/tls_context.h"
#include "io/way.h"

#define PORT_DEFAULT "443"
#define REPLY_MAX_BYTES (8U << 20)

static void split_host(struct probe *p, const char *host);
static void take_step(void *arg);
static void token_file(struct probe *p);
static const char *token_fault(const char *token);
static void tell_proxy(struct probe *p);
static void end(struct probe *p);

struct probe *
probe_start(const struct probe_world *world, const struct conf_source *conf,
    probe_line_fn *line, probe_done_fn *done, void *arg)
{
	struct probe *p = xcalloc(1, sizeof(*p));

	p->world = *world;
	p->conf = conf;
	p->line = line;
	p->done = done;
	p->arg = arg;
	split_host(p, conf->host);
	p->timer = timer_new(world->loop, take_step, p);
	probe_go(p, PROBE_TOKEN_FILE);
	return p;
}

void
probe_free(struct probe *p)
{
	if (p == NULL)
		return;
	way_free(p->way);
	http_cancel(p->call);
	tls_context_free(p->tls);
	timer_free(p->timer);
	secret_free(p->token);
	free(p->detail_id);
	free(p->host);
	free(p->port);
	free(p);
}

/* host, host:port, v4[:port] or [v6][:port]; the configuration has seen to it
 * that it is one. */
static void
split_host(struct probe *p, const char *host)
{
	const char *bracket = host[0] == '[' ? strchr(host, ']') : NULL;
	const char *colon = strchr(bracket != NULL ? bracket : host, ':');
	size_t len = colon != NULL ? (size_t)(colon - host) : strlen(host);

	if (bracket != NULL)
		p->host = xstrndup(host + 1, (size_t)(bracket - host) - 1);
	else
		p->host = xstrndup(host, len);
	p->port = xstrdup(colon != NULL ? colon + 1 : PORT_DEFAULT);
}

void
probe_go(struct probe *p, enum probe_step step)
{
	p->step = step;
	timer_set(p->timer, 0);
}

static void
take_step(void *arg)
{
	struct probe *p = arg;

	switch (p->step) {
	case PROBE_TOKEN_FILE:
		token_file(p);
		break;
	case PROBE_WAY:
		probe_way(p);
		break;
	case PROBE_LIST:
		probe_list(p);
		break;
	case PROBE_DETAIL:
		probe_detail(p);
		break;
	case PROBE_TOKENS:
		probe_tokens(p);
		break;
	case PROBE_END:
		end(p);
		break;
	}
}

static void
token_file(struct probe *p)
{
	const char *file = p->conf->token_file;
	const char *fault;
	struct err err;

	if (bearer_read(p->conf, &p->token, &err) == -1) {
		probe_say(p, STEP_FAIL, TOPIC_TOKEN_FILE, "%s%s", err.text,
		    err.code == ERR_DENIED
		        ? ": the user that cefd runs as must be able to read "
		          "it, and others must not"
		        : ": put the token into it, alone and in one line");
		probe_go(p, PROBE_END);
		return;
	}
	fault = token_fault(p->token);
	if (fault != NULL) {
		probe_say(p, STEP_FAIL, TOPIC_TOKEN_FILE,
		    "%s: the token %s: copy it again, alone and in one line",
		    file == NULL               ? "the configuration"
		        : memory_file_is(file) ? "the answer"
		                               : file,
		    fault);
		probe_go(p, PROBE_END);
		return;
	}
	if (file != NULL && memory_file_is(file))
		probe_say(p, STEP_OK, TOPIC_TOKEN_FILE, "the answer is one");
	else if (file != NULL)
		probe_say(p, STEP_OK, TOPIC_TOKEN_FILE,
		    "%s holds one, and others cannot read it", file);
	else
		probe_say(p, STEP_WARN, TOPIC_TOKEN_FILE,
		    "the token stands in the configuration; token-file keeps "
		    "it where fewer people look");
	if (!p->conf->enabled)
		probe_say(p, STEP_WARN, TOPIC_LIST,
		    "enabled = false in the configuration: cefd does not poll "
		    "this source until it is taken out, and cefctl reload");
	if (p->conf->proxy != NULL)
		tell_proxy(p);
	probe_go(p, p->conf->proxy != NULL ? PROBE_LIST : PROBE_WAY);
}

/* What reading does not look at; or NULL. */
static const char *
token_fault(const char *token)
{
	if (token[0] == '\0')
		return "is empty";
	if (token[0] == '"' || token[0] == '\'')
		return "stands in quotes, which would be sent with it";
	for (const char *c = token; *c != '\0'; c++)
		if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f)
			return "has a blank, a control or a character that is "
			       "not ASCII inside";
	return NULL;
}

/* The proxy does what we cannot see: only curl's errors tell how it went. */
static void
tell_proxy(struct probe *p)
{
	probe_say(p, STEP_SKIP, TOPIC_NAME,
	    "the proxy looks %s up and connects to it: how that goes, the "
	    "first request shows",
	    p->host);
}

static void
end(struct probe *p)
{
	bool good = probe_sum_up(p);

	p->done(good, p->arg);
}

bool
probe_may_ask(struct probe *p)
{
	struct bucket *bucket = NULL;
	int64_t wait_ms;

	if (p->world.bucket != NULL)
		bucket = p->world.bucket(p->world.bucket_arg);
	if (bucket == NULL)
		return true;
	wait_ms = bucket_take(bucket, 0, loop_now_ms(p->world.loop));
	if (wait_ms == 0)
		return true;
	timer_set(p->timer, wait_ms);
	return false;
}

void
probe_ask(struct probe *p, const char *url, http_done_fn *done)
{
	const struct http_request request = {
	    .url = url,
	    .bearer = p->token,
	    .user_agent = "cefd/" PACKAGE_VERSION,
	    .ca_file = p->conf->ca_file,
	    .proxy = p->conf->proxy,
	    .timeout_ms = p->conf->timeout_ms,
	    .max_bytes = REPLY_MAX_BYTES,
	    .wants_chain = p->conf->proxy != NULL && !p->way_told,
	};

	p->call = http_get(p->world.http, &request, done, p);
}
