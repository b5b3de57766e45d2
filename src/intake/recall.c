/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's row of an id holds when it was fetched, on the API's clock; the
 * lowest bit says that it was given up then. No time: never, it was listed
 * when the stream began, of the time before (noted.h); then the lowest bit says
 * that it was settled.
 *
 * What the API shows of a known id may change without a trace in any list: a
 * message judged late, a status set without a new time of remediation. So a
 * known id is fetched again when its age has grown by half since the last
 * time; a young one after an hour, an old one after two days.
 *
 * A change that a list does tell of happened before the window's end. Who was
 * fetched well after that has been seen with it, in an earlier life as well: a
 * catch-up that is killed does not begin anew.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/noted.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "intake/wanted.h"
#include "io/loop.h"
#include "spool/batch.h"

#define HOUR_MS INT64_C(3600000)
#define STALE_MIN_MS HOUR_MS
#define STALE_MAX_MS (48 * HOUR_MS)
/* An id is held back, and written down with the time of that, for less. */
#define SEEN_MS HOUR_MS

/* Held back so that many of them share a page of the table, but not so many that
 * the loop stands still for them; what is lost with the process costs a request
 * each, and no record. */
#define PARENTS_MAX 120
#define PARENTS_AGE_MS 1000

static void put_without_time(
    struct poller *p, struct text id, uint64_t is_settled);
static bool find(
    struct poller *p, struct text id, int64_t *ret_ms, bool *ret_lost);

struct ledger_key
recall_key(const struct poller *p, struct text id)
{
	const struct text parts[] = {
	    text_of(p->conf->name), text_of(p->stream->name), id};

	return ledger_key(p->world.spool, parts, 3);
}

enum recall
recall_id(const struct listing *l, struct text id)
{
	struct poller *p = l->poller;
	const struct window *w = &l->window;
	int64_t now_ms = account_server_ms(p->account);
	int64_t fetched_ms = 0, age_ms, stale_ms;
	enum recall stale;
	bool is_lost = false, is_old, is_known;

	if (p->errand.until_s != 0)
		return RECALL_UNKNOWN;
	is_old = w->kind == WINDOW_LATE && w->to_s <= p->origin_s;
	is_known = find(p, id, &fetched_ms, &is_lost);
	/* Before the origin only what is known is looked at, and news. */
	if (!is_known && is_old && noted_is_news(l, id))
		is_old = false;
	if (is_old && fetched_ms == 0 && !is_lost && noted_is_due(l))
		return RECALL_QUIET;
	if (!is_known || fetched_ms == 0)
		return is_old ? RECALL_FRESH : RECALL_UNKNOWN;
	stale = is_lost ? RECALL_LOST : RECALL_STALE;
	/* By a clock that has stepped back since: it says nothing. Less is how
	 * our reckoning of it varies, since a Date has whole seconds. */
	if (fetched_ms > now_ms + WANTED_FUTURE_MS)
		return stale;
	if (w->kind == WINDOW_CHANGED && !is_lost &&
	    fetched_ms >= w->to_s * 1000 + p->conf->lag_ms + SEEN_MS)
		return RECALL_FRESH;
	if (w->kind != WINDOW_LATE)
		return fetched_ms >= l->opened_ms ? RECALL_FRESH : stale;
	age_ms = now_ms - (w->from_s + w->to_s) * 500;
	stale_ms = age_ms / 2;
	if (stale_ms < STALE_MIN_MS)
		stale_ms = STALE_MIN_MS;
	if (stale_ms > STALE_MAX_MS)
		stale_ms = STALE_MAX_MS;
	return now_ms - fetched_ms < stale_ms ? RECALL_FRESH : stale;
}

void
recall_put(struct poller *p, struct text id)
{
	struct run *r = &p->run;

	if (r->parents.count == 0)
		r->parents_ms = loop_now_ms(p->world.loop);
	(void)keyset_add(&r->parents, recall_key(p, id));
	if (r->parents.count >= PARENTS_MAX)
		recall_flush(p);
}

void
recall_put_lost(struct poller *p, struct text id)
{
	int64_t now_ms = account_server_ms(p->account);

	batch_put_ledger(
	    p->batch, recall_key(p, id), (uint64_t)now_ms << 1 | 1, now_ms);
	run_gathered(p);
}

void
recall_put_noted(struct poller *p, struct text id)
{
	put_without_time(p, id, 0);
}

void
recall_put_left(struct poller *p, struct text id)
{
	put_without_time(p, id, 1);
}

void
recall_flush(struct poller *p)
{
	struct keyset *parents = &p->run.parents;
	int64_t now_ms = account_server_ms(p->account);

	if (parents->count > 0)
		run_gathered(p);
	for (size_t i = 0; i < parents->cap; i++)
		if (parents->slots[i].lo != 0 || parents->slots[i].hi != 0)
			batch_put_ledger(p->batch, parents->slots[i],
			    (uint64_t)now_ms << 1, now_ms);
	keyset_clear(parents);
}

void
recall_flush_due(struct poller *p)
{
	if (p->run.parents.count > 0 &&
	    loop_now_ms(p->world.loop) - p->run.parents_ms >= PARENTS_AGE_MS)
		recall_flush(p);
}

static void
put_without_time(struct poller *p, struct text id, uint64_t is_settled)
{
	batch_put_ledger(p->batch, recall_key(p, id), is_settled,
	    account_server_ms(p->account));
	run_gathered(p);
}

/* An unreadable ledger says "not known": it is fetched once more. */
static bool
find(struct poller *p, struct text id, int64_t *ret_ms, bool *ret_lost)
{
	struct ledger_key key = recall_key(p, id);
	uint64_t state;

	if (batch_get_ledger(p->batch, key, &state) != 1 &&
	    ledger_get(p->world.spool, key, &state, NULL, NULL) != 1)
		return false;
	*ret_ms = (int64_t)(state >> 1);
	*ret_lost = (state & 1) != 0;
	return true;
}
