/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run walks windows of time. Each is listed, then the details of its ids are
 * fetched, then the cursor moves to its end: in the same transaction as what
 * was found in it, or in a later one. run_pump is the only place that starts
 * anything, so the budget, the ceiling on requests in flight, back-off and a
 * full spool are each looked at once.
 */
#include "config.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "base/rng.h"
#include "conf/conf.h"
#include "intake/bearer.h"
#include "intake/cursors.h"
#include "intake/decode.h"
#include "intake/detail.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/server_time.h"
#include "io/http.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define URL_MAX_BYTES 8192
#define LIST_MAX_BYTES (8U << 20)
/* The API's ids have 36. */
#define ID_MAX_BYTES 200
#define STEP_S (24 * 3600)
/* Pages of one second's list, with the default page size 50,000 threats. */
#define LIST_PAGES_MAX 100
#define COMMIT_AGE_MS 1000
#define FULL_LOOK_MS 5000
#define THROTTLE_MS 60000
#define THROTTLE_MAX_MS 900000
#define THROTTLE_JITTER_MS 10000

static bool may_go_on(struct poller *p);
static bool commit_is_due(const struct poller *p, int64_t now_ms);
static bool step(struct poller *p);
static bool have_budget(struct poller *p);
static void open_window(struct poller *p, struct window window);
static void close_window(struct poller *p);
static void start_list(struct poller *p);
static void on_list(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void list_failed(struct poller *p, const struct err *failure);
static void take_list(struct poller *p, const struct http_reply *reply);
static bool clamp_window(struct poller *p);
static void take_ids(struct poller *p, const struct val *items);
static void want_id(struct poller *p, struct text id);
static void suspend(struct poller *p, int64_t wait_ms, const struct err *why);

int
run_start(struct poller *p, struct err *err)
{
	struct run *r = &p->run;
	int64_t to_s, late_s;
	struct text id;

	if (spool_is_failed(p->world.spool) &&
	    spool_recover(p->world.spool, err) == -1)
		return -1;
	if (bearer_read(p->conf, &p->token, err) == -1 ||
	    cursors_load(p, err) == -1)
		return -1;
	r->active = true;
	r->started_ms = loop_now_ms(p->world.loop);
	to_s = (poller_server_ms(p) - p->conf->lag_ms) / 1000;
	late_s = p->cursors_s[WINDOW_NEW] - p->conf->overlap_ms / 1000;
	if (late_s < p->origin_s)
		late_s = p->origin_s;
	/* The last to be pushed is the first to be walked. */
	windows_push_steps(
	    &r->windows, WINDOW_LATE, late_s, p->cursors_s[WINDOW_NEW], STEP_S);
	windows_push_steps(&r->windows, WINDOW_CHANGED,
	    p->cursors_s[WINDOW_CHANGED], to_s, STEP_S);
	windows_push_steps(
	    &r->windows, WINDOW_NEW, p->cursors_s[WINDOW_NEW], to_s, STEP_S);
	for (size_t i = 0;
	     retries_due(p->retries, loop_wall_ms(p->world.loop), i, &id); i++)
		want_id(p, id);
	return 0;
}

void
run_clear(struct poller *p)
{
	struct run *r = &p->run;

	http_cancel(r->list_call);
	r->list_call = NULL;
	while (!TAILQ_EMPTY(&r->active_details)) {
		struct detail *d = TAILQ_FIRST(&r->active_details);

		TAILQ_REMOVE(&r->active_details, d, next);
		detail_free(d);
	}
	while (!TAILQ_EMPTY(&r->ready)) {
		struct detail *d = TAILQ_FIRST(&r->ready);

		TAILQ_REMOVE(&r->ready, d, next);
		detail_free(d);
	}
	windows_clear(&r->windows);
	keyset_clear(&r->met);
	keyset_clear(&r->parents);
	memset(r, 0, sizeof(*r));
	TAILQ_INIT(&r->ready);
	TAILQ_INIT(&r->active_details);
}

void
run_pump(struct poller *p)
{
	while (p->run.active && may_go_on(p) && step(p))
		;
}

static bool
may_go_on(struct poller *p)
{
	int64_t now_ms = loop_now_ms(p->world.loop);
	struct spool_usage usage;
	struct err why;

	if (commit_is_due(p, now_ms) && run_commit(p, &why) == -1) {
		if (why.code == ERR_FULL)
			run_wait_for_room(p);
		else
			poller_end_run(p, POLLER_FAILING, &why);
		return false;
	}
	if (now_ms < p->run.resume_ms) {
		timer_set(p->timer, p->run.resume_ms - now_ms);
		return false;
	}
	spool_usage(p->world.spool, &usage);
	if (usage.full) {
		/* A full disk that has room again shows it to a commit. */
		(void)spool_prove(p->world.spool, NULL);
		spool_usage(p->world.spool, &usage);
	}
	if (usage.full && p->taker.dry == NULL) {
		run_wait_for_room(p);
		return false;
	}
	if (p->full_told)
		log_info("intake",
		    "there is room in the spool again, polling goes on "
		    "source=%s",
		    p->conf->name);
	p->full_told = false;
	p->stats.state = POLLER_POLLING;
	return true;
}

static bool
commit_is_due(const struct poller *p, int64_t now_ms)
{
	if (p->run.gathered_ms == 0)
		return false;
	return batch_bytes(p->batch) >= POLLER_COMMIT_BYTES ||
	    batch_records(p->batch) >= POLLER_COMMIT_RECORDS ||
	    now_ms - p->run.gathered_ms >= COMMIT_AGE_MS ||
	    now_ms < p->run.resume_ms;
}

/* Nothing is dropped: the API keeps what is not asked for yet. */
void
run_wait_for_room(struct poller *p)
{
	static const struct err why = {ERR_FULL,
	    "the spool is full: polling is paused until records are "
	    "delivered"};

	if (!p->full_told)
		log_warn("intake", "%s source=%s", why.text, p->conf->name);
	p->full_told = true;
	suspend(p, FULL_LOOK_MS, &why);
	timer_set(p->timer, FULL_LOOK_MS);
}

/* One thing at most; true when there may be more to do at once. */
static bool
step(struct poller *p)
{
	struct run *r = &p->run;
	unsigned limit = r->failures > 0 ? 1 : p->conf->max_in_flight;
	struct window window;
	struct detail *d;

	if (r->list_call != NULL)
		return false;
	d = TAILQ_FIRST(&r->ready);
	if (d != NULL) {
		if (r->in_flight >= limit || !have_budget(p))
			return false;
		TAILQ_REMOVE(&r->ready, d, next);
		detail_start(d);
		return true;
	}
	if (r->in_flight > 0)
		return false;
	if (r->in_window && r->listed) {
		close_window(p);
	} else if (r->in_window) {
		if (have_budget(p))
			start_list(p);
		return false;
	} else if (windows_pop(&r->windows, &window)) {
		open_window(p, window);
	} else {
		poller_end_run(p, POLLER_OK, NULL);
	}
	return true;
}

static bool
have_budget(struct poller *p)
{
	int64_t wait_ms =
	    bucket_take(&p->bucket, 0, loop_now_ms(p->world.loop));

	if (wait_ms == 0)
		return true;
	timer_set(p->timer, wait_ms);
	return false;
}

static void
open_window(struct poller *p, struct window window)
{
	p->run.window = window;
	p->run.in_window = true;
	p->run.listed = false;
	p->run.list_page = 1;
}

static void
close_window(struct poller *p)
{
	const struct window *w = &p->run.window;

	p->run.in_window = false;
	if (w->kind == WINDOW_LATE)
		return;
	p->cursors_s[w->kind] = w->to_s;
	cursors_put(p, w->kind);
	run_gathered(p);
}

struct http_call *
run_get(struct poller *p, const char *url, size_t max_bytes, http_done_fn *done,
    void *arg)
{
	const struct http_request request = {
	    .url = url,
	    .bearer = p->token,
	    .user_agent = "cefd/" PACKAGE_VERSION,
	    .ca_file = p->conf->ca_file,
	    .proxy = p->conf->proxy,
	    .timeout_ms = p->conf->timeout_ms,
	    .max_bytes = max_bytes,
	};

	p->run.requests++;
	p->stats.requests++;
	log_debug("intake", "GET %s source=%s", url, p->conf->name);
	return http_get(p->world.http, &request, done, arg);
}

static void
start_list(struct poller *p)
{
	struct buf url;

	buf_init(&url, URL_MAX_BYTES);
	api_list_url(&url, p->conf->host, p->stream, &p->run.window,
	    p->conf->page_size, p->run.list_page);
	(void)buf_putc(&url, '\0');
	p->run.list_call = run_get(p, url.data, LIST_MAX_BYTES, on_list, p);
	buf_clear(&url);
}

static void
on_list(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct poller *p = arg;
	struct err why;

	p->run.list_call = NULL;
	if (failure != NULL) {
		list_failed(p, failure);
		run_pump(p);
		return;
	}
	poller_note_reply(p, reply);
	switch (api_judge(reply, true, p->token, &why)) {
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
	case API_GONE:
		poller_end_run(p, POLLER_FAILING, &why);
		break;
	case API_AGAIN:
		run_back_off(p, &why);
		break;
	}
	run_pump(p);
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
	struct run *r = &p->run;
	struct err why;
	struct doc *doc = decode(
	    p->decoder, (struct text){reply->body, reply->body_len}, &why);
	const struct val *root = doc_root(doc);
	const struct val *items = val_member(root, p->stream->list);
	int64_t next = api_next_page(root, r->list_page);

	if (doc != NULL && !val_is_object(root)) {
		(void)err_set(&why, ERR_BAD, "a list is not a JSON object");
		doc_free(doc);
		doc = NULL;
	}
	if (doc == NULL) {
		run_back_off(p, &why);
		return;
	}
	r->failures = 0;
	backoff_reset(&p->backoff);
	if (val_count(items) == 0)
		next = 0;
	if (!clamp_window(p)) {
		r->in_window = false;
	} else if (next != 0 && r->list_page == 1 &&
	    windows_split(&r->windows, r->window)) {
		r->in_window = false;
	} else {
		take_ids(p, items);
		r->listed = next == 0 || r->list_page >= LIST_PAGES_MAX;
		if (r->listed && next != 0)
			log_warn("intake",
			    "one second's list has over %d pages, the rest is "
			    "looked for later source=%s",
			    LIST_PAGES_MAX, p->conf->name);
		r->list_page = next;
	}
	doc_free(doc);
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
	int64_t newest_s = (poller_server_ms(p) - p->conf->lag_ms) / 1000;

	if (w->to_s > newest_s)
		w->to_s = newest_s;
	return w->from_s < w->to_s;
}

static void
take_ids(struct poller *p, const struct val *items)
{
	for (size_t i = 0; i < val_count(items); i++) {
		struct text id =
		    val_member_text(val_item(items, i), p->stream->id);

		if (id.len > ID_MAX_BYTES)
			log_warn("intake",
			    "the API lists an id of %zu octets, it is ignored "
			    "source=%s",
			    id.len, p->conf->name);
		if (text_is_empty(id) || id.len > ID_MAX_BYTES ||
		    retries_has(p->retries, id))
			continue;
		if (p->run.window.kind == WINDOW_LATE && parent_is_known(p, id))
			continue;
		want_id(p, id);
	}
}

static void
want_id(struct poller *p, struct text id)
{
	if (keyset_add(&p->run.met, parent_key(p, id)))
		detail_add(p, id);
}

void
run_slow_down(
    struct poller *p, const struct http_reply *reply, const struct err *why)
{
	struct run *r = &p->run;
	int64_t wait_ms = reply->retry_after_ms;

	/* The others in flight are told the same. */
	if (loop_now_ms(p->world.loop) < r->resume_ms)
		return;
	if (wait_ms <= 0) {
		wait_ms = THROTTLE_MS;
		for (unsigned i = 0; i < r->throttles; i++)
			wait_ms *= 2;
	}
	if (wait_ms > THROTTLE_MAX_MS)
		wait_ms = THROTTLE_MAX_MS;
	else
		r->throttles++;
	if (reply->retry_after_ms <= 0)
		wait_ms += (int64_t)rng_below(p->world.rng, THROTTLE_JITTER_MS);
	log_warn("abnormal-security", "%s source=%s, going on in %.1f s",
	    why->text, p->conf->name, (double)wait_ms / 1000);
	suspend(p, wait_ms, why);
}

void
run_back_off(struct poller *p, const struct err *why)
{
	int64_t wait_ms;

	if (loop_now_ms(p->world.loop) < p->run.resume_ms)
		return;
	p->run.failures++;
	wait_ms = backoff_fail(&p->backoff, p->world.rng);
	log_warn("abnormal-security", "%s source=%s, trying again in %.1f s",
	    why->text, p->conf->name, (double)wait_ms / 1000);
	suspend(p, wait_ms, why);
}

static void
suspend(struct poller *p, int64_t wait_ms, const struct err *why)
{
	if (p->taker.dry != NULL) {
		poller_end_run(p, POLLER_FAILING, why);
		return;
	}
	p->run.resume_ms = loop_now_ms(p->world.loop) + wait_ms;
	p->stats.state = POLLER_BACKING_OFF;
	p->stats.next_poll_ms = loop_wall_ms(p->world.loop) + wait_ms;
	poller_note_error(p, why);
	poller_tell_caller(p, why);
}

void
run_gathered(struct poller *p)
{
	if (p->run.gathered_ms == 0)
		p->run.gathered_ms = loop_now_ms(p->world.loop);
}

int
run_commit(struct poller *p, struct err *err)
{
	size_t records = batch_records(p->batch);

	if (p->taker.dry != NULL || p->run.gathered_ms == 0)
		return 0;
	if (spool_commit(p->world.spool, p->batch, err) == -1)
		return -1;
	batch_reset(p->batch);
	p->run.gathered_ms = 0;
	if (records > 0)
		p->world.committed(p->world.arg);
	return 0;
}
