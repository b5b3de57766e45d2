/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Once a day the API is asked for the customer's tokens (GET /v1/soar/tokens).
 * Nothing says which of them is ours, so the one that ends first counts. Many
 * tokens may not ask; then only the configuration can know.
 *
 * Which warning was given is in the spool, so that a restart does not repeat
 * it and a new date begins anew.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/expiry.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/account.h"
#include "intake/account_token.h"
#include "intake/api.h"
#include "intake/asking.h"
#include "intake/decode.h"
#include "intake/gate.h"
#include "intake/health.h"
#include "intake/notice.h"
#include "intake/poller.h"
#include "intake/source_stats.h"
#include "intake/stream.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define DAY_MS INT64_C(86400000)
#define REPLY_MAX_BYTES (1U << 20)
#define LOOK_MS 5000
#define NAME_SIZE 160

struct health {
	const struct intake_world *world;
	const struct poller_setup *setup;
	void (*new_token)(void *arg);
	void *arg;
	struct timer *timer; /* looks at the file of a refused token */
	struct gate_waiter waiter;
	struct decoder *decoder;
	struct ask *ask;
	int64_t asked_ms; /* the API's clock; 0: not yet */
	int64_t told_expires_ms;
};

static void watch_file(struct health *h, bool is_denied);
static void on_look(void *arg);
static void ask_tokens(struct health *h);
static void on_place(void *arg);
static void on_tokens(
    const struct http_reply *reply, const struct err *failure, void *arg);
static int64_t earliest(const struct val *tokens);
static void warn_in_time(struct health *h);
static bool was_told(struct health *h, const char *mark);
static void tell(
    struct health *h, const char *mark, int64_t expires_ms, int64_t left_ms);
static void mark_name(const struct health *h, char out[NAME_SIZE]);

struct health *
health_new(const struct intake_world *world, const struct poller_setup *setup,
    void (*new_token)(void *arg), void *arg)
{
	struct health *h = xcalloc(1, sizeof(*h));

	h->world = world;
	h->setup = setup;
	h->new_token = new_token;
	h->arg = arg;
	h->timer = timer_new(world->loop, on_look, h);
	h->waiter.wake = on_place;
	h->waiter.arg = h;
	h->decoder = decoder_new();
	return h;
}

void
health_free(struct health *h)
{
	if (h == NULL)
		return;
	account_cancel(h->ask);
	gate_decline(h->world->gate, &h->waiter);
	timer_free(h->timer);
	decoder_free(h->decoder);
	free(h);
}

void
health_poll_ended(struct health *h, const struct source_stats *stats)
{
	bool is_denied = false, is_well = false;
	int64_t now_ms = account_server_ms(h->setup->account);

	for (size_t i = 0; i < stats->stream_count; i++) {
		is_denied |= stats->streams[i].state == POLLER_DENIED;
		is_well |= stats->streams[i].state == POLLER_OK;
	}
	watch_file(h, is_denied);
	if (is_well && h->ask == NULL &&
	    (h->asked_ms == 0 || now_ms - h->asked_ms >= DAY_MS))
		ask_tokens(h);
	warn_in_time(h);
}

int64_t
health_token_expires_ms(const struct health *h)
{
	if (h->setup->conf->token_expires_ms != 0)
		return h->setup->conf->token_expires_ms;
	return h->told_expires_ms;
}

static void
watch_file(struct health *h, bool is_denied)
{
	if (!is_denied)
		timer_cancel(h->timer);
	else if (!timer_is_set(h->timer))
		timer_set(h->timer, LOOK_MS);
}

static void
on_look(void *arg)
{
	struct health *h = arg;

	timer_set(h->timer, LOOK_MS);
	if (!account_token_file_changed(h->setup->account))
		return;
	log_info("intake", "the token file has changed: trying it source=%s",
	    h->setup->conf->name);
	h->new_token(h->arg);
}

/* No hurry: when the budget is short it is asked after a later poll. */
static void
ask_tokens(struct health *h)
{
	struct buf url;

	if (account_admit(h->setup->account, USUAL, &h->waiter) != 0) {
		gate_decline(h->world->gate, &h->waiter);
		return;
	}
	h->asked_ms = account_server_ms(h->setup->account);
	buf_init(&url, 512);
	(void)buf_printf(
	    &url, "https://%s/v1/soar/tokens?limit=200", h->setup->conf->host);
	(void)buf_putc(&url, '\0');
	h->ask = account_ask(
	    h->setup->account, url.data, REPLY_MAX_BYTES, on_tokens, h);
	buf_clear(&url);
}

/* It does not wait in line: see ask_tokens. */
static void
on_place(void *arg)
{
	(void)arg;
}

static void
on_tokens(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct health *h = arg;
	struct err why;
	struct doc *doc;

	h->ask = NULL;
	if (failure == NULL &&
	    api_judge(reply, false, account_token(h->setup->account), &why) ==
	        API_OK) {
		doc = decode(h->decoder,
		    (struct text){reply->body, reply->body_len}, &why);
		h->told_expires_ms =
		    earliest(val_member(doc_root(doc), "data"));
		doc_free(doc);
		warn_in_time(h);
		return;
	}
	log_debug("intake", "the token cannot tell when it ends: %s source=%s",
	    failure != NULL ? failure->text : why.text, h->setup->conf->name);
}

/* 0 when there is none. */
static int64_t
earliest(const struct val *tokens)
{
	int64_t first_ms = 0, ms;

	for (size_t i = 0; i < val_count(tokens); i++) {
		const struct val *token = val_item(tokens, i);

		if (!text_eq_nocase(
		        val_member_text(token, "status"), TEXT("active")) ||
		    rfc3339_parse(val_member_text(token, "expires_at"), &ms) ==
		        -1)
			continue;
		if (first_ms == 0 || ms < first_ms)
			first_ms = ms;
	}
	return first_ms;
}

static void
warn_in_time(struct health *h)
{
	int64_t expires_ms = health_token_expires_ms(h);
	int64_t left_ms = expires_ms - account_server_ms(h->setup->account);
	char when[RFC3339_SEC_LEN + 1], mark[64];
	int days = expiry_due(left_ms);

	if (expires_ms == 0 || days < 0)
		return;
	rfc3339_sec(when, expires_ms);
	(void)snprintf(mark, sizeof(mark), "%s %d", when, days);
	if (!was_told(h, mark))
		tell(h, mark, expires_ms, left_ms);
}

static bool
was_told(struct health *h, const char *mark)
{
	char name[NAME_SIZE], value[64];

	mark_name(h, name);
	return cursor_get(h->world->spool, name, value, sizeof(value), NULL) ==
	    1 &&
	    strcmp(value, mark) == 0;
}

static void
tell(struct health *h, const char *mark, int64_t expires_ms, int64_t left_ms)
{
	const struct poller_setup *setup = h->setup;
	int64_t days = left_ms / DAY_MS;
	struct notice notice = {
	    .cat = TEXT("token"),
	    .act = left_ms > 0 ? TEXT("expires") : TEXT("expired"),
	    .name = left_ms > 0 ? TEXT("Token expires soon")
	                        : TEXT("Token expired"),
	    .msg = TEXT("Make a new API token in the Abnormal portal and put "
	                "it into the token file"),
	    .severity = left_ms > DAY_MS ? 5 : 7,
	    .end_ms = expires_ms,
	    .count = left_ms > 0 ? days : -1,
	    .id = text_of(mark),
	};
	struct batch *batch = batch_new();
	char name[NAME_SIZE];
	struct taker taker;
	struct err why;

	log_warn("intake",
	    "the token %s: make a new one in the Abnormal portal and put it "
	    "into its file date=%.20s days=%" PRId64 " source=%s",
	    left_ms > 0 ? "expires soon" : "has expired", mark, days,
	    setup->conf->name);
	taker_init(&taker, h->world->spool, batch, &stream_threats);
	taker.context = setup->context;
	taker.outlets = setup->outlets;
	taker.outlet_count = setup->outlet_count;
	notice_put(&taker, &notice, account_server_ms(setup->account));
	mark_name(h, name);
	batch_put_cursor(batch, name, mark);
	if (spool_commit(h->world->spool, batch, &why) == -1)
		log_warn("intake", "the warning cannot be stored: %s source=%s",
		    why.text, setup->conf->name);
	else
		h->world->committed(h->world->arg);
	taker_clear(&taker);
	batch_free(batch);
}

static void
mark_name(const struct health *h, char out[NAME_SIZE])
{
	(void)snprintf(out, NAME_SIZE, "token/%s/told", h->setup->conf->name);
}
