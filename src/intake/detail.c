/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One id: its pages one after the other until there is no next one or a page
 * brings nothing new. What fails in passing is tried again a few times; what
 * keeps failing goes to the retry list, so that it stops nothing else.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/decode.h"
#include "intake/detail.h"
#include "intake/entries.h"
#include "intake/explain.h"
#include "intake/extras.h"
#include "intake/notice.h"
#include "intake/owed.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "io/http.h"
#include "io/log.h"

#define URL_MAX_BYTES 8192
/* The API's own ceiling is 2,000 messages a threat. */
#define DETAIL_MAX_BYTES (64U << 20)
#define ATTEMPTS_MAX 2
/* Passing failures in a row that call for a pause, and then each of so many. */
#define PAUSE_AFTER 3
#define PAUSE_EACH 10
/* Ids put off in a row that mean more than bad ids. */
#define PUT_OFF_MAX 20
/* On the list of retries, until those that are not there mean more, too. */
#define RETRIES_MAX 1000
/* The API's own ceiling is 2,000 messages, and its smallest page 10. */
#define PAGE_MIN 10
#define PAGE_STEP 25
#define PAGES_MAX 400

static void on_detail(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void took_reply(struct detail *d, const struct http_reply *reply);
static void take_body(struct detail *d, const struct http_reply *reply);
static void add_up(struct detail *d, const struct taken *taken);
static void page_taken(
    struct detail *d, const struct val *root, const struct taken *taken);
static void complete(struct detail *d);
static int check_count(struct detail *d, struct err *err);
static bool is_short(const struct detail *d);
static const char *rest(const struct detail *d);
static bool is_whole(const struct detail *d);
static bool may_have_more(const struct detail *d, size_t shown);
static void denied(struct detail *d, int status, const struct err *why);
static void try_again(struct detail *d, const struct err *why);
static void put_off(
    struct detail *d, const struct err *why, enum poller_state state);
static void count_put_off(
    struct poller *p, const struct err *why, enum poller_state state);

struct detail *
detail_add(struct poller *p, struct text id, struct details *queue)
{
	struct run *r = &p->run;
	struct detail *d = xcalloc(1, sizeof(*d));

	d->poller = p;
	d->number = r->numbers++;
	d->id = xstrndup(id.ptr, id.len);
	d->page = 1;
	d->is_owed = owed_has(p, id);
	TAILQ_INSERT_TAIL(queue, d, next);
	TAILQ_INSERT_TAIL(&r->details, d, all);
	r->waiting++;
	return d;
}

void
detail_free(struct detail *d)
{
	struct run *r = &d->poller->run;

	account_cancel(d->ask);
	TAILQ_REMOVE(&r->details, d, all);
	r->waiting--;
	for (size_t i = 0; i < NORMALISE_EXTRAS; i++) {
		entries_free(d->entries[i]);
		doc_free(d->extras[i]);
	}
	doc_free(d->waiting);
	keyset_clear(&d->seen);
	keyset_clear(&d->recipients);
	free(d->id);
	free(d);
}

void
detail_start(struct detail *d)
{
	struct poller *p = d->poller;
	struct buf url;

	buf_init(&url, URL_MAX_BYTES);
	if (d->in_extras)
		extras_put_url(d, &url);
	else
		api_detail_url(
		    &url, p->conf->host, p->stream, text_of(d->id), d->page);
	p->run.in_flight++;
	p->run.requests++;
	if (buf_putc(&url, '\0') == -1 || url.overflow)
		abort();
	d->ask =
	    account_ask(p->account, url.data, DETAIL_MAX_BYTES, on_detail, d);
	buf_clear(&url);
}

static void
on_detail(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct detail *d = arg;
	struct poller *p = d->poller;

	d->ask = NULL;
	p->run.in_flight--;
	if (d->in_extras)
		extras_took(d, reply, failure);
	else if (failure == NULL)
		took_reply(d, reply);
	else if (failure->code == ERR_FULL)
		put_off(d, failure, POLLER_FAILING);
	else
		try_again(d, failure);
	run_pump(p);
}

static void
took_reply(struct detail *d, const struct http_reply *reply)
{
	struct poller *p = d->poller;
	struct err why;

	switch (api_judge(reply, false, account_token(p->account), &why)) {
	case API_OK:
		take_body(d, reply);
		break;
	case API_SLOWER:
		TAILQ_INSERT_HEAD(&p->run.ready, d, next);
		run_slow_down(p, reply, &why);
		break;
	case API_DENIED:
		denied(d, reply->status, &why);
		break;
	case API_GONE:
	case API_REFUSED:
		/* It named no such page, or wrongly: all are there. */
		if (d->is_guess || (d->page > 1 && is_whole(d)))
			complete(d);
		else
			put_off(d, &why,
			    reply->status == 404 ? POLLER_OK : POLLER_FAILING);
		break;
	case API_AGAIN:
		try_again(d, &why);
		break;
	}
}

static void
take_body(struct detail *d, const struct http_reply *reply)
{
	struct poller *p = d->poller;
	struct err why;
	struct doc *doc = decode(
	    p->decoder, (struct text){reply->body, reply->body_len}, &why);

	if (doc == NULL) {
		try_again(d, &why);
		return;
	}
	run_went_well(p);
	p->run.put_offs = p->run.gone = 0;
	if (extras_are_due(d) &&
	    (d->is_owed ||
	        take_has_news(&p->taker, doc_root(doc), text_of(d->id)))) {
		extras_begin(d, doc);
		return;
	}
	detail_take(d, doc_root(doc));
	doc_free(doc);
}

void
detail_take(struct detail *d, const struct val *root)
{
	struct poller *p = d->poller;
	int64_t now_ms = account_server_ms(p->account);
	struct err why, last = {ERR_NONE, ""};
	struct taken taken = {.why = &last, .recipients = &d->recipients};
	int result;

	for (size_t i = 0; i < NORMALISE_EXTRAS; i++) {
		p->taker.context.extras[i] = doc_root(d->extras[i]);
		p->taker.context.entries[i] = d->entries[i];
	}
	p->taker.hold_unsettled = p->errand.until_s == 0 &&
	    retries_age_ms(p->retries, text_of(d->id), now_ms) <
	        RETRY_UNSETTLED_MS;
	p->taker.is_awaited =
	    p->errand.is_partial && retries_has(p->retries, text_of(d->id));
	p->taker.addition = extras_addition(d);
	p->taker.quiet_before_ms = d->is_quiet ? p->origin_s * 1000 : 0;
	result = run_settle(p, &why);
	if (result == 0)
		result = take_page(&p->taker, root, text_of(d->id), now_ms,
		    &d->seen, &taken, &why);
	memset(p->taker.context.extras, 0, sizeof(p->taker.context.extras));
	memset(p->taker.context.entries, 0, sizeof(p->taker.context.entries));
	p->taker.addition = ADDITION_NONE;
	p->taker.quiet_before_ms = 0;
	if (result == 0) {
		add_up(d, &taken);
		if (taken.failed > 0)
			notice_unsent(p, text_of(d->id), taken.failed, &last);
		if (taken.unwanted > 0)
			explain(p,
			    "records are left out by what destinations "
			    "ask for count=%u id=%s",
			    taken.unwanted, d->id);
		page_taken(d, root, &taken);
	} else if (why.code == ERR_BAD) {
		try_again(d, &why);
	} else {
		detail_free(d);
		poller_end_run(p, POLLER_FAILING, &why);
	}
}

static void
add_up(struct detail *d, const struct taken *taken)
{
	struct run *r = &d->poller->run;

	d->records += taken->records;
	d->updates += taken->updates;
	d->held += taken->held;
	d->is_left = d->is_left || taken->left > 0;
	if (taken->without > 0 && d->without == 0)
		owed_add(d);
	d->without += taken->without;
	r->records += taken->records;
	r->updates += taken->updates;
	if (taken->records > 0)
		run_gathered(d->poller);
}

static void
page_taken(struct detail *d, const struct val *root, const struct taken *taken)
{
	const struct stream *stream = d->poller->stream;
	int64_t next = api_next_page(root, d->page);
	size_t shown = 0;
	bool short_of;

	if (stream->items != NULL)
		shown = val_count(val_member(root, stream->items));
	d->shown += shown;
	d->page_shown = shown;
	d->claimed = -1;
	if (stream->item_count != NULL)
		(void)val_int(
		    val_member(root, stream->item_count), &d->claimed);
	short_of = is_short(d);
	/* Whatever it says of a next page, and of one that is further on. */
	d->pages_oddly = api_pages_oddly(root);
	d->is_guess = next > d->page + 1 ||
	    (next == 0 &&
	        (short_of || may_have_more(d, shown) || d->pages_oddly));
	if (d->is_guess)
		next = d->page + 1;
	if (taken->fresh == 0)
		d->stale_pages++;
	/* The page number may be ignored: then the same comes again. Once it
	 * may be that what came in meanwhile has moved the rest. */
	if (d->poller->stream->items == NULL || next == 0 ||
	    d->stale_pages > (short_of ? 1 : 0) || ++d->pages > PAGES_MAX) {
		complete(d);
		return;
	}
	d->page = next;
	d->attempts = 0;
	TAILQ_INSERT_HEAD(&d->poller->run.ready, d, next);
}

static void
complete(struct detail *d)
{
	struct poller *p = d->poller;
	struct text id = text_of(d->id);
	struct err why;

	if (check_count(d, &why) == -1) {
		put_off(d, &why, POLLER_FAILING);
		return;
	}
	owed_settle(d);
	explain_detail(d);
	if (d->held > 0) {
		retries_hold(
		    p->retries, p->batch, id, account_server_ms(p->account));
		run_gathered(p);
	} else if (d->is_left) {
		recall_put_left(p, id);
	} else if (!poller_is_errand(p)) {
		recall_put(p, id);
		if (retries_done(p->retries, p->batch, id))
			run_gathered(p);
	}
	p->run.fetched++;
	detail_free(d);
}

/* What is short is looked at again: known ids are, ever more rarely. One that
 * shows nobody at all is as good as broken. */
static int
check_count(struct detail *d, struct err *err)
{
	struct poller *p = d->poller;

	if (!is_short(d))
		return 0;
	p->stats.shortfalls++;
	if (d->shown == 0)
		return err_set(err, ERR_BAD,
		    "the API shows none of %" PRId64 " recipients", d->claimed);
	log_warn("intake",
	    "the API shows %zu of the %" PRId64
	    " recipients of a threat: %s threat=%s source=%s",
	    d->recipients.count, d->claimed, rest(d), d->id, p->conf->name);
	return 0;
}

/* How what a detail does not show is come by. */
static const char *
rest(const struct detail *d)
{
	return poller_is_errand(d->poller)
	    ? "a replay of that time a day later tells of the rest"
	    : "it is looked at again by itself";
}

static bool
is_short(const struct detail *d)
{
	return (int64_t)d->recipients.count < d->claimed;
}

/* The last page was no full one; or there is one message for each recipient. */
static bool
is_whole(const struct detail *d)
{
	size_t count = d->recipients.count;

	return !is_short(d) &&
	    (d->page_shown < PAGE_MIN ||
	        (d->claimed == (int64_t)count && d->shown == count));
}

/* Of a page that is long enough to be a full one: the API does not say how many
 * recipients there are, or too few, or some got more than one message. And of
 * one that is as long as pages are, whatever it says. */
static bool
may_have_more(const struct detail *d, size_t shown)
{
	return shown >= PAGE_MIN &&
	    (d->claimed < (int64_t)d->recipients.count ||
	        d->shown > d->recipients.count || shown % PAGE_MIN == 0 ||
	        shown % PAGE_STEP == 0);
}

/* A refusal of one id is that id's trouble; of many in a row, the token's or
 * the tenant's. */
static void
denied(struct detail *d, int status, const struct err *why)
{
	struct poller *p = d->poller;

	if (status != 401) {
		put_off(
		    d, why, status == 402 ? POLLER_UNLICENSED : POLLER_DENIED);
		return;
	}
	/* Its window is listed again; the cursor has not moved. */
	detail_free(d);
	poller_end_run(p, POLLER_DENIED, why);
}

static void
try_again(struct detail *d, const struct err *why)
{
	struct poller *p = d->poller;
	bool is_retry = d->is_retry;

	if (++d->attempts >= ATTEMPTS_MAX) {
		put_off(d, why, POLLER_FAILING);
	} else {
		explain(p, "detail is asked for once more: %s id=%s", why->text,
		    d->id);
		TAILQ_INSERT_TAIL(&p->run.again, d, next);
	}
	/* What failed before says nothing of the API's health. */
	if (!p->run.active || is_retry)
		return;
	if (p->run.failures++ % PAUSE_EACH == PAUSE_AFTER - 1)
		run_back_off(p, why);
}

/* `state`: what many of them in a row end a poll in; POLLER_OK: nothing. */
static void
put_off(struct detail *d, const struct err *why, enum poller_state state)
{
	struct poller *p = d->poller;
	bool is_retry = d->is_retry;

	/* All that was named is there. */
	if (d->is_guess && !d->pages_oddly && !is_short(d)) {
		log_warn("intake",
		    "page %" PRId64
		    " of a threat, which the one before does not name, "
		    "cannot be read: %s: %s threat=%s source=%s",
		    d->page, why->text, rest(d), d->id, p->conf->name);
		complete(d);
		return;
	}
	if (poller_is_errand(p)) {
		log_warn("intake",
		    "a detail is left out, another replay asks for it again: "
		    "%s id=%s source=%s stream=%s",
		    why->text, d->id, p->conf->name, p->stream->name);
		p->stats.given_up++;
		detail_free(d);
		return;
	}
	if (d->is_owed_only) {
		owed_failed(d, why);
		detail_free(d);
		return;
	}
	if (d->is_lost) {
		explain(p,
		    "detail was given up before, and still fails: %s "
		    "id=%s",
		    why->text, d->id);
		recall_put_lost(p, text_of(d->id));
		detail_free(d);
		return;
	}
	poller_note_retry(p, why);
	if (retries_fail(p->retries, p->batch, text_of(d->id),
	        account_server_ms(p->account))) {
		log_warn("intake",
		    "a detail could not be fetched, it is tried again later: "
		    "%s id=%s source=%s stream=%s",
		    why->text, d->id, p->conf->name, p->stream->name);
	} else {
		p->stats.given_up++;
		log_error("intake",
		    "a detail is given up after 7 days: %s: once that is "
		    "mended, cefctl replay %s --since=T fetches it id=%s "
		    "source=%s stream=%s",
		    why->text, p->conf->name, d->id, p->conf->name,
		    p->stream->name);
		notice_given_up(p, text_of(d->id), why);
		recall_put_lost(p, text_of(d->id));
	}
	run_gathered(p);
	detail_free(d);
	if (!is_retry)
		count_put_off(p, why, state);
}

/* They are on the list, and the next poll goes on behind them. What is not there
 * is an answer, and says nothing of the others. */
static void
count_put_off(struct poller *p, const struct err *why, enum poller_state state)
{
	struct run *r = &p->run;

	if (state == POLLER_OK && retries_count(p->retries) < RETRIES_MAX) {
		r->gone++;
		return;
	}
	if (++r->put_offs >= PUT_OFF_MAX)
		poller_end_run(
		    p, state == POLLER_OK ? POLLER_FAILING : state, why);
}
