/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "intake/api.h"
#include "intake/decode.h"
#include "intake/detail.h"
#include "intake/explain.h"
#include "intake/isolate.h"
#include "intake/listed.h"
#include "intake/listing.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "io/log.h"
#include "io/timer.h"

/* Of one second, about. */
#define LIST_IDS_MAX 50000
#define LIST_PAGES_MAX 1000
#define LIST_PASSES_MAX 4
/* At a turn: each may be read from a page of the ledger that is not mapped. */
#define SLICE_ITEMS 50
/* What is larger is taken at once, if no other is begun: several decoded ones
 * would be too much. */
#define SLICED_MAX_BYTES ((size_t)1 << 20)

struct listed {
	struct doc *doc;
	const struct val *items;
	size_t at;    /* of them, the next */
	int64_t next; /* page; 0: none */
	struct explain_ids ids;
	unsigned unwanted;
};

static struct listing *page_at_hand(const struct run *r);
static bool take_slice(struct listing *l);
static void take_ids(struct listing *l, size_t end);
static void take_id(struct listing *l, struct text id, struct explain_ids *ids);
static int take_records(struct listing *l, size_t end, struct err *err);
static void tell(struct listing *l);
static void turn_page(struct listing *l, int64_t next);
static void tell_full(const struct listing *l);
static void lacks_ids(struct listing *l);
static void is_listed(struct listing *l);
static void note_yield(struct run *r, size_t ids);

void
listed_put(struct listing *l, struct doc *doc, int64_t next, size_t octets)
{
	struct poller *p = l->poller;
	struct listed *page = xcalloc(1, sizeof(*page));
	const struct listing *first;

	page->doc = doc;
	page->items = val_member(doc_root(doc), p->stream->list);
	page->next = next;
	l->taken = page;
	p->run.lists_asked++;
	first = page_at_hand(&p->run);
	if (octets <= SLICED_MAX_BYTES || first->taken->at != 0) {
		timer_set(p->slicer, 0);
		return;
	}
	while (take_slice(l))
		;
}

void
listed_drop(struct listing *l)
{
	if (l->taken == NULL)
		return;
	l->poller->run.lists_asked--;
	doc_free(l->taken->doc);
	free(l->taken);
	l->taken = NULL;
}

void
listed_end(struct listing *l)
{
	turn_page(l, 0);
}

void
listed_on_timer(void *poller)
{
	struct poller *p = poller;
	struct listing *l = page_at_hand(&p->run);

	if (l != NULL)
		(void)take_slice(l);
	if (page_at_hand(&p->run) != NULL)
		timer_set(p->slicer, 0);
	run_pump(p);
}

/* One that is begun goes first: what is twice on a page is known by that. */
static struct listing *
page_at_hand(const struct run *r)
{
	struct listing *l, *first = NULL;

	TAILQ_FOREACH(l, &r->listings, next)
	{
		if (l->taken != NULL && l->taken->at != 0)
			return l;
		if (l->taken != NULL && first == NULL)
			first = l;
	}
	return first;
}

/* True when there is more of it. Otherwise the listing may be gone. */
static bool
take_slice(struct listing *l)
{
	struct poller *p = l->poller;
	struct listed *page = l->taken;
	size_t count = val_count(page->items), end = page->at + SLICE_ITEMS;
	int64_t next = page->next;
	struct err why;

	if (end > count)
		end = count;
	if (p->stream->id != NULL) {
		take_ids(l, end);
	} else if (take_records(l, end, &why) == -1) {
		poller_end_run(p, POLLER_FAILING, &why);
		return false;
	}
	page->at = end;
	if (end < count)
		return true;
	l->paged = l->paged || (l->page > 1 && count > 0);
	tell(l);
	listed_drop(l);
	turn_page(l, next);
	return false;
}

static void
take_ids(struct listing *l, size_t end)
{
	struct poller *p = l->poller;
	struct listed *page = l->taken;

	for (size_t i = page->at; i < end; i++) {
		struct text id =
		    val_member_text(val_item(page->items, i), p->stream->id);

		if (!api_is_id(id))
			l->odd++;
		else if (p->errand.until_s == 0 && retries_has(p->retries, id))
			page->ids.met++;
		else
			take_id(l, id, &page->ids);
	}
}

static void
take_id(struct listing *l, struct text id, struct explain_ids *ids)
{
	struct poller *p = l->poller;
	enum recall recall = recall_id(l, id);
	struct detail *d;

	if (recall == RECALL_FRESH) {
		ids->known++;
		return;
	}
	if (!keyset_add(&p->run.met, recall_key(p, id))) {
		ids->met++;
		return;
	}
	*(recall == RECALL_UNKNOWN ? &ids->unknown : &ids->again) += 1;
	l->brought = true;
	d = detail_add(p, id, &l->ids);
	/* What is unknown is news, wherever it shows up. */
	d->is_late = l->window.kind == WINDOW_LATE && recall != RECALL_UNKNOWN;
	d->is_lost = recall == RECALL_LOST;
	d->is_quiet = recall == RECALL_QUIET;
}

/* A stream without details: what is listed are the records. */
static int
take_records(struct listing *l, size_t end, struct err *err)
{
	struct poller *p = l->poller;
	struct listed *page = l->taken;
	struct run *r = &p->run;
	struct err last = {ERR_NONE, ""};
	struct taken taken = {.why = &last};

	p->taker.is_part =
	    l->page > 1 || (page->next != 0 && l->peek != PEEK_WHOLE);
	if (run_settle(p, err) == -1 ||
	    take_items(&p->taker, page->items, page->at, end,
	        account_server_ms(p->account), &r->list_seen, &taken,
	        err) == -1)
		return -1;
	l->brought = l->brought || taken.fresh > 0;
	r->fetched += taken.fresh;
	r->records += taken.records;
	r->updates += taken.updates;
	if (taken.records > 0)
		run_gathered(p);
	page->unwanted += taken.unwanted;
	/* Now: the commit that has it as told may come before the next slice. */
	if (taken.failed > 0)
		notice_unsent(p, (struct text){NULL, 0}, taken.failed, &last);
	page->ids.unknown += taken.records;
	page->ids.known += taken.fresh - taken.records;
	page->ids.met += end - page->at - taken.fresh;
	return 0;
}

static void
tell(struct listing *l)
{
	struct poller *p = l->poller;
	const struct listed *page = l->taken;

	if (page->unwanted > 0)
		explain(p,
		    "records are left out by what destinations ask for "
		    "count=%u",
		    page->unwanted);
	explain_list(l, &page->ids);
	note_yield(&p->run,
	    p->stream->id != NULL ? page->ids.unknown + page->ids.again : 0);
}

static void
turn_page(struct listing *l, int64_t next)
{
	struct poller *p = l->poller;

	if (next != 0 && l->page < LIST_PAGES_MAX &&
	    (uint64_t)l->page * l->count < LIST_IDS_MAX) {
		l->page = next;
		return;
	}
	if (next != 0)
		log_warn("intake",
		    "one second's list goes on behind page %lld, the rest is "
		    "not asked for: nothing is to be done here, the portal has "
		    "them source=%s stream=%s",
		    (long long)l->page, p->conf->name, p->stream->name);
	if (next == 0)
		tell_full(l);
	l->page = 1;
	if (l->odd > 0) {
		lacks_ids(l);
		return;
	}
	if (!l->paged || !l->brought || l->pass >= LIST_PASSES_MAX)
		is_listed(l);
	l->pass++;
	l->brought = false;
}

/*
 * It is full, and it is the last. A longer window would have been halved. Of what
 * has ids the next page was asked for, and cannot be had or is the same again: see
 * paging.h.
 */
static void
tell_full(const struct listing *l)
{
	struct poller *p = l->poller;

	if (p->stream->by_range || p->page_told ||
	    (p->stream->id == NULL && l->page > 1) ||
	    l->count < p->conf->page_size)
		return;
	p->page_told = true;
	log_warn("intake",
	    "one second's list has as many entries as were asked for, and "
	    "names no next page: if there are more, they are not to be had: "
	    "nothing is to be done here, the portal has them source=%s "
	    "stream=%s",
	    p->conf->name, p->stream->name);
}

/* What has an id is fetched; that of the others may come later. */
static void
lacks_ids(struct listing *l)
{
	const char *id = l->poller->stream->id;
	struct err why;

	(void)err_set(&why, ERR_BAD,
	    "%zu of its entries have no usable \"%s\", the others are taken",
	    l->odd, id);
	l->odd = 0;
	isolate_put_off(l, &why);
}

static void
is_listed(struct listing *l)
{
	struct run *r = &l->poller->run;

	l->listed = true;
	l->upto = r->numbers;
	r->refused = false;
}

/* So that lists that bring little are asked for in larger numbers. */
static void
note_yield(struct run *r, size_t ids)
{
	r->list_yield = (3 * r->list_yield + ids) / 4;
}
