/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first list of each stream that is on. One answer tells of the token, the
 * permission, the licence and the clock at once. A refusal of one stream does
 * not hold for the next; a wrong token, or an API in trouble, does.
 */
#include "config.h"

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/api.h"
#include "intake/decode.h"
#include "intake/probe_parts.h"
#include "intake/stream.h"
#include "io/http.h"
#include "io/loop.h"
#include "io/tls_peer.h"

#define URL_MAX_BYTES 8192
#define WINDOW_S (24 * 3600)
/* Date is in whole seconds, and the reply took some time to come. */
#define SKEW_TOLD_MS 2000

static bool find_stream(struct probe *p);
static void put_url(
    const struct probe *p, const struct stream *stream, struct buf *url);
static void on_list(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void no_answer(struct probe *p, const struct err *failure);
static void tell_way(struct probe *p, const struct http_reply *reply);
static bool learn_clock(struct probe *p, const struct http_reply *reply);
static void judge(struct probe *p, const struct http_reply *reply);
static void refused(struct probe *p, int status, const struct err *why);
static void accepted(struct probe *p, const struct http_reply *reply);
static void tell_token(struct probe *p);
static void tell_clock(struct probe *p);
static void want_detail(
    struct probe *p, const struct stream *stream, const struct val *items);
static void tell_list(struct probe *p, const struct val *root);

static const struct stream *
stream_of(const struct probe *p)
{
	return stream_table[p->stream];
}

void
probe_list(struct probe *p)
{
	struct buf url;

	if (!find_stream(p)) {
		probe_go(p, p->answered ? PROBE_TOKENS : PROBE_END);
		return;
	}
	if (!probe_may_ask(p))
		return;
	buf_init(&url, URL_MAX_BYTES);
	put_url(p, stream_of(p), &url);
	probe_ask(p, url.data, on_list);
	buf_clear(&url);
}

/* The one at hand, or the next that is on. */
static bool
find_stream(struct probe *p)
{
	while (p->stream < stream_count &&
	    (p->conf->streams & stream_of(p)->bit) == 0)
		p->stream++;
	return p->stream < stream_count;
}

/* By the server's clock, as far as it is known. */
static void
put_url(const struct probe *p, const struct stream *stream, struct buf *url)
{
	int64_t now_ms = loop_wall_ms(p->world.loop) - p->skew_ms;
	struct window window = {.kind = WINDOW_NEW};

	window.to_s = (now_ms - p->conf->lag_ms) / 1000;
	window.from_s = window.to_s - WINDOW_S;
	api_list_url(
	    url, p->conf->host, stream, &window, p->conf->page_size, 1);
	(void)buf_putc(url, '\0');
}

static void
on_list(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct probe *p = arg;

	p->call = NULL;
	if (failure != NULL) {
		no_answer(p, failure);
		probe_go(p, PROBE_END);
		return;
	}
	tell_way(p, reply);
	if (learn_clock(p, reply))
		probe_go(p, PROBE_LIST);
	else
		judge(p, reply);
}

static void
no_answer(struct probe *p, const struct err *failure)
{
	if (failure->code == ERR_DENIED)
		probe_say(p, STEP_FAIL, TOPIC_CERTIFICATE,
		    "%s: look whether host and ca-file are right, and whether "
		    "something on the way opens TLS",
		    failure->text);
	else if (p->conf->proxy != NULL && !p->way_told)
		probe_say(p, STEP_FAIL, TOPIC_CONNECT,
		    "through the proxy: %s: look whether proxy, its user and "
		    "its password are right, and whether it lets %s pass",
		    failure->text, p->host);
	else
		probe_say(p, STEP_FAIL, TOPIC_ANSWER,
		    "%s: the way there is good, so try again later; if it "
		    "stays so, look at what stands between",
		    failure->text);
}

/* With a proxy, any answer is the proof of what came before. */
static void
tell_way(struct probe *p, const struct http_reply *reply)
{
	struct tls_peer chain[TLS_PEER_CHAIN_MAX];
	size_t count = 0;

	if (p->conf->proxy == NULL || p->way_told)
		return;
	p->way_told = true;
	probe_say(p, STEP_OK, TOPIC_CONNECT, "through the proxy");
	while (count < reply->chain_count &&
	    tls_peer_read(reply->chain[count], &chain[count]))
		count++;
	if (count == 0)
		probe_say(p, STEP_OK, TOPIC_CERTIFICATE,
		    "good for %s, seen through the proxy", p->host);
	else
		probe_tell_certificate(p, chain[0].issuer,
		    chain[0].not_after_ms, "seen through the proxy");
	probe_tell_chain(p, chain, count);
}

/* True when the question was for the wrong time, and is to be put again. */
static bool
learn_clock(struct probe *p, const struct http_reply *reply)
{
	int64_t skew_ms;

	if (p->clock_known || reply->date_ms <= 0)
		return false;
	p->clock_known = true;
	skew_ms = loop_wall_ms(p->world.loop) - reply->date_ms;
	/* The server's second may be nearly over. */
	if (skew_ms > 0 && skew_ms < 1000)
		skew_ms = 0;
	p->skew_ms = skew_ms;
	if (skew_ms >= -SKEW_TOLD_MS && skew_ms <= SKEW_TOLD_MS)
		return false;
	return reply->status == 200 || reply->status == 400 ||
	    reply->status == 404;
}

static void
judge(struct probe *p, const struct http_reply *reply)
{
	enum probe_step next = PROBE_LIST;
	struct err why;

	switch (api_judge(reply, true, p->token, &why)) {
	case API_OK:
		accepted(p, reply);
		if (p->detail_id != NULL)
			next = PROBE_DETAIL;
		break;
	case API_DENIED:
		refused(p, reply->status, &why);
		if (reply->status == 401)
			next = PROBE_END;
		break;
	case API_REFUSED:
	case API_GONE:
		probe_say(p, STEP_FAIL, TOPIC_LIST, "%s: %s",
		    stream_of(p)->name, why.text);
		break;
	case API_SLOWER:
	case API_AGAIN:
		probe_say(p, STEP_FAIL, TOPIC_ANSWER, "%s%s", why.text,
		    reply->status < 400 ? "" : ": try again later");
		next = PROBE_END;
		break;
	}
	/* A detail is still the stream's. */
	if (next != PROBE_DETAIL)
		p->stream++;
	probe_go(p, next);
}

static void
refused(struct probe *p, int status, const struct err *why)
{
	const struct stream *stream = stream_of(p);

	if (status == 401) {
		probe_say(p, STEP_FAIL, TOPIC_TOKEN, "%s", why->text);
	} else if (status == 402) {
		tell_token(p);
		/* What is not bought need not be there, but for the one thing
		 * that every tenant has. */
		probe_say(p,
		    stream->bit == STREAM_THREATS ? STEP_FAIL : STEP_WARN,
		    TOPIC_LICENCE, "%s: %s", stream->name, why->text);
	} else {
		probe_say(p, STEP_FAIL, TOPIC_PERMISSION, "%s: %s",
		    stream->name, why->text);
	}
}

static void
accepted(struct probe *p, const struct http_reply *reply)
{
	const char *name = stream_of(p)->name;
	struct decoder *decoder = decoder_new();
	struct err why;
	struct doc *doc =
	    decode(decoder, (struct text){reply->body, reply->body_len}, &why);

	if (doc != NULL && val_is_object(doc_root(doc))) {
		p->answered = true;
		tell_token(p);
		probe_say(p, STEP_OK, TOPIC_PERMISSION, "%s", name);
		probe_say(p, STEP_OK, TOPIC_LICENCE, "%s", name);
		tell_clock(p);
		tell_list(p, doc_root(doc));
	} else {
		probe_say(p, STEP_FAIL, TOPIC_LIST,
		    "%s: the answer is not the API's (%s): look whether host "
		    "is right, and what stands between",
		    name, doc != NULL ? "not a JSON object" : why.text);
	}
	doc_free(doc);
	decoder_free(decoder);
}

static void
tell_token(struct probe *p)
{
	if ((p->topics[STEP_OK] & 1U << TOPIC_TOKEN) == 0)
		probe_say(p, STEP_OK, TOPIC_TOKEN, "accepted");
}

static void
tell_clock(struct probe *p)
{
	int64_t skew_ms = p->skew_ms;

	if (!p->clock_known || p->clock_told)
		return;
	p->clock_told = true;
	if (skew_ms >= -SKEW_TOLD_MS && skew_ms <= SKEW_TOLD_MS)
		probe_say(p, STEP_OK, TOPIC_CLOCK,
		    "this machine's agrees with the API's");
	else
		probe_say(p, STEP_WARN, TOPIC_CLOCK,
		    "this machine's is %.0f s %s the API's; cefd asks by the "
		    "API's, but let time synchronisation set it right",
		    (double)(skew_ms < 0 ? -skew_ms : skew_ms) / 1000,
		    skew_ms < 0 ? "behind" : "ahead of");
}

static void
tell_list(struct probe *p, const struct val *root)
{
	const struct stream *stream = stream_of(p);
	const struct val *items = val_member(root, stream->list);
	size_t count = val_count(items), odd = api_odd_entries(root, stream);
	bool more = count > 0 && api_next_page(root, 1) != 0;
	struct err why;

	if (api_check_list(root, stream, &why) == -1) {
		probe_say(p, STEP_FAIL, TOPIC_LIST,
		    "%s: %s: look whether host is right, and what stands "
		    "between",
		    stream->name, why.text);
		return;
	}
	if (odd > 0)
		probe_say(p, STEP_WARN, TOPIC_LIST,
		    "%s: %zu of %zu entries have no usable \"%s\": cefd takes "
		    "the others and asks for these again; if it stays so, ask "
		    "Abnormal's support",
		    stream->name, odd, count, stream->id);
	else if (count == 0)
		probe_say(p, STEP_OK, TOPIC_LIST,
		    "%s: none in the last 24 hours", stream->name);
	else
		probe_say(p, STEP_OK, TOPIC_LIST,
		    "%s: %zu in the last 24 hours%s", stream->name, count,
		    more ? ", and more on the next page" : "");
	if (stream->id != NULL)
		want_detail(p, stream, items);
}

static void
want_detail(
    struct probe *p, const struct stream *stream, const struct val *items)
{
	size_t i = 0, count = val_count(items);
	struct text id;

	do
		id = val_member_text(val_item(items, i), stream->id);
	while (!api_is_id(id) && ++i < count);
	if (count > 0)
		p->detail_id = xstrndup(id.ptr, id.len);
	else
		probe_say(p, STEP_SKIP, TOPIC_DETAIL,
		    "%s: none is listed to ask for", stream->name);
}
