/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only some seeds have, so that all of them stay quick.
 */
#include "config.h"

#include "conf/sections.h"
#include "fake_clock.h"
#include "oracle.h"
#include "script.h"
#include "script_extras.h"

static void draw_others(struct script *script, struct rng *rng);
static void draw_retention(struct script *script, struct rng *rng);
static void draw_pairs(struct script *script, struct rng *rng);
static void draw_replays(struct script *script, struct rng *rng);
static void draw_poison(struct script *script, struct rng *rng);
static void draw_join(struct script *script, struct rng *rng);
static void spoil(struct script *script);
static void deny_start(struct script *script);
static void make_calm(struct script *script);
static void shorten(struct script *script);
static void clear_around(struct script *script, int64_t from_ms, int64_t to_ms);

void
script_extras_draw(struct script *script, struct rng *rng)
{
	script->newest_first = draw_chance(rng, 20);
	script->is_calm = draw_chance(rng, 12);
	if (draw_chance(rng, 15))
		script->enrich = (unsigned)draw_between(
		    rng, 1, ENRICH_ATTACHMENTS | ENRICH_LINKS);
	draw_others(script, rng);
	draw_retention(script, rng);
	if (script->retention_ms == 0 && draw_chance(rng, 35))
		draw_pairs(script, rng);
	draw_replays(script, rng);
	spoil(script);
	script->starts_denied = draw_chance(rng, 8);
	if (draw_chance(rng, 30) && !script->is_calm) {
		script->bare_from_ms = draw_between(
		    rng, script->start_ms, script->quiet_ms - 21 * DAY_MS);
		script->bare_to_ms =
		    script->bare_from_ms + draw_between(rng, 1, 20) * DAY_MS;
	}
	if (script->starts_denied && script->retention_ms == 0 &&
	    draw_chance(rng, 35))
		script->wild_ms =
		    draw_chance(rng, 50) ? 300 * DAY_MS : -script->start_ms / 2;
	draw_poison(script, rng);
	draw_join(script, rng);
}

void
script_extras_settle(struct script *script)
{
	if (script->starts_denied)
		deny_start(script);
	if (script->is_calm)
		make_calm(script);
	if (script->retention_ms == 0)
		return;
	script->skew_ms = 0;
	/* One that is refused for so long loses more; and what nobody asks
	 * for in between is to be nowhere near what the API keeps. */
	script->denied_status = 0;
	shorten(script);
	clear_around(script, script->lost_from_ms + LOST_MARGIN_MS - DAY_MS,
	    script->resume_ms + 2 * DAY_MS);
	if (script->resume_ms > script->start_ms)
		script_add_turn(script,
		    (struct turn){
		        .at_ms = script->lost_from_ms + LOST_MARGIN_MS,
		        .kind = TURN_STOP,
		        .down_ms = script->resume_ms - script->lost_from_ms -
		            LOST_MARGIN_MS,
		    });
}

/* What may come late to a record, or cannot be had again, is for other seeds. */
static void
draw_replays(struct script *script, struct rng *rng)
{
	size_t count = (size_t)draw_between(rng, 1, 4);

	if (!draw_chance(rng, 40) || script->retention_ms != 0 ||
	    script->newest_first || script->enrich != 0 ||
	    script->others & 1U << OTHER_CASES)
		return;
	for (size_t i = 0; i < count; i++) {
		struct turn turn = {
		    .at_ms = draw_between(rng, script->start_ms + 2 * DAY_MS,
		        script->quiet_ms - DAY_MS),
		    .kind = TURN_REPLAY,
		    .queues = (unsigned)draw_between(rng, 1, 3),
		};

		turn.until_ms = turn.at_ms - draw_log(rng, HOUR_MS, 2 * DAY_MS);
		turn.since_ms =
		    turn.until_ms - draw_log(rng, MINUTE_MS, 10 * DAY_MS);
		if (turn.since_ms < script->start_ms)
			turn.since_ms = script->start_ms;
		turn.queues &= script->outlets == 2 ? 3 : 1;
		/* Beside a poll, of what that is about to ask for. */
		turn.joins = turn.at_ms % 3 != 0;
		if (turn.at_ms % 3 == 1) {
			turn.until_ms = turn.at_ms - script->lag_ms - MINUTE_MS;
			turn.since_ms =
			    turn.until_ms - script->poll_interval_ms - HOUR_MS;
		}
		if (turn.queues == 0 || turn.since_ms >= turn.until_ms)
			continue;
		script_add_turn(script, turn);
		/* It is broken off. */
		if (turn.at_ms % 5 == 0)
			script_add_turn(script,
			    (struct turn){
			        .at_ms = turn.at_ms + 2 * SECOND_MS,
			        .kind = TURN_STOP,
			        .down_ms = MINUTE_MS,
			    });
	}
}

/* Of a calm seed a second or three, so that all else has to come in time. */
static void
draw_poison(struct script *script, struct rng *rng)
{
	struct poison *poison = &script->poison;
	int64_t at_ms =
	    draw_between(rng, script->start_ms, script->quiet_ms - DAY_MS);
	int64_t wide_s = script->is_calm
	    ? draw_between(rng, 1, 3)
	    : draw_log(rng, 1, 12 * HOUR_MS / SECOND_MS);

	poison->from_s = at_ms / SECOND_MS;
	poison->to_s = poison->from_s + wide_s;
	poison->is_by_change = draw_chance(rng, 30);
	poison->is_refused = poison->from_s % 2 == 0;
	poison->is_retention = poison->from_s % 3 == 0;
	poison->times = poison->from_s % 4 == 0 ? 4 : 1;
	poison->stream =
	    script->is_calm ? 0 : (unsigned)rng_below(rng, 1 + OTHER_KINDS);
	if (poison->stream != 0 &&
	    !(script->others & 1U << (poison->stream - 1)))
		poison->stream = 0;
	poison->since_ms = at_ms;
	if (draw_chance(rng, 40))
		poison->since_ms += draw_log(rng, MINUTE_MS, 3 * DAY_MS);
	poison->until_ms =
	    poison->since_ms + draw_log(rng, HOUR_MS, 14 * DAY_MS);
	if (poison->until_ms > script->quiet_ms)
		poison->until_ms = script->quiet_ms;
	if (!draw_chance(rng, script->is_calm ? 60 : 30) ||
	    script->retention_ms != 0)
		poison->since_ms = poison->until_ms = 0;
}

/* Best while much is half fetched: at the start, or after an outage. What may
 * come late to a record is for other seeds. */
static void
draw_join(struct script *script, struct rng *rng)
{
	const unsigned late = 1U << OTHER_CASES | 1U << OTHER_CAMPAIGNS;
	struct turn turn = {.kind = TURN_JOIN};
	uint64_t kind = rng_below(rng, 4);

	turn.past_ms = draw_log(rng, HOUR_MS, 20 * DAY_MS);
	turn.at_ms = draw_between(
	    rng, script->start_ms + DAY_MS, script->quiet_ms - DAY_MS);
	if (kind > 1)
		turn.at_ms =
		    script->start_ms + draw_log(rng, SECOND_MS, 5 * MINUTE_MS);
	for (size_t i = 0; i < script->turn_count && kind == 1; i++)
		if (script->turns[i].down_ms > 0)
			turn.at_ms = script->turns[i].at_ms +
			    script->turns[i].down_ms +
			    draw_log(rng, SECOND_MS, 10 * MINUTE_MS);
	if (!draw_chance(rng, 30) || script->retention_ms != 0 ||
	    script->is_calm || script->enrich != 0 || script->others & late ||
	    script_has(script, TURN_FULL) || script->turn_count == TURNS_MAX)
		return;
	script->outlets = QUEUES_MAX;
	script_add_turn(script, turn);
	if (!draw_chance(rng, 60))
		return;
	turn.kind = (enum turn_kind)draw_between(rng, TURN_STOP, TURN_COMMIT);
	turn.at_ms +=
	    draw_chance(rng, 30) ? 0 : draw_log(rng, SECOND_MS, 10 * MINUTE_MS);
	turn.commits = (unsigned)rng_below(rng, 8);
	turn.down_ms = draw_log(rng, SECOND_MS, 4 * HOUR_MS);
	script_add_turn(script, turn);
}

/* A life that finds its cursors in the future. What it lists once more may have
 * gone where the API forgets. */
static void
spoil(struct script *script)
{
	if (script->start_ms % 6 != 0 || script->retention_ms != 0)
		return;
	script_add_turn(script,
	    (struct turn){
	        .at_ms = script->start_ms + 20 * DAY_MS,
	        .kind = TURN_STOP,
	        .down_ms = HOUR_MS,
	        .ahead_ms = (1 + script->start_ms % 40) * DAY_MS,
	    });
}

static void
deny_start(struct script *script)
{
	if (script->trouble_count == TROUBLES_MAX)
		return;
	script->troubles[script->trouble_count++] = (struct trouble){
	    .from_ms = 0,
	    .to_ms = script->start_ms + 2 * DAY_MS,
	    .kind = TROUBLE_DENIED,
	    .percent = 100,
	};
	if (script->wild_ms == 0 || script->is_calm)
		return;
	script->skew_ms = script->wild_ms;
	script_add_turn(script,
	    (struct turn){
	        .at_ms = script->start_ms + DAY_MS,
	        .kind = TURN_CLOCK,
	    });
	script_add_turn(script,
	    (struct turn){
	        .at_ms = script->start_ms + DAY_MS + 1,
	        .kind = TURN_STOP,
	        .down_ms = MINUTE_MS,
	    });
}

static void
make_calm(struct script *script)
{
	script->trouble_count = script->turn_count = 0;
	script->background_percent = 0;
	script->latency_ms = script->latency_ms % 400 + 5;
	if (script->list_next == NEXT_ALWAYS)
		script->list_next = NEXT_NULL;
	if (script->max_in_flight < 3)
		script->max_in_flight = 3;
	if (script->page_size < 20)
		script->page_size = 20;
	script->requests_per_minute = 300;
	/* A page that comes again, as one more came before it, ends a detail:
	 * the rest waits for the next poll. That takes many at once, or a
	 * page of few. */
	if (script->detail_page_size < 100)
		script->detail_page_size = 100;
}

static void
draw_others(struct script *script, struct rng *rng)
{
	static const int statuses[] = {402, 403};

	/* Costly already. */
	if (draw_chance(rng, 65) || script->list_next == NEXT_ALWAYS)
		return;
	script->others = (unsigned)draw_between(rng, 1, OTHERS_ALL);
	if (draw_chance(rng, 50))
		script->range_max_ms = draw_log(rng, 6 * HOUR_MS, 90 * DAY_MS);
	if (draw_chance(rng, 60))
		return;
	script->denied_kind = (enum other_kind)rng_below(rng, OTHER_KINDS);
	script->denied_status = statuses[rng_below(rng, 2)];
	script->denied_from_ms = draw_chance(rng, 50)
	    ? 0
	    : draw_between(rng, script->start_ms, script->quiet_ms);
	script->denied_to_ms = draw_chance(rng, 40)
	    ? INT64_MAX
	    : draw_between(rng, script->start_ms, script->quiet_ms);
}

/* What somebody does to the daemon, and undoes after some hours. */
static void
draw_pairs(struct script *script, struct rng *rng)
{
	static const enum turn_kind kinds[][2] = {
	    {TURN_RELOAD, TURN_RELOAD},
	    {TURN_PAUSE, TURN_RESUME},
	    {TURN_FULL, TURN_DRAIN},
	};
	size_t count = (size_t)draw_between(rng, 1, 4);

	for (size_t i = 0; i < count; i++) {
		const enum turn_kind *pair = kinds[rng_below(rng, 3)];
		struct turn turn = {
		    .at_ms = draw_between(
		        rng, script->start_ms, script->quiet_ms - 2 * DAY_MS),
		    .kind = pair[0],
		};

		if (script->turn_count + 2 > TURNS_MAX)
			return;
		script_add_turn(script, turn);
		turn.at_ms += draw_log(rng, MINUTE_MS, DAY_MS);
		turn.kind = pair[1];
		script_add_turn(script, turn);
	}
}

/* Down for longer than the API keeps things, or told to start before. */
static void
draw_retention(struct script *script, struct rng *rng)
{
	int64_t days_ms = script->quiet_ms - script->start_ms;
	int64_t retention_ms = draw_between(rng, 5, 20) * DAY_MS;
	int64_t beyond_ms = draw_between(rng, HOUR_MS, 8 * DAY_MS);

	if (script->is_calm || !draw_chance(rng, 18))
		return;
	if (draw_chance(rng, 40)) {
		script->start_ago_ms = retention_ms + beyond_ms;
		script->resume_ms = script->start_ms;
	} else if (retention_ms + beyond_ms + 7 * DAY_MS < days_ms) {
		script->resume_ms = draw_between(rng,
		    script->start_ms + retention_ms + beyond_ms + 2 * DAY_MS,
		    script->quiet_ms - 2 * DAY_MS);
		script->lost_from_ms = script->resume_ms - retention_ms -
		    beyond_ms - LOST_MARGIN_MS;
	} else {
		return;
	}
	if (script->resume_ms > script->start_ms &&
	    script->start_ago_ms > retention_ms - DAY_MS)
		script->start_ago_ms = retention_ms - DAY_MS;
	script->retention_ms = retention_ms;
	script->is_terse = retention_ms / DAY_MS % 2 == 0;
	script->lost_before_ms = script->resume_ms - retention_ms + HOUR_MS;
}

static void
shorten(struct script *script)
{
	for (size_t i = 0; i < script->trouble_count; i++) {
		struct trouble *trouble = &script->troubles[i];

		if (trouble->to_ms > trouble->from_ms + 10 * HOUR_MS)
			trouble->to_ms = trouble->from_ms + 10 * HOUR_MS;
	}
	for (size_t i = 0; i < script->turn_count; i++)
		if (script->turns[i].down_ms > 4 * HOUR_MS)
			script->turns[i].down_ms = 4 * HOUR_MS;
}

static void
clear_around(struct script *script, int64_t from_ms, int64_t to_ms)
{
	size_t count = 0;

	for (size_t i = 0; i < script->trouble_count; i++)
		if (script->troubles[i].to_ms < from_ms ||
		    script->troubles[i].from_ms > to_ms)
			script->troubles[count++] = script->troubles[i];
	script->trouble_count = count;
	count = 0;
	for (size_t i = 0; i < script->turn_count; i++) {
		const struct turn *turn = &script->turns[i];

		if (turn->at_ms + turn->down_ms + HOUR_MS < from_ms ||
		    turn->at_ms > to_ms)
			script->turns[count++] = *turn;
	}
	script->turn_count = count;
}
