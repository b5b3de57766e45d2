/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the tenant's tokens expire, where ours may ask. Nothing depends on the
 * answer, so nothing about it is a failure.
 */
#include "config.h"

#include <stdio.h>

#include "base/err.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/decode.h"
#include "intake/probe_parts.h"
#include "io/http.h"
#include "io/loop.h"

#define URL_MAX_BYTES 512
#define SOON_DAYS 30
/* So many warnings are told one by one. */
#define TOLD_MAX 5
/* Octets of a token's name that are shown. */
#define NAME_MAX_BYTES 60

/* What is known of the active ones. */
struct census {
	unsigned active;
	unsigned soon; /* of them, those that expire soon */
	int64_t first_ms;
	struct text first; /* its name */
};

static void on_tokens(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void take(struct probe *p, const struct http_reply *reply);
static void count(struct probe *p, struct census *c, const struct val *token);
static void warn(struct probe *p, struct text name, int64_t expires_ms);
static void tell(struct probe *p, const struct census *c);
static void skip(struct probe *p, const char *why);
static int64_t days_until(const struct probe *p, int64_t ms);

void
probe_tokens(struct probe *p)
{
	char url[URL_MAX_BYTES];

	if (!probe_may_ask(p))
		return;
	(void)snprintf(url, sizeof(url), "https://%s/v1/soar/tokens?limit=200",
	    p->conf->host);
	probe_ask(p, url, on_tokens);
}

static void
on_tokens(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct probe *p = arg;
	char why[64];

	p->call = NULL;
	if (failure != NULL) {
		skip(p, failure->text);
	} else if (reply->status == 200) {
		take(p, reply);
	} else if (reply->status >= 401 && reply->status <= 404) {
		skip(p, "the token may not ask");
	} else {
		(void)snprintf(why, sizeof(why), "HTTP %d", reply->status);
		skip(p, why);
	}
	probe_go(p, PROBE_END);
}

static void
take(struct probe *p, const struct http_reply *reply)
{
	struct decoder *decoder = decoder_new();
	struct doc *doc =
	    decode(decoder, (struct text){reply->body, reply->body_len}, NULL);
	const struct val *data = val_member(doc_root(doc), "data");
	struct census c = {.active = 0};

	for (size_t i = 0; i < val_count(data); i++)
		count(p, &c, val_item(data, i));
	if (c.active != 0)
		tell(p, &c);
	else
		skip(p,
		    val_is_array(data) ? "no active one is listed"
		                       : "the answer is not understood");
	doc_free(doc);
	decoder_free(decoder);
}

static void
count(struct probe *p, struct census *c, const struct val *token)
{
	struct text name = val_member_text(token, "name");
	struct text status = val_member_text(token, "status");
	int64_t expires_ms;

	if (!text_eq_nocase(status, TEXT("active")))
		return;
	c->active++;
	if (name.len > NAME_MAX_BYTES)
		name.len = NAME_MAX_BYTES;
	if (rfc3339_parse(val_member_text(token, "expires_at"), &expires_ms) ==
	    -1)
		return; /* it has no end */
	if (c->first_ms == 0 || expires_ms < c->first_ms) {
		c->first_ms = expires_ms;
		c->first = name;
	}
	if (days_until(p, expires_ms) >= SOON_DAYS)
		return;
	if (c->soon++ < TOLD_MAX)
		warn(p, name, expires_ms);
}

static void
warn(struct probe *p, struct text name, int64_t expires_ms)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, expires_ms);
	probe_say(p, STEP_WARN, TOPIC_TOKENS,
	    "\"%.*s\" expires at %s, in %lld days: if it is this source's, let "
	    "an administrator make a new one in the Abnormal portal",
	    (int)name.len, name.ptr != NULL ? name.ptr : "", when,
	    (long long)days_until(p, expires_ms));
}

static void
tell(struct probe *p, const struct census *c)
{
	char when[RFC3339_SEC_LEN + 1];

	if (c->soon > TOLD_MAX) {
		probe_say(p, STEP_WARN, TOPIC_TOKENS,
		    "%u more expire within %d days", c->soon - TOLD_MAX,
		    SOON_DAYS);
	} else if (c->soon == 0 && c->first_ms == 0) {
		probe_say(p, STEP_OK, TOPIC_TOKENS,
		    "%u active, none has an end", c->active);
	} else if (c->soon == 0) {
		rfc3339_sec(when, c->first_ms);
		probe_say(p, STEP_OK, TOPIC_TOKENS,
		    "%u active, the first to expire is \"%.*s\" at %s, in "
		    "%lld days",
		    c->active, (int)c->first.len,
		    c->first.ptr != NULL ? c->first.ptr : "", when,
		    (long long)days_until(p, c->first_ms));
	}
}

/* What the configuration says of the end is still worth telling. */
static void
skip(struct probe *p, const char *why)
{
	char when[RFC3339_SEC_LEN + 1];
	int64_t expires_ms = p->conf->token_expires_ms;
	int64_t days = days_until(p, expires_ms);

	probe_say(p, STEP_SKIP, TOPIC_TOKENS, "%s", why);
	if (expires_ms == 0)
		return;
	rfc3339_sec(when, expires_ms);
	probe_say(p, days < SOON_DAYS ? STEP_WARN : STEP_OK, TOPIC_TOKENS,
	    "the configuration says that the token expires at %s, in %lld "
	    "days%s",
	    when, (long long)days,
	    days < SOON_DAYS ? ": have a new one made in the portal" : "");
}

/* Of the server's clock; negative when it is past. */
static int64_t
days_until(const struct probe *p, int64_t ms)
{
	int64_t left_ms = ms - (loop_wall_ms(p->world.loop) - p->skew_ms);

	return left_ms < 0 ? left_ms / PROBE_DAY_MS - 1
	                   : left_ms / PROBE_DAY_MS;
}
