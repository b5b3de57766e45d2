/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue. An id is fetched once in a run, whichever window has listed it
 * first; so a window that is listed waits for all ids that are known by then,
 * its own or not. They are numbered for that.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/errand.h"
#include "intake/explain.h"
#include "intake/filter_key.h"
#include "intake/listed.h"
#include "intake/listing.h"
#include "intake/listings.h"
#include "intake/noted.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/skip.h"

/* Failures of a list until it is to blame: see isolate.h. */
#define PATIENCE 4
#define PATIENCE_SKIPPED 1

static bool is_fetched(const struct run *r, const struct listing *l);
static bool follows(const struct listing *l, const struct listing *first,
    const struct window *span);

struct listing *
listings_begin(struct poller *p, struct window window)
{
	struct listing *l = xcalloc(1, sizeof(*l));

	l->poller = p;
	l->window = window;
	l->is_resumed = window_is_within(&window, &p->resume);
	l->opened_ms =
	    l->is_resumed ? p->resume_opened_ms : account_server_ms(p->account);
	l->noted_from_s = p->noted.from_s;
	l->page = 1;
	l->pass = 1;
	l->is_skipped = !poller_is_errand(p) && skip_has(p, &window);
	l->patience = l->is_skipped ? PATIENCE_SKIPPED : PATIENCE;
	l->answered_before = l->is_skipped
	    ? 0
	    : p->run.lists_answered[filter_key_of(window.kind)];
	l->others_before = filter_key_is_doubtful(p, window.kind)
	    ? 0
	    : p->run.lists_answered[filter_key_beside(window.kind)];
	TAILQ_INIT(&l->ids);
	TAILQ_INSERT_TAIL(&p->run.listings, l, next);
	explain_window(l);
	return l;
}

struct listing *
listings_next(const struct poller *p)
{
	struct listing *l;

	TAILQ_FOREACH(l, &p->run.listings, next)
	if (!l->listed && l->ask == NULL && l->taken == NULL)
		return l;
	return NULL;
}

bool
listings_halve(struct listing *l, const char *why)
{
	struct window *w = &l->window;
	int64_t middle_s = w->from_s + (w->to_s - w->from_s) / 2;
	struct listing *second;

	if (middle_s == w->from_s)
		return false;
	explain_halves(l->poller, w, why);
	if (l->is_skipped)
		skip_split(l->poller, w, middle_s);
	if (w->kind == WINDOW_LATE)
		l->poller->run.looked_back = true;
	l->page = 1;
	l->peek = PEEK_NONE;
	l->odd = 0;
	l->failures = 0;
	l->wants_probe = false;
	second = xcalloc(1, sizeof(*second));
	*second = *l;
	second->window.from_s = w->to_s = middle_s;
	TAILQ_INIT(&second->ids);
	TAILQ_INSERT_AFTER(&l->poller->run.listings, l, second, next);
	return true;
}

void
listings_drop(struct listing *l)
{
	struct run *r = &l->poller->run;

	if (l->ask != NULL)
		r->lists_asked--;
	account_cancel(l->ask);
	listed_drop(l);
	TAILQ_CONCAT(&r->ready, &l->ids, next);
	TAILQ_REMOVE(&r->listings, l, next);
	free(l);
}

void
listings_drop_unlisted(struct poller *p)
{
	struct listing *l, *next;

	for (l = TAILQ_FIRST(&p->run.listings); l != NULL; l = next) {
		next = TAILQ_NEXT(l, next);
		if (!l->listed)
			listings_drop(l);
	}
}

void
listings_put_back(struct poller *p)
{
	struct listings *listings = &p->run.listings;
	struct listing *l, *before;

	for (l = TAILQ_LAST(listings, listings); l != NULL; l = before) {
		before = TAILQ_PREV(l, listings, next);
		if (l->listed)
			continue;
		windows_push(&p->run.windows, l->window);
		listings_drop(l);
	}
}

bool
listings_end(struct poller *p)
{
	struct run *r = &p->run;
	struct listing *l = TAILQ_FIRST(&r->listings), *next;
	bool any = false;

	for (; l != NULL && is_fetched(r, l); l = next) {
		next = TAILQ_NEXT(l, next);
		any = true;
		/* What is left out of one comes again, as it is due still. */
		if (l->is_skipped && !l->is_lost && !l->is_cut)
			skip_done(p, &l->window);
		if (l->window.kind != WINDOW_LATE) {
			cursors_window_done(p, &l->window);
			errand_window_done(p, &l->window);
			run_moved(p);
		} else if (l->is_cut && !l->is_skipped)
			plan_keep(p, &l->window);
		else if (!l->is_skipped)
			r->looked_back = true;
		if (l->window.kind == WINDOW_LATE && !l->is_cut && !l->is_lost)
			noted_window_done(l);
		listings_drop(l);
	}
	return any;
}

bool
listings_is_done(const struct listing *l)
{
	return is_fetched(&l->poller->run, l) && !l->is_cut;
}

/*
 * An earlier life has noted when it began, and what it has fetched since counts
 * in the window that it has noted: not in what comes after.
 */
struct window
listings_span(const struct poller *p, int64_t *ret_opened_ms)
{
	const struct listing *first = TAILQ_FIRST(&p->run.listings), *l;
	struct window span = {WINDOW_NEW, 0, 0};

	*ret_opened_ms = 0;
	if (first == NULL || first->window.kind == WINDOW_LATE ||
	    first->is_control || poller_is_errand(p))
		return span;
	*ret_opened_ms = first->opened_ms;
	span = first->window;
	for (l = TAILQ_NEXT(first, next); l != NULL && follows(l, first, &span);
	     l = TAILQ_NEXT(l, next))
		span.to_s = l->window.to_s;
	return span;
}

static bool
is_fetched(const struct run *r, const struct listing *l)
{
	const struct detail *oldest = TAILQ_FIRST(&r->details);

	return l->listed && (oldest == NULL || oldest->number >= l->upto);
}

static bool
follows(const struct listing *l, const struct listing *first,
    const struct window *span)
{
	return l->window.kind == span->kind && l->window.from_s == span->to_s &&
	    l->is_resumed == first->is_resumed;
}
