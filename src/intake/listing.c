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
#include "intake/detail.h"
#include "intake/listing.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/refusal.h"
#include "intake/run.h"
#include "io/log.h"
#include "io/loop.h"

#define URL_MAX_BYTES 8192
#define LIST_MAX_BYTES (16U << 20)
/* The API's ids have 36. */
#define ID_MAX_BYTES 200
/* Ids of one second. */
#define LIST_IDS_MAX 50000
#define LIST_PASSES_MAX 4
#define SKEW_MAX_MS 2000

static void on_list(
    const struct http_reply *reply, const struct err *failure, void *arg);
static bool lay_again(struct poller *p);
static void list_failed(struct poller *p, const struct err *failure);
static void take_list(struct poller *p, const struct http_reply *reply);
static void take_root(struct poller *p, const struct val *root);
static bool is_too_long(const struct poller *p, size_t count, int64_t next);
static bool clamp_window(struct poller *p);
static void turn_page(struct poller *p, int64_t next);
static void take_ids(struct poller *p, const struct val *items);
static void take_id(struct poller *p, struct text id);
static int take_records(
    struct poller *p, const struct val *items, struct err *err);

void
listing_open(struct poller *p, struct window window)
{
	struct run *r = &p->run;

	r->window = window;
	r->opened_ms = account_server_ms(p->account);
	r->in_window = true;
	r->listed = false;
	r->list_page = 1;
	r->list_pass = 1;
	r->list_brought = false;
	r->list_paged = false;
	if (window_is_within(&window, &p->resume))
		r->opened_ms = p->resume_opened_ms;
}

void
listing_start(struct poller *p)
{
	struct buf url;

	buf_init(&url, URL_MAX_BYTES);
	api_list_url(&url, p->conf->host, p->stream, &p->run.window,
	    p->conf->page_size, p->run.list_page);
	(void)buf_putc(&url, '\0');
	p->run.requests++;
	p->run.list_ask =
	    account_ask(p->account, url.data, LIST_MAX_BYTES, on_list, p);
	buf_clear(&url);
}

static void
on_list(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct poller *p = arg;
	struct err why;

	p->run.list_ask = NULL;
	if (failure != NULL) {
		list_failed(p, failure);
		run_pump(p);
		return;
	}
	/* Asked once more: see account_doubts_time. */
	if (reply->status == 200 && account_doubts_time(p->account)) {
		run_pump(p);
		return;
	}
	if (!lay_again(p)) {
		run_pump(p);
		return;
	}
	switch (api_judge(reply, true, account_token(p->account), &why)) {
	case API_OK:
		take_list(p, reply);
		break;
	case API_SLOWER:
		run_slow_down(p, reply, &why);
		break;
	case API_DENIED:
		poller_end_run(p,
		    reply->status == 402 ? POLLER_UNLICENSED : POLLER_DENIED,
		    &why);
		break;
	case API_REFUSED:
		refusal_take(p, reply, &why);
		break;
	case API_GONE:
		poller_end_run(p, POLLER_FAILING, &why);
		break;
	case API_AGAIN:
		run_back_off(p, &why);
		break;
	}
	run_pump(p);
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
	if (skew_ms <= SKEW_MAX_MS && skew_ms >= -SKEW_MAX_MS)
		return true;
	p->run.in_window = false;
	p->back.looked_ms = 0;
	if (cursors_load(p, &why) == -1)
		poller_end_run(p, POLLER_FAILING, &why);
	else
		plan_lay(p);
	return false;
}

static void
list_failed(struct poller *p, const struct err *failure)
{
	if (failure->code == ERR_FULL &&
	    windows_split(&p->run.windows, p->run.window))
		p->run.in_window = false;
	else if (failure->code == ERR_DENIED)
		poller_end_run(p, POLLER_FAILING, failure);
	else
		run_back_off(p, failure);
}

static void
take_list(struct poller *p, const struct http_reply *reply)
{
	struct err why;
	struct doc *doc = decode(
	    p->decoder, (struct text){reply->body, reply->body_len}, &why);

	/* Without its list it is somebody's error, and no empty window. */
	if (doc != NULL &&
	    !val_is_array(val_member(doc_root(doc), p->stream->list))) {
		(void)err_set(&why, ERR_BAD,
		    "the reply is no list of %s: it has no \"%s\"",
		    p->stream->noun, p->stream->list);
		doc_free(doc);
		doc = NULL;
	}
	if (doc == NULL) {
		run_back_off(p, &why);
		return;
	}
	p->run.failures = 0;
	backoff_reset(&p->backoff);
	if (!clamp_window(p))
		p->run.in_window = false;
	else
		take_root(p, doc_root(doc));
	doc_free(doc);
}

static void
take_root(struct poller *p, const struct val *root)
{
	struct run *r = &p->run;
	const struct val *items = val_member(root, p->stream->list);
	int64_t next = api_next_page(root, r->list_page);
	struct err why;

	if (val_count(items) == 0 || p->stream->by_range)
		next = 0;
	if (is_too_long(p, val_count(items), next) &&
	    windows_split(&r->windows, r->window)) {
		r->in_window = false;
		return;
	}
	r->list_paged =
	    r->list_paged || (r->list_page > 1 && val_count(items) > 0);
	if (p->stream->id != NULL)
		take_ids(p, items);
	else if (take_records(p, items, &why) == -1) {
		poller_end_run(p, POLLER_FAILING, &why);
		return;
	}
	turn_page(p, next);
}

/*
 * Is there more than a page? A full one says so, and a second one that is not
 * empty; a next page that is merely announced may be empty.
 */
static bool
is_too_long(const struct poller *p, size_t count, int64_t next)
{
	const struct run *r = &p->run;

	if (r->list_pass > 1)
		return false;
	if (r->list_page > 1)
		return count > 0;
	return next != 0 && count >= p->conf->page_size;
}

/*
 * The reply shows the data as it was at the server's own time. A clock of ours
 * that runs ahead must not carry the cursor past that. False when nothing of
 * the window is in the past yet.
 */
static bool
clamp_window(struct poller *p)
{
	struct window *w = &p->run.window;
	int64_t newest_s = plan_newest_s(p);

	if (w->to_s > newest_s)
		w->to_s = newest_s;
	return w->from_s < w->to_s;
}

static void
turn_page(struct poller *p, int64_t next)
{
	struct run *r = &p->run;

	if (next != 0 && r->list_page < LIST_IDS_MAX / p->conf->page_size) {
		r->list_page = next;
		return;
	}
	if (next != 0)
		log_warn("intake",
		    "one second's list has over %d entries, the rest is not "
		    "asked for source=%s stream=%s",
		    LIST_IDS_MAX, p->conf->name, p->stream->name);
	r->listed = !r->list_paged || !r->list_brought ||
	    r->list_pass >= LIST_PASSES_MAX;
	r->list_page = 1;
	r->list_pass++;
	r->list_brought = false;
}

static void
take_ids(struct poller *p, const struct val *items)
{
	for (size_t i = 0; i < val_count(items); i++) {
		struct text id =
		    val_member_text(val_item(items, i), p->stream->id);

		if (id.len > ID_MAX_BYTES ||
		    (id.len > 0 && memchr(id.ptr, '\0', id.len) != NULL))
			log_warn("intake",
			    "the API lists an odd id of %zu octets, it is "
			    "ignored "
			    "source=%s stream=%s",
			    id.len, p->conf->name, p->stream->name);
		else if (!text_is_empty(id) &&
		    (p->errand.until_s != 0 || !retries_has(p->retries, id)))
			take_id(p, id);
	}
}

static void
take_id(struct poller *p, struct text id)
{
	enum recall recall = recall_id(p, id);

	if (recall == RECALL_FRESH ||
	    !keyset_add(&p->run.met, recall_key(p, id)))
		return;
	p->run.list_brought = true;
	detail_add(
	    p, id, recall == RECALL_STALE && p->run.window.kind == WINDOW_LATE);
}

/* A stream without details: what is listed are the records. */
static int
take_records(struct poller *p, const struct val *items, struct err *err)
{
	struct run *r = &p->run;
	struct err last = {ERR_NONE, ""};
	struct taken taken = {.why = &last};

	if (take_items(&p->taker, items, account_server_ms(p->account),
	        &r->list_seen, &taken, err) == -1)
		return -1;
	r->list_brought = r->list_brought || taken.fresh > 0;
	r->fetched += taken.fresh;
	r->records += taken.records;
	r->updates += taken.updates;
	if (taken.records > 0)
		run_gathered(p);
	if (taken.failed > 0)
		log_error("intake",
		    "%u records cannot be sent: %s source=%s stream=%s",
		    taken.failed, last.text, p->conf->name, p->stream->name);
	return 0;
}
