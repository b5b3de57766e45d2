/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "conf/conf.h"
#include "intake/api.h"
#include "intake/paging.h"
#include "intake/poller_parts.h"
#include "intake/val.h"
#include "spool/ledger.h"

#define ROUND 5

static bool is_full(const struct listing *l);
static uint64_t first_of(const struct listing *l, const struct val *entries);

int64_t
paging_next(struct listing *l, const struct val *root)
{
	struct poller *p = l->poller;
	const struct val *entries = val_member(root, p->stream->list);
	uint64_t first = l->first;
	bool was_guess = l->page > 1 && l->is_guess;
	int64_t next;

	l->count = val_count(entries);
	if (l->count > p->page_max)
		p->page_max = l->count;
	l->is_guess = false;
	if (p->stream->by_range || l->count == 0)
		return 0;
	next = api_next_page(root, l->page);
	if (next != 0 || p->stream->id == NULL || !is_full(l))
		return next;
	/* An API that knows no pages gives the same one again. */
	l->first = first_of(l, entries);
	l->is_guess = !was_guess || first != l->first;
	return l->is_guess ? l->page + 1 : 0;
}

/* How long pages are at most is a round number. */
static bool
is_full(const struct listing *l)
{
	return l->count >= l->poller->conf->page_size ||
	    (l->count % ROUND == 0 && paging_may_go_on(l, PAGING_USUAL_MIN));
}

static uint64_t
first_of(const struct listing *l, const struct val *entries)
{
	const struct poller *p = l->poller;
	struct text id = val_member_text(val_item(entries, 0), p->stream->id);

	return ledger_state(p->taker.spool, &id, 1);
}

bool
paging_may_go_on(const struct listing *l, size_t page_min)
{
	const struct poller *p = l->poller;

	if (l->count >= p->conf->page_size)
		return true;
	if (poller_is_errand(p) && p->beside != NULL &&
	    l->count < p->beside->page_max)
		return false;
	return l->count >= page_min && l->count >= p->page_max;
}

bool
paging_is_too_long(const struct listing *l)
{
	const struct poller *p = l->poller;

	if (l->pass > 1)
		return false;
	if (l->page > 1)
		return l->count > 0;
	return !p->stream->by_range && l->count >= p->conf->page_size;
}
