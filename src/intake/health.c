/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Once a day, and for each new token, the API is asked for the customer's tokens
 * (GET /v1/soar/tokens). Nothing says which of them is ours, but for one that is
 * active alone; of several the one that ends first is told as that. Many tokens
 * may not ask; then only the configuration can know. One that still lets us in
 * has not expired, whatever is said.
 *
 * The end comes also while nothing is polled, or no poll ends; so it is looked
 * at by a timer.
 */
#include "config.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
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
#include "intake/poller.h"
#include "intake/source_stats.h"
#include "intake/token_end.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"

#define DAY_MS INT64_C(86400000)
#define REPLY_MAX_BYTES (1U << 20)
#define TOKENS_MAX 200 /* of one reply */
#define LOOK_MS 5000
#define WARN_EVERY_MS 3600000
#define TIME_WAIT_MS 600000

struct health {
	const struct intake_world *world;
	const struct poller_setup *setup;
	void (*new_token)(void *arg);
	void *arg;
	struct timer *timer;   /* looks at the file of a refused token */
	struct timer *warning; /* looks at the end */
	int64_t began_ms;      /* monotonic */
	struct gate_waiter waiter;
	struct decoder *decoder;
	struct ask *ask;
	bool is_refused;    /* by the last polls */
	bool is_well;       /* they let us in */
	bool outdated_told; /* in this life */
	uint64_t token_id;  /* whose is what follows */
	int64_t asked_ms;   /* the API's clock; 0: not yet */
	int64_t told_expires_ms;
	bool told_is_ours;
	struct token_unstored unstored;
};

static void on_warning(void *arg);
static void watch_file(struct health *h, bool is_denied);
static void on_look(void *arg);
static void ask_tokens(struct health *h);
static void on_place(void *arg);
static void on_tokens(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void forget(struct health *h, bool is_well, int64_t now_ms);
static void take_tokens(struct health *h, const struct val *tokens);
static void warn_in_time(struct health *h);
static bool waits_for_time(const struct health *h);
static bool warn(struct health *h);

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
	h->warning = timer_new(world->loop, on_warning, h);
	h->began_ms = loop_now_ms(world->loop);
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
	timer_free(h->warning);
	decoder_free(h->decoder);
	free(h);
}

void
health_start(struct health *h, int64_t delay_ms)
{
	timer_set(h->warning, delay_ms + LOOK_MS);
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
	h->is_refused = is_denied && !is_well;
	h->is_well = is_well;
	watch_file(h, is_denied);
	forget(h, is_well && !is_denied, now_ms);
	if (is_well && h->ask == NULL &&
	    (h->asked_ms == 0 || now_ms - h->asked_ms >= DAY_MS))
		ask_tokens(h);
	warn_in_time(h);
}

int64_t
health_token_expires_ms(const struct health *h)
{
	int64_t ms = h->setup->conf->token_expires_ms;

	if (ms == 0 && h->told_is_ours)
		ms = h->told_expires_ms;
	return ms > account_server_ms(h->setup->account) || h->is_refused ? ms
	                                                                  : 0;
}

/* No poll has ended; what the last ones have shown is all there is. */
static void
on_warning(void *arg)
{
	struct health *h = arg;

	forget(h, false, account_server_ms(h->setup->account));
	warn_in_time(h);
}

/* What was said of another token, or of one that is not ours as it seems. */
static void
forget(struct health *h, bool is_well, int64_t now_ms)
{
	uint64_t id = account_token_id(h->setup->account);

	if (id == h->token_id &&
	    (!is_well || h->told_expires_ms == 0 ||
	        h->told_expires_ms > now_ms))
		return;
	account_cancel(h->ask);
	h->ask = NULL;
	h->token_id = id;
	h->asked_ms = h->told_expires_ms = 0;
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
	(void)buf_printf(&url, "https://%s/v1/soar/tokens?limit=%d",
	    h->setup->conf->host, TOKENS_MAX);
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
		take_tokens(h, val_member(doc_root(doc), "data"));
		doc_free(doc);
		warn_in_time(h);
		return;
	}
	log_debug("intake", "the token cannot tell when it ends: %s source=%s",
	    failure != NULL ? failure->text : why.text, h->setup->conf->name);
}

static void
take_tokens(struct health *h, const struct val *tokens)
{
	int64_t now_ms = account_server_ms(h->setup->account);
	int64_t first_ms = 0, ms;
	size_t active = 0;

	for (size_t i = 0; i < val_count(tokens); i++) {
		const struct val *token = val_item(tokens, i);

		if (!text_eq_nocase(
		        val_member_text(token, "status"), TEXT("active")))
			continue;
		active++;
		if (rfc3339_parse(val_member_text(token, "expires_at"), &ms) ==
		        0 &&
		    ms > now_ms && (first_ms == 0 || ms < first_ms))
			first_ms = ms;
	}
	h->told_expires_ms = first_ms;
	h->told_is_ours = active == 1 && val_count(tokens) < TOKENS_MAX;
}

/* What the spool has no room for waits for it. */
static void
warn_in_time(struct health *h)
{
	bool done = !h->setup->conf->enabled || warn(h);

	timer_set(h->warning, done ? WARN_EVERY_MS : LOOK_MS);
}

/* A machine that has just booted may be a day off, until the API tells: for
 * ten minutes that is waited for. */
static bool
waits_for_time(const struct health *h)
{
	return !account_knows_time(h->setup->account) &&
	    !account_lacks_time(h->setup->account) &&
	    loop_now_ms(h->world->loop) - h->began_ms < TIME_WAIT_MS;
}

/* False when it is to be done again. */
static bool
warn(struct health *h)
{
	int64_t conf_ms = h->setup->conf->token_expires_ms;
	struct token_end end = {
	    .ms = conf_ms != 0 ? conf_ms : h->told_expires_ms,
	    .is_ours = conf_ms != 0 || h->told_is_ours,
	};
	int64_t left_ms = end.ms - account_server_ms(h->setup->account);

	if (end.ms == 0)
		return true;
	if (waits_for_time(h))
		return false;
	if (left_ms > 0 || (end.is_ours && h->is_refused))
		return token_end_warn(h->world, h->setup, &end, &h->unstored);
	if (conf_ms != 0 && h->is_well && !h->outdated_told) {
		h->outdated_told = true;
		log_warn("intake",
		    "token-expires has passed and the token is good: write "
		    "there when this one ends, so that you are warned in time "
		    "source=%s",
		    h->setup->conf->name);
	}
	return true;
}
