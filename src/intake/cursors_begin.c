/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a stream begins, by which clock, and what becomes of a cursor that a
 * wrong clock has written.
 */
#include "config.h"

#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/cursors_parts.h"
#include "intake/explain.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/wanted.h"
#include "io/log.h"
#include "io/loop.h"

/* A Date has whole seconds, and may have been on its way for some time. */
#define RECKONING_MS 30000
/* A clock that is slewed gains less in that time. */
#define RECKONED_FOR_MS (12 * INT64_C(3600000))

static int is_untrue(
    struct poller *p, const struct spans *origin, bool *ret, struct err *err);
static bool is_known_wrong(struct poller *p, int64_t known_s);
static int64_t life_ms(const struct poller *p);
static int read_times(struct poller *p, struct spans *ret_known,
    struct spans *ret_about, struct err *err);
static int load_known(struct poller *p, int64_t *ret_ms, struct err *err);
static int64_t known_ms(struct poller *p, int64_t about_ms);
static void tell_wrong(struct poller *p, const char *what, int64_t from_ms);

/*
 * Before anything was listed the start counts from when the stream was first
 * wanted, so that a token that is refused for days takes nothing away, and a
 * start that is set anew meanwhile counts. One that was decided when the clock
 * was ahead is decided anew, and never later: the ledger knows what was sent.
 */
int
cursors_read_begin(
    struct poller *p, struct spans *ret, bool *ret_moved, struct err *err)
{
	int64_t from_ms;
	bool is_wrong = false;

	*ret_moved = false;
	spans_init(ret, 0);
	if (cursors_read(p, "origin", ret, err) == -1)
		return -1;
	if (ret->cursor_s != 0 && is_untrue(p, ret, &is_wrong, err) == -1)
		return -1;
	if (ret->cursor_s != 0 && !is_wrong)
		return 0;
	if (load_known(p, &from_ms, err) == -1)
		return -1;
	from_ms = p->conf->start_ms != 0 ? p->conf->start_ms
	                                 : from_ms - p->conf->start_ago_ms;
	if (is_wrong && from_ms / 1000 >= ret->cursor_s)
		return 0;
	*ret_moved = is_wrong;
	if (is_wrong)
		tell_wrong(p, "origin", from_ms);
	spans_init(ret, from_ms / 1000);
	return 0;
}

/* It is, or the time was by which it was decided. */
static int
is_untrue(
    struct poller *p, const struct spans *origin, bool *ret, struct err *err)
{
	struct spans known, about;

	if (read_times(p, &known, &about, err) == -1)
		return -1;
	*ret = cursors_is_ahead(p, "origin", origin->cursor_s) ||
	    (known.cursor_s != 0
	            ? is_known_wrong(p, known.cursor_s)
	            : cursors_is_ahead(p, "about", about.cursor_s));
	return 0;
}

/* That a stream which is new in this life was wanted later than it was. */
static bool
is_known_wrong(struct poller *p, int64_t known_s)
{
	if (cursors_is_ahead(p, "known", known_s))
		return true;
	return p->is_new && account_knows_time(p->account) &&
	    loop_now_ms(p->world.loop) - p->wanted_ms < RECKONED_FOR_MS &&
	    known_s * 1000 > life_ms(p) + RECKONING_MS;
}

/* When this life wanted it first, by the API's clock as it is now. */
static int64_t
life_ms(const struct poller *p)
{
	return account_server_ms(p->account) -
	    (loop_now_ms(p->world.loop) - p->wanted_ms);
}

/* Of the decision: by the API's clock, and by this machine's; 0: there is none. */
static int
read_times(struct poller *p, struct spans *ret_known, struct spans *ret_about,
    struct err *err)
{
	spans_init(ret_known, 0);
	spans_init(ret_about, 0);
	if (cursors_read(p, "known", ret_known, err) == -1)
		return -1;
	return cursors_read(p, "about", ret_about, err);
}

static int
load_known(struct poller *p, int64_t *ret_ms, struct err *err)
{
	bool knows_time = account_knows_time(p->account);
	struct spans known, about;

	if (read_times(p, &known, &about, err) == -1)
		return -1;
	*ret_ms = known.cursor_s * 1000;
	if (known.cursor_s != 0 && !is_known_wrong(p, known.cursor_s))
		return 0;
	*ret_ms = known_ms(p, about.cursor_s * 1000);
	if (poller_is_errand(p) || (!knows_time && about.cursor_s != 0))
		return 0;
	spans_init(&known, *ret_ms / 1000);
	cursors_write(p, knows_time ? "known" : "about", &known);
	run_gathered(p);
	return 0;
}

/*
 * A time of this machine's is put right as soon as the API's is known: by the
 * monotonic clock in the life that took it, later by how far off it is then.
 */
static int64_t
known_ms(struct poller *p, int64_t about_ms)
{
	int64_t now_ms = loop_now_ms(p->world.loop);
	struct wanted wanted = {
	    .now_ms = account_server_ms(p->account),
	    .skew_ms = account_skew_ms(p->account),
	    .about_ms = about_ms,
	};
	int64_t since_ms;
	bool is_absurd;

	if (!p->was_wanted) {
		p->was_wanted = true;
		p->is_new = about_ms == 0;
		p->wanted_ms = now_ms;
	}
	wanted.life_ms = life_ms(p);
	if (p->is_new)
		return wanted.life_ms;
	since_ms = wanted_since_ms(&wanted, &is_absurd);
	if (is_absurd && !account_knows_time(p->account))
		p->doubts_cursors = true;
	else if (is_absurd)
		tell_wrong(p, "about", since_ms - p->conf->start_ago_ms);
	return since_ms;
}

/* Of two clocks that disagree this machine's may be the wrong one: then what
 * was loaded is good for a first request, and is loaded again after it. */
bool
cursors_is_ahead(struct poller *p, const char *what, int64_t at_s)
{
	int64_t ahead_ms = at_s * 1000 - account_server_ms(p->account);

	/* A start that is yet to come is no mistake. */
	if (ahead_ms <= WANTED_FUTURE_MS || at_s * 1000 <= p->conf->start_ms)
		return false;
	if (!account_knows_time(p->account))
		p->doubts_cursors = true;
	explain(p, "cursor %s is %.1f s ahead", what, (double)ahead_ms / 1000);
	return true;
}

/*
 * Looking back has seen what came meanwhile, as long as the clock was not ahead
 * by all of `overlap`: but for the last pass, and for what showed up so late
 * that the shorter one missed it, which `recheck` finds.
 */
int64_t
cursors_missed_ms(const struct poller *p, enum window_kind key,
    int64_t untrue_ms, int64_t step_ms)
{
	const struct conf_source *conf = p->conf;
	int64_t seen_ms = p->back.looked_ms - step_ms;

	if (key != WINDOW_NEW || p->stream->id == NULL || step_ms == 0 ||
	    step_ms >= conf->overlap_ms ||
	    conf->recheck_ms <= conf->overlap_ms || p->back.looked_ms == 0)
		return untrue_ms;
	if (seen_ms > account_server_ms(p->account))
		seen_ms = account_server_ms(p->account);
	seen_ms -= conf->overlap_ms + step_ms;
	return seen_ms > untrue_ms ? seen_ms : untrue_ms;
}

/* Where nobody knows, all may be missing; the ledger knows what was sent. */
void
cursors_heal(
    struct poller *p, const char *what, struct spans *spans, int64_t missed_ms)
{
	int64_t now_ms = account_server_ms(p->account);
	int64_t from_ms = missed_ms != 0 ? missed_ms - p->conf->lag_ms
	                                 : now_ms - p->conf->start_ago_ms;
	int64_t to_s = plan_newest_s(p);

	if (missed_ms == 0 && from_ms > now_ms - WANTED_AGE_MAX_MS)
		from_ms = now_ms - WANTED_AGE_MAX_MS;
	if (from_ms < p->origin_s * 1000)
		from_ms = p->origin_s * 1000;
	if (from_ms > spans_oldest_s(spans) * 1000)
		from_ms = spans_oldest_s(spans) * 1000;
	if (to_s > spans->cursor_s)
		to_s = spans->cursor_s;
	spans_init(spans, from_ms / 1000);
	if (from_ms / 1000 < to_s)
		*spans = (struct spans){
		    .holes = {{from_ms / 1000, to_s}},
		    .count = 1,
		    .cursor_s = to_s,
		};
	if (!account_knows_time(p->account) || poller_is_errand(p))
		return;
	tell_wrong(p, what, from_ms);
	cursors_write(p, what, spans);
	p->spares_commit = false;
	run_gathered(p);
}

static void
tell_wrong(struct poller *p, const char *what, int64_t from_ms)
{
	char from[RFC3339_SEC_LEN + 1];

	if (!account_knows_time(p->account) || poller_is_errand(p))
		return;
	rfc3339_sec(from, from_ms);
	log_warn("intake",
	    "cursor %s was written by a wrong clock and does not fit the API's "
	    "time: %s are fetched from %s on, cefctl replay fetches what is "
	    "older source=%s stream=%s",
	    what, p->stream->noun, from, p->conf->name, p->stream->name);
}
