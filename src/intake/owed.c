/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose records lack something is in the ledger (take.c); here is when that is
 * asked for once more: a list of retries of its own, so that an id on it is
 * fetched like any other when it has news. While there is trouble three of them
 * are tried in a poll, and the rest stay due.
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
/* What was due all the while and never had its turn. */
#define GIVE_UP_MS (RETRY_GIVE_UP_MS + RETRY_DELAY_MAX_MS)

static bool may_owe(const struct poller *p);
static void give_up_old(struct poller *p);
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
	give_up_old(p);
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
	give_up_old(p);
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
 * One notice for all of them: after days without a permission they are many.
 * Not before it shows in this run that they still cannot be had: after days
 * without cefd they can.
 */
static void
give_up_old(struct poller *p)
{
	int64_t now_ms = account_server_ms(p->account);
	bool wants = extras_are_wanted(p);
	struct text id;
	size_t count = 0;

	if (wants && !extras_are_out(p))
		return;
	while (retries_old(p->owed, now_ms, wants ? GIVE_UP_MS : 0, &id)) {
		(void)retries_done(p->owed, p->batch, id);
		count++;
	}
	if (count > 0)
		run_gathered(p);
	if (count > 0 && wants) {
		p->stats.given_up += count;
		notice_incomplete(
		    p, (struct text){NULL, 0}, count, &p->run.extras_why);
	}
}
