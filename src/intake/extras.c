/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One after the other, each through the budget like any request.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/decode.h"
#include "intake/detail.h"
#include "intake/entries.h"
#include "intake/explain.h"
#include "intake/extras.h"
#include "intake/owed.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "io/http.h"
#include "io/log.h"

#define ATTEMPTS_MAX 2
/* After so many in a row that could not be had a poll does without. */
#define IN_A_ROW_MAX 3

static void throttled(
    struct detail *d, const struct http_reply *reply, const struct err *why);
static void take_body(struct detail *d, const struct http_reply *reply);
static bool is_wanted(const struct poller *p, size_t i);
static void next(struct detail *d);
static void go_without(
    struct detail *d, const struct err *why, bool is_passing);
static void try_again(struct detail *d, const struct err *why);

bool
extras_are_due(const struct detail *d)
{
	return !d->has_extras && !extras_are_out(d->poller) &&
	    extras_are_wanted(d->poller);
}

bool
extras_are_out(const struct poller *p)
{
	return p->run.extras_lost >= IN_A_ROW_MAX;
}

bool
extras_are_wanted(const struct poller *p)
{
	for (size_t i = 0; i < NORMALISE_EXTRAS; i++)
		if (is_wanted(p, i))
			return true;
	return false;
}

enum addition
extras_addition(const struct detail *d)
{
	if (d->poller->errand.dry != NULL || !extras_are_wanted(d->poller))
		return ADDITION_NONE;
	return d->has_extras && !d->lacks_extras ? ADDITION_HERE
	                                         : ADDITION_OWED;
}

void
extras_begin(struct detail *d, struct doc *page)
{
	d->waiting = page;
	d->has_extras = true;
	d->in_extras = true;
	d->extra = 0;
	d->attempts = d->throttled = 0;
	explain(d->poller, "detail waits for its additions%s id=%s",
	    d->is_owed ? ", which it lacks" : "", d->id);
	if (!is_wanted(d->poller, 0))
		next(d);
	else
		TAILQ_INSERT_HEAD(&d->poller->run.ready, d, next);
}

void
extras_put_url(const struct detail *d, struct buf *out)
{
	const struct poller *p = d->poller;

	api_extra_url(out, p->conf->host, p->stream, text_of(d->id),
	    p->stream->extras[d->extra].path);
}

void
extras_took(
    struct detail *d, const struct http_reply *reply, const struct err *failure)
{
	struct poller *p = d->poller;
	struct err why;

	if (failure != NULL && failure->code == ERR_AGAIN) {
		try_again(d, failure);
		return;
	}
	if (failure != NULL) {
		go_without(d, failure, true);
		return;
	}
	switch (api_judge(reply, false, account_token(p->account), &why)) {
	case API_OK:
		take_body(d, reply);
		break;
	case API_SLOWER:
		throttled(d, reply, &why);
		break;
	case API_AGAIN:
		try_again(d, &why);
		break;
	case API_GONE:
		/* It answers, and there is none: nothing is owed. */
		p->run.extras_lost = 0;
		go_without(d, &why, false);
		break;
	case API_DENIED:
	case API_REFUSED:
		go_without(d, &why, true);
		break;
	}
}

/* It may be about these documents alone, and without end. A dry run has no time
 * to wait. */
static void
throttled(
    struct detail *d, const struct http_reply *reply, const struct err *why)
{
	struct poller *p = d->poller;

	if (p->errand.dry == NULL)
		run_slow_down(p, reply, why);
	if (p->errand.dry != NULL || ++d->throttled >= ATTEMPTS_MAX)
		go_without(d, why, true);
	else
		TAILQ_INSERT_HEAD(&p->run.ready, d, next);
}

/* Without a list of its own it is somebody's error, and not "there is none". */
static void
take_body(struct detail *d, const struct http_reply *reply)
{
	struct poller *p = d->poller;
	const struct stream_extra *extra = &p->stream->extras[d->extra];
	struct err why;
	struct doc *doc = decode(
	    p->decoder, (struct text){reply->body, reply->body_len}, &why);
	const struct val *root = doc_root(doc);

	if (doc != NULL && !val_is_array(val_member(root, extra->lists[0])) &&
	    (extra->lists[1] == NULL ||
	        !val_is_array(val_member(root, extra->lists[1])))) {
		(void)err_set(
		    &why, ERR_BAD, "the reply has no \"%s\"", extra->lists[0]);
		doc_free(doc);
		doc = NULL;
	}
	if (doc == NULL) {
		try_again(d, &why);
		return;
	}
	d->extras[d->extra] = doc;
	if (extra->by_message)
		d->entries[d->extra] =
		    entries_new(val_member(root, extra->lists[0]));
	p->run.extras_lost = 0;
	next(d);
}

static bool
is_wanted(const struct poller *p, size_t i)
{
	const struct stream_extra *extra = &p->stream->extras[i];

	return extra->path != NULL &&
	    (extra->bit == 0 || (p->conf->enrich & extra->bit) != 0);
}

/* The next document, or back to the page that waits for them. */
static void
next(struct detail *d)
{
	struct doc *page = d->waiting;

	d->attempts = d->throttled = 0;
	while (++d->extra < NORMALISE_EXTRAS)
		if (is_wanted(d->poller, d->extra)) {
			TAILQ_INSERT_HEAD(&d->poller->run.ready, d, next);
			return;
		}
	d->in_extras = false;
	d->waiting = NULL;
	detail_take(d, doc_root(page));
	doc_free(page);
}

static void
go_without(struct detail *d, const struct err *why, bool is_passing)
{
	struct poller *p = d->poller;

	log_warn("intake",
	    "%s of %s cannot be had, its records go without%s: %s source=%s "
	    "stream=%s",
	    p->stream->extras[d->extra].path, d->id,
	    !is_passing               ? ", which is their end"
	        : poller_is_errand(p) ? " for now"
	                              : " for now, and they are asked for "
	                                "again later",
	    why->text, p->conf->name, p->stream->name);
	if (is_passing) {
		d->lacks_extras = true;
		p->run.extras_why = *why;
		if (++p->run.extras_lost == IN_A_ROW_MAX &&
		    p->errand.dry == NULL) {
			log_warn("intake",
			    "the rest of this poll goes without, and is asked "
			    "for later source=%s stream=%s",
			    p->conf->name, p->stream->name);
			owed_drop(p);
		}
	}
	next(d);
}

/* Without a pause: one that is due shows in the requests that matter. */
static void
try_again(struct detail *d, const struct err *why)
{
	if (++d->attempts >= ATTEMPTS_MAX) {
		go_without(d, why, true);
		return;
	}
	explain(d->poller, "addition is asked for once more: %s id=%s",
	    why->text, d->id);
	TAILQ_INSERT_TAIL(&d->poller->run.again, d, next);
}
