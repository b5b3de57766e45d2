/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose records lack something is in the ledger (take.c); here is when that is
 * asked for once more: a list of retries of its own, so that an id on it is
 * fetched like any other when it has news. While there is trouble three of them
 * are tried in a poll, for all that are due.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/detail.h"
#include "intake/extras.h"
#include "intake/notice.h"
#include "intake/owed.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "io/log.h"
#include "io/loop.h"

/* So many of them in a poll. */
#define OWED_MAX 100

static bool may_owe(const struct poller *p);
static void fail_rest(struct poller *p);
static void drop_of(struct details *queue);

bool
owed_has(const struct poller *p, struct text id)
{
	return may_owe(p) && retries_has(p->owed, id);
}

void
owed_add(struct detail *d)
{
	struct poller *p = d->poller;
	struct text id = text_of(d->id);

	if (!may_owe(p))
		return;
	/* These are new, however long others have waited. */
	(void)retries_done(p->owed, p->batch, id);
	(void)retries_fail(
	    p->owed, p->batch, id, account_server_ms(p->account));
	run_gathered(p);
}

void
owed_settle(struct detail *d)
{
	struct poller *p = d->poller;
	enum addition addition = extras_addition(d);

	if (d->is_owed && d->without == 0 && addition != ADDITION_OWED &&
	    retries_done(p->owed, p->batch, text_of(d->id)))
		run_gathered(p);
	else if (d->is_owed && d->without == 0 && d->has_extras)
		owed_failed(d, &p->run.extras_why);
	/* What is new must not wait for this. */
	if (d->is_owed_only &&
	    loop_now_ms(p->world.loop) - p->run.started_ms >=
	        p->conf->poll_interval_ms / 2)
		owed_drop(p);
}

void
owed_failed(struct detail *d, const struct err *why)
{
	struct poller *p = d->poller;
	struct text id = text_of(d->id);

	/* It may be given up by now, with the others. */
	if (!retries_has(p->owed, id))
		return;
	poller_note_retry(p, why);
	run_gathered(p);
	if (retries_fail(p->owed, p->batch, id, account_server_ms(p->account)))
		return;
	p->stats.given_up++;
	notice_incomplete(p, id, 1, why);
}

void
owed_want(struct poller *p)
{
	int64_t now_ms = account_server_ms(p->account);
	size_t wanted = 0;
	struct text id;

	if (poller_is_errand(p) || retries_count(p->owed) == 0)
		return;
	fail_rest(p);
	for (size_t i = 0;
	     wanted < OWED_MAX && retries_due(p->owed, now_ms, i, &id); i++)
		if (keyset_add(&p->run.met, recall_key(p, id))) {
			struct detail *d = detail_add(p, id, &p->run.ready);

			d->is_owed_only = true;
			d->is_late = true;
			wanted++;
		}
}

void
owed_drop(struct poller *p)
{
	drop_of(&p->run.ready);
	drop_of(&p->run.again);
	fail_rest(p);
}

static void
drop_of(struct details *queue)
{
	struct detail *d, *next;

	for (d = TAILQ_FIRST(queue); d != NULL; d = next) {
		next = TAILQ_NEXT(d, next);
		if (!d->is_owed_only || d->page > 1 || d->has_extras)
			continue;
		TAILQ_REMOVE(queue, d, next);
		detail_free(d);
	}
}

/* Not those that move nothing, nor go to some destinations only. */
static bool
may_owe(const struct poller *p)
{
	return p->errand.dry == NULL && !p->errand.is_partial;
}

/*
 * When it shows in this run that they cannot be had, that counts as a try of
 * each: a few are asked for, and the rest would never have their turn. One
 * notice for all that is given up: after days without a permission they are
 * many.
 */
static void
fail_rest(struct poller *p)
{
	int64_t now_ms = account_server_ms(p->account);
	struct text id;
	size_t count;

	if (!extras_are_wanted(p) && retries_count(p->owed) > 0) {
		/* All are due by then. */
		while (retries_due(p->owed, INT64_MAX, 0, &id))
			(void)retries_done(p->owed, p->batch, id);
		run_gathered(p);
		return;
	}
	if (!extras_are_out(p) || retries_count(p->owed) == 0)
		return;
	poller_note_retry(p, &p->run.extras_why);
	count = retries_fail_due(p->owed, p->batch, now_ms);
	run_gathered(p);
	if (count > 0) {
		p->stats.given_up += count;
		notice_incomplete(
		    p, (struct text){NULL, 0}, count, &p->run.extras_why);
	}
}
