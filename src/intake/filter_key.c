/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In memory alone: a new life finds out once more.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/filter_key.h"
#include "intake/listings.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "io/log.h"
#include "io/loop.h"

#define FIRST_MAX_MS 60000
#define REST_MAX_MS 900000

static void drop_of(struct poller *p, enum window_kind key);

enum window_kind
filter_key_of(enum window_kind kind)
{
	return kind == WINDOW_CHANGED ? WINDOW_CHANGED : WINDOW_NEW;
}

enum window_kind
filter_key_beside(enum window_kind kind)
{
	return kind == WINDOW_CHANGED ? WINDOW_NEW : WINDOW_CHANGED;
}

bool
filter_key_has_two(const struct poller *p)
{
	return !poller_is_errand(p) &&
	    p->stream->filter_keys[WINDOW_CHANGED] != NULL;
}

/* Who asks for a poll wants to know. */
bool
filter_key_rests(const struct poller *p, enum window_kind kind)
{
	const struct key_rest *rest = &p->rests_by[filter_key_of(kind)];

	return rest->is_doubtful && p->done == NULL &&
	    filter_key_wait_ms(p, kind) > 0;
}

int64_t
filter_key_wait_ms(const struct poller *p, enum window_kind kind)
{
	const struct key_rest *rest = &p->rests_by[filter_key_of(kind)];
	int64_t left_ms = rest->due_ms - loop_now_ms(p->world.loop);

	if (!rest->is_doubtful)
		return INT64_MAX;
	return left_ms > 0 ? left_ms : 0;
}

bool
filter_key_is_doubtful(const struct poller *p, enum window_kind kind)
{
	return p->rests_by[filter_key_of(kind)].is_doubtful;
}

bool
filter_key_any_doubtful(const struct poller *p)
{
	return filter_key_is_doubtful(p, WINDOW_NEW) ||
	    filter_key_is_doubtful(p, WINDOW_CHANGED);
}

void
filter_key_answered(struct poller *p, enum window_kind kind)
{
	enum window_kind key = filter_key_of(kind);
	struct key_rest *rest = &p->rests_by[key];

	p->run.lists_answered[key]++;
	p->run.probe_failed[key] = false;
	if (!rest->is_doubtful)
		return;
	rest->is_doubtful = false;
	backoff_reset(&rest->backoff);
	log_info("abnormal-security",
	    "lists by %s are answered again source=%s stream=%s",
	    p->stream->filter_keys[key], p->conf->name, p->stream->name);
}

void
filter_key_put_off(
    struct poller *p, enum window_kind kind, const struct err *why)
{
	enum window_kind key = filter_key_of(kind);
	struct key_rest *rest = &p->rests_by[key];
	int64_t wait_ms = backoff_fail(&rest->backoff, p->world.rng);

	rest->is_doubtful = true;
	rest->due_ms = loop_now_ms(p->world.loop) + wait_ms;
	log_warn("abnormal-security",
	    "lists by %s are not answered while those by %s are, which go on: "
	    "%s source=%s stream=%s, trying again in %.1f s",
	    p->stream->filter_keys[key],
	    p->stream->filter_keys[filter_key_beside(key)], why->text,
	    p->conf->name, p->stream->name, (double)wait_ms / 1000);
	if (key == filter_key_of(WINDOW_LATE))
		plan_put_off(p);
	drop_of(p, key);
	run_went_well(p);
	poller_note_error(p, why);
}

void
filter_key_reset(struct poller *p)
{
	int64_t interval_ms = p->conf->poll_interval_ms;

	for (size_t i = 0; i < WINDOW_LATE; i++) {
		p->rests_by[i].is_doubtful = false;
		backoff_init(&p->rests_by[i].backoff,
		    interval_ms < FIRST_MAX_MS ? interval_ms : FIRST_MAX_MS,
		    REST_MAX_MS);
	}
}

static void
drop_of(struct poller *p, enum window_kind key)
{
	struct windows *windows = &p->run.windows;
	struct listing *l, *next;
	size_t count = 0;

	for (size_t i = 0; i < windows->count; i++)
		if (filter_key_of(windows->items[i].kind) != key)
			windows->items[count++] = windows->items[i];
	windows->count = count;
	for (l = TAILQ_FIRST(&p->run.listings); l != NULL; l = next) {
		next = TAILQ_NEXT(l, next);
		if (!l->listed && filter_key_of(l->window.kind) == key)
			listings_drop(l);
	}
}
