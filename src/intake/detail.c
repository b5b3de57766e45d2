/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One threat: its pages one after the other until there is no next one or a
 * page brings nothing new. What fails in passing is tried again a few times;
 * what keeps failing goes to the retry list, so that it stops nothing else.
 */
#include "config.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/cursors.h"
#include "intake/decode.h"
#include "intake/detail.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/server_time.h"
#include "io/http.h"
#include "io/log.h"
#include "spool/batch.h"

#define URL_MAX_BYTES 8192
/* The API's own ceiling is 2,000 messages a threat. */
#define DETAIL_MAX_BYTES (64U << 20)
#define ATTEMPTS_MAX 3
/* Passing failures, or refusals, in a row that mean more than bad ids. */
#define IN_A_ROW_MAX 3

static void on_detail(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void took_reply(struct detail *d, const struct http_reply *reply);
static void take_body(struct detail *d, const struct http_reply *reply);
static void page_taken(
    struct detail *d, const struct val *root, const struct taken *taken);
static void complete(struct detail *d, const struct val *root);
static void denied(struct detail *d, int status, const struct err *why);
static void try_again(struct detail *d, const struct err *why);
static void put_off(struct detail *d, const struct err *why);

void
detail_add(struct poller *p, struct text id)
{
	struct detail *d = xcalloc(1, sizeof(*d));

	d->poller = p;
	d->id = xstrndup(id.ptr, id.len);
	d->page = 1;
	TAILQ_INSERT_TAIL(&p->run.ready, d, next);
}

void
detail_free(struct detail *d)
{
	http_cancel(d->call);
	keyset_clear(&d->seen);
	free(d->id);
	free(d);
}

void
detail_start(struct detail *d)
{
	struct poller *p = d->poller;
	struct buf url;

	buf_init(&url, URL_MAX_BYTES);
	api_detail_url(&url, p->conf->host, p->stream, text_of(d->id), d->page);
	TAILQ_INSERT_TAIL(&p->run.active_details, d, next);
	p->run.in_flight++;
	if (buf_putc(&url, '\0') == -1 || url.overflow)
		abort();
	d->call = run_get(p, url.data, DETAIL_MAX_BYTES, on_detail, d);
	buf_clear(&url);
}

static void
on_detail(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct detail *d = arg;
	struct poller *p = d->poller;

	d->call = NULL;
	TAILQ_REMOVE(&p->run.active_details, d, next);
	p->run.in_flight--;
	if (failure == NULL)
		took_reply(d, reply);
	else if (failure->code == ERR_FULL)
		put_off(d, failure);
	else
		try_again(d, failure);
	run_pump(p);
}

static void
took_reply(struct detail *d, const struct http_reply *reply)
{
	struct poller *p = d->poller;
	struct err why;

	poller_note_reply(p, reply);
	switch (api_judge(reply, false, p->token, &why)) {
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
		put_off(d, &why);
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
	struct err why, last = {ERR_NONE, ""};
	struct taken taken = {.why = &last};
	struct doc *doc = decode(
	    p->decoder, (struct text){reply->body, reply->body_len}, &why);

	if (doc == NULL) {
		try_again(d, &why);
		return;
	}
	if (take_page(&p->taker, doc_root(doc), text_of(d->id),
	        loop_wall_ms(p->world.loop), &d->seen, &taken, &why) == -1) {
		if (why.code == ERR_BAD) {
			try_again(d, &why);
		} else {
			detail_free(d);
			poller_end_run(p, POLLER_FAILING, &why);
		}
	} else {
		p->run.failures = 0;
		p->run.denials = 0;
		p->run.throttles = 0;
		p->run.records += taken.records;
		p->run.updates += taken.updates;
		if (taken.records > 0)
			run_gathered(p);
		if (taken.failed > 0)
			log_error("intake",
			    "%u messages cannot be sent: %s threat=%s "
			    "source=%s",
			    taken.failed, last.text, d->id, p->conf->name);
		page_taken(d, doc_root(doc), &taken);
	}
	doc_free(doc);
}

static void
page_taken(struct detail *d, const struct val *root, const struct taken *taken)
{
	int64_t next = api_next_page(root, d->page);

	/* The page number may be ignored: then the same comes again. */
	if (next == 0 || taken->fresh == 0) {
		complete(d, root);
		return;
	}
	d->page = next;
	d->attempts = 0;
	TAILQ_INSERT_HEAD(&d->poller->run.ready, d, next);
}

static void
complete(struct detail *d, const struct val *root)
{
	struct poller *p = d->poller;
	struct text id = text_of(d->id);
	int64_t recipients;

	if (val_int(val_member(root, p->stream->item_count), &recipients) &&
	    (int64_t)d->seen.count < recipients)
		log_warn("intake",
		    "the API shows %zu messages of a threat with %lld "
		    "recipients threat=%s source=%s",
		    d->seen.count, (long long)recipients, d->id, p->conf->name);
	parent_put(p, id);
	retries_done(p->retries, p->batch, id);
	run_gathered(p);
	p->run.fetched++;
	detail_free(d);
}

/*
 * A refusal of one id is that id's trouble; of several in a row, the token's
 * or the tenant's.
 */
static void
denied(struct detail *d, int status, const struct err *why)
{
	struct poller *p = d->poller;

	if (++p->run.denials < IN_A_ROW_MAX && status != 401) {
		put_off(d, why);
		return;
	}
	/* Its window is listed again; the cursor has not moved. */
	detail_free(d);
	poller_end_run(
	    p, status == 402 ? POLLER_UNLICENSED : POLLER_DENIED, why);
}

static void
try_again(struct detail *d, const struct err *why)
{
	struct poller *p = d->poller;

	if (++d->attempts >= ATTEMPTS_MAX) {
		put_off(d, why);
	} else {
		log_debug("intake", "%s threat=%s source=%s", why->text, d->id,
		    p->conf->name);
		TAILQ_INSERT_TAIL(&p->run.ready, d, next);
	}
	if (++p->run.failures >= IN_A_ROW_MAX)
		run_back_off(p, why);
}

static void
put_off(struct detail *d, const struct err *why)
{
	struct poller *p = d->poller;

	if (retries_fail(p->retries, p->batch, text_of(d->id),
	        loop_wall_ms(p->world.loop))) {
		log_warn("intake",
		    "a threat could not be fetched, it is tried again later: "
		    "%s threat=%s source=%s",
		    why->text, d->id, p->conf->name);
	} else {
		p->stats.given_up++;
		log_error("intake",
		    "a threat is given up after 7 days: %s threat=%s "
		    "source=%s",
		    why->text, d->id, p->conf->name);
		notice_given_up(p, text_of(d->id), why);
	}
	run_gathered(p);
	detail_free(d);
}
