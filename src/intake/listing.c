/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists are paged by offset over live data, so items may move between pages.
 * A window that does not fit one page is halved until it does; one that is down
 * to a second is paged, again and again until a pass brings nothing new.
 */
#include "config.h"

#include "base/buf.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/decode.h"
#include "intake/explain.h"
#include "intake/isolate.h"
#include "intake/listed.h"
#include "intake/listing.h"
#include "intake/listings.h"
#include "intake/paging.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/refusal.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "io/loop.h"

#define URL_MAX_BYTES 8192
#define LIST_MAX_BYTES (16U << 20)
#define SKEW_MAX_MS 2000
#define TOO_LONG "its list does not fit one page"

static void on_list(
    const struct http_reply *reply, const struct err *failure, void *arg);
static bool lay_again(struct poller *p);
static void list_failed(struct listing *l, const struct err *failure);
static void took_reply(struct listing *l, const struct http_reply *reply);
static void take_list(struct listing *l, const struct http_reply *reply);
static bool peeks(struct listing *l, int64_t next);
static void no_such_page(struct listing *l, int status);
static bool peek_has_failed(struct listing *l);
static bool clamp_window(struct listing *l);

void
listing_start(struct listing *l)
{
	l->ask = listing_ask(l->poller, &l->window, l->page, on_list, l);
}

struct ask *
listing_ask(struct poller *p, const struct window *window, int64_t page,
    http_done_fn *done, void *arg)
{
	struct buf url;
	struct ask *ask;

	buf_init(&url, URL_MAX_BYTES);
	api_list_url(
	    &url, p->conf->host, p->stream, window, p->conf->page_size, page);
	(void)buf_putc(&url, '\0');
	p->run.requests++;
	p->run.lists_asked++;
	ask = account_ask(p->account, url.data, LIST_MAX_BYTES, done, arg);
	buf_clear(&url);
	return ask;
}

void
listing_skipped(struct listing *l)
{
	l->is_lost = true;
	l->listed = true;
	l->upto = l->poller->run.numbers;
}

struct doc *
listing_decode(
    struct poller *p, const struct http_reply *reply, struct err *err)
{
	struct doc *doc = decode(
	    p->decoder, (struct text){reply->body, reply->body_len}, err);

	if (doc == NULL || api_check_list(doc_root(doc), p->stream, err) == 0)
		return doc;
	doc_free(doc);
	return NULL;
}

static void
on_list(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct listing *l = arg;
	struct poller *p = l->poller;

	l->ask = NULL;
	p->run.lists_asked--;
	if (failure != NULL)
		list_failed(l, failure);
	/* Asked once more: see account_doubts_time. */
	else if (reply->status != 200 || !account_doubts_time(p->account))
		took_reply(l, reply);
	run_pump(p);
}

static void
took_reply(struct listing *l, const struct http_reply *reply)
{
	struct poller *p = l->poller;
	struct err why;
	enum api_verdict verdict;

	if (!lay_again(p))
		return;
	verdict = api_judge(reply, true, account_token(p->account), &why);
	/* It is not the window that is refused: its first page was answered. */
	if (verdict == API_REFUSED && l->page > 1) {
		no_such_page(l, reply->status);
		return;
	}
	if (verdict != API_OK && verdict != API_SLOWER && peek_has_failed(l))
		return;
	switch (verdict) {
	case API_OK:
		take_list(l, reply);
		break;
	case API_SLOWER:
		run_slow_down(p, reply, &why);
		break;
	case API_DENIED:
		if (reply->status == 403 && refusal_is_by_key(l, &why))
			break;
		poller_end_run(p,
		    reply->status == 402 ? POLLER_UNLICENSED : POLLER_DENIED,
		    &why);
		break;
	case API_REFUSED:
		if (reply->status != 404 || l->is_skipped)
			refusal_take(l, reply, &why);
		else if (!refusal_is_by_key(l, &why))
			poller_end_run(p, POLLER_FAILING, &why);
		break;
	case API_GONE:
		poller_end_run(p, POLLER_FAILING, &why);
		break;
	case API_AGAIN:
		isolate_failed(l, &why);
		break;
	}
}

/*
 * The windows were laid out by this machine's clock, and the first reply of all
 * says that it is off: lay them out anew. True when there is no need to.
 */
static bool
lay_again(struct poller *p)
{
	int64_t skew_ms = account_skew_ms(p->account);
	struct err why;

	if (p->run.knew_time || !account_knows_time(p->account))
		return true;
	p->run.knew_time = true;
	if (skew_ms <= SKEW_MAX_MS && skew_ms >= -SKEW_MAX_MS &&
	    !p->doubts_cursors)
		return true;
	explain(p,
	    "windows are laid out anew by the API's time ahead_ms=%lld%s",
	    (long long)skew_ms, p->doubts_cursors ? ", and cursors" : "");
	listings_drop_unlisted(p);
	plan_look_again(p);
	if (cursors_load(p, &why) == -1)
		poller_end_run(p, POLLER_FAILING, &why);
	else
		plan_lay(p);
	return false;
}

static void
list_failed(struct listing *l, const struct err *failure)
{
	if (peek_has_failed(l))
		return;
	if (failure->code == ERR_FULL && listings_halve(l, TOO_LONG))
		return;
	if (failure->code == ERR_DENIED)
		poller_end_run(l->poller, POLLER_FAILING, failure);
	else
		isolate_failed(l, failure);
}

static void
take_list(struct listing *l, const struct http_reply *reply)
{
	struct poller *p = l->poller;
	struct err why;
	struct doc *doc = listing_decode(p, reply, &why);
	int64_t next;

	if (doc == NULL) {
		if (!peek_has_failed(l))
			isolate_failed(l, &why);
		return;
	}
	next = paging_next(l, doc_root(doc));
	if (api_odd_entries(doc_root(doc), p->stream) == 0)
		isolate_answered(l);
	if (l->is_control)
		proof_taken(l);
	else if (!clamp_window(l)) {
		explain(p, "window is left: nothing of it is in the past yet");
		listings_drop(l);
	} else if (!peeks(l, next) &&
	    (!paging_is_too_long(l) || !listings_halve(l, TOO_LONG))) {
		listed_put(l, doc, next, reply->body_len);
		return;
	}
	doc_free(doc);
}

/*
 * Of what has no ids a page is judged as a whole (alike.h), so before the first
 * one is taken the next one, which is merely announced, is looked at. True while
 * that goes on.
 */
static bool
peeks(struct listing *l, int64_t next)
{
	bool is_second = l->window.to_s - l->window.from_s <= 1;

	if (l->poller->stream->id != NULL)
		return false;
	if (l->peek == PEEK_NONE && l->page == 1 && next != 0 &&
	    (l->count < l->poller->conf->page_size || is_second)) {
		l->peek = PEEK_ASKED;
		l->page = next;
		return true;
	}
	if (l->peek != PEEK_ASKED)
		return false;
	if (l->count == 0 || !listings_halve(l, TOO_LONG)) {
		l->peek = l->count == 0 ? PEEK_WHOLE : PEEK_PARTS;
		l->page = 1;
	}
	return true;
}

/* Either the list ends before it, even though it was announced, or there is
 * more, which is not to be had. */
static void
no_such_page(struct listing *l, int status)
{
	struct err why;

	if (paging_may_go_on(l, PAGING_MIN) &&
	    listings_halve(l, "a page of it is not there"))
		return;
	if (!l->is_guess && paging_may_go_on(l, PAGING_USUAL_MIN)) {
		if (peek_has_failed(l))
			return;
		(void)err_set(&why, ERR_AGAIN,
		    "HTTP %d: a list names a page %lld which is not there",
		    status, (long long)l->page);
		isolate_failed(l, &why);
		return;
	}
	explain(l->poller, "the list has no page %lld", (long long)l->page);
	if (l->peek == PEEK_ASKED) {
		l->peek = PEEK_WHOLE;
		l->page = 1;
		return;
	}
	if (l->is_guess && status == 404)
		l->count = 0;
	listed_end(l);
}

/* The page that was merely announced cannot be had: the first one is taken all
 * the same. */
static bool
peek_has_failed(struct listing *l)
{
	if (l->peek != PEEK_ASKED)
		return false;
	l->peek = PEEK_PARTS;
	l->page = 1;
	return true;
}

/*
 * The reply shows the data as it was at the server's own time. A clock of ours
 * that runs ahead must not carry the cursor past that. False when nothing of
 * the window is in the past yet.
 */
static bool
clamp_window(struct listing *l)
{
	struct window *w = &l->window;
	int64_t newest_s = plan_newest_s(l->poller);

	/* A replay carries none: what it gives too early the notes know. */
	if (l->poller->errand.until_s != 0)
		return true;
	if (w->to_s > newest_s && w->kind == WINDOW_LATE)
		plan_look_from(l->poller, newest_s);
	if (w->to_s > newest_s)
		w->to_s = newest_s;
	return w->from_s < w->to_s;
}
