/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything is drawn before the first life begins, so that a seed tells the
 * same story whatever the daemon does.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "script.h"
#include "script_extras.h"

/* 2026-03-01T00:00:00Z */
#define FIRST_START_MS INT64_C(1772323200000)

static void draw_settings(struct script *script, struct rng *rng);
static void draw_habits(struct script *script, struct rng *rng);
static void draw_troubles(struct script *script, struct rng *rng);
static void draw_trouble(struct trouble *trouble, struct rng *rng);
static void draw_skew(struct script *script, struct rng *rng);
static void draw_turns(struct script *script, struct rng *rng);
static void draw_ends(struct script *script, struct rng *rng);
static int by_time(const void *a, const void *b);

void
script_draw(
    struct script *script, uint64_t seed, unsigned days, unsigned without)
{
	struct rng rng;

	memset(script, 0, sizeof(*script));
	rng_init(&rng, seed * 4);
	script->start_ms = FIRST_START_MS + draw_between(&rng, 0, 300 * DAY_MS);
	script->end_ms = script->start_ms + days * DAY_MS;
	script->quiet_ms = script->end_ms - QUIET_DAYS * DAY_MS;
	draw_settings(script, &rng);
	draw_habits(script, &rng);
	draw_troubles(script, &rng);
	draw_skew(script, &rng);
	draw_turns(script, &rng);
	script_extras_draw(script, &rng);
	if (!(without & WITHOUT_TROUBLE))
		script_api_draw(script, seed);
	if (without & WITHOUT_OTHERS)
		script->others = 0;
	if (without & WITHOUT_TROUBLE) {
		script->trouble_count = 0;
		script->background_percent = 0;
	}
	if (without & WITHOUT_RECHECK && script->scope == SCOPE_FULL)
		script->scope = SCOPE_OVERLAP;
	if (without & WITHOUT_TURNS)
		script->turn_count = 0;
	if (without & WITHOUT_SKEW)
		script->skew_ms = 0;
	script_extras_settle(script);
	qsort(
	    script->turns, script->turn_count, sizeof(*script->turns), by_time);
}

const struct trouble *
script_trouble(const struct script *script, int64_t now_ms)
{
	for (size_t i = 0; i < script->trouble_count; i++)
		if (now_ms >= script->troubles[i].from_ms &&
		    now_ms < script->troubles[i].to_ms)
			return &script->troubles[i];
	return NULL;
}

bool
script_has(const struct script *script, enum turn_kind kind)
{
	for (size_t i = 0; i < script->turn_count; i++)
		if (script->turns[i].kind == kind)
			return true;
	return false;
}

void
script_add_turn(struct script *script, struct turn turn)
{
	if (script->turn_count < TURNS_MAX && turn.at_ms < script->quiet_ms)
		script->turns[script->turn_count++] = turn;
}

static void
draw_settings(struct script *script, struct rng *rng)
{
	static const unsigned page_sizes[] = {7, 20, 100, 500};
	uint64_t scope = rng_below(rng, 8);

	script->scope = scope < SCOPE_FULL + 3 ? (enum scope)scope : SCOPE_FULL;
	script->poll_interval_ms = draw_chance(rng, 10)
	    ? draw_between(rng, 10 * MINUTE_MS, HOUR_MS)
	    : draw_between(rng, HOUR_MS, 6 * HOUR_MS);
	script->start_ago_ms = draw_between(rng, HOUR_MS, 7 * DAY_MS);
	script->lag_ms = 2 * MINUTE_MS;
	script->max_in_flight = (unsigned)draw_between(rng, 1, 8);
	script->page_size =
	    draw_chance(rng, 4) ? 2 : page_sizes[rng_below(rng, 4)];
	script->outlets = draw_chance(rng, 30) ? 2 : 1;
	script->requests_per_minute =
	    draw_chance(rng, 50) ? 300 : (unsigned)draw_between(rng, 60, 300);
	(void)draw_chance(rng, 40);
}

static void
draw_habits(struct script *script, struct rng *rng)
{
	static const unsigned page_sizes[] = {1, 3, 10, 100};

	script->detail_page_size = page_sizes[rng_below(rng, 4)];
	script->latency_ms = (unsigned)draw_log(rng, 5, 4000);
	script->background_percent =
	    draw_chance(rng, 50) ? (unsigned)draw_between(rng, 1, 4) : 0;
	script->oldest_first = draw_chance(rng, 30);
	script->ignores_pages =
	    script->detail_page_size >= 10 && draw_chance(rng, 10);
	script->retry_after = draw_chance(rng, 50);
	script->detail_next = (enum next_style)rng_below(rng, 3);
	/* Costly: whoever splits what has a next page splits to the second. */
	script->list_next = draw_chance(rng, 4)
	    ? NEXT_ALWAYS
	    : (enum next_style)rng_below(rng, NEXT_ALWAYS);
}

static void
draw_troubles(struct script *script, struct rng *rng)
{
	size_t count = (size_t)draw_between(rng, 0, 16);

	for (size_t i = 0; i < count; i++) {
		struct trouble *trouble =
		    &script->troubles[script->trouble_count++];

		draw_trouble(trouble, rng);
		trouble->from_ms +=
		    draw_between(rng, script->start_ms, script->quiet_ms);
		trouble->to_ms += trouble->from_ms;
		if (trouble->to_ms > script->quiet_ms)
			trouble->to_ms = script->quiet_ms;
	}
}

/* `to_ms` is how long it will last. */
static void
draw_trouble(struct trouble *trouble, struct rng *rng)
{
	trouble->from_ms = 0;
	trouble->kind = (enum trouble_kind)draw_between(
	    rng, TROUBLE_OUTAGE, TROUBLE_DENIED);
	trouble->percent = 100;
	trouble->to_ms = draw_log(rng, 10 * MINUTE_MS, 10 * HOUR_MS);
	switch (trouble->kind) {
	case TROUBLE_OUTAGE:
	case TROUBLE_DENIED:
		if (draw_chance(rng, 30))
			trouble->to_ms =
			    draw_between(rng, 10 * HOUR_MS, 2 * DAY_MS);
		break;
	case TROUBLE_ERRORS:
	case TROUBLE_THROTTLE:
		trouble->percent = (unsigned)draw_between(rng, 5, 100);
		break;
	case TROUBLE_NONE:
		break;
	}
}

static void
draw_skew(struct script *script, struct rng *rng)
{
	if (draw_chance(rng, 60))
		return;
	script->skew_ms = draw_log(rng, MINUTE_MS, 4 * DAY_MS);
	if (draw_chance(rng, 50))
		script->skew_ms = -script->skew_ms;
}

static void
draw_turns(struct script *script, struct rng *rng)
{
	size_t steps = draw_chance(rng, 30) ? rng_below(rng, 4) : 0;

	for (size_t i = 0; i < steps; i++)
		script_add_turn(script,
		    (struct turn){
		        .at_ms = draw_between(
		            rng, script->start_ms, script->quiet_ms),
		        .kind = TURN_CLOCK,
		        .skew_ms = script->skew_ms +
		            draw_between(rng, -DAY_MS, DAY_MS),
		    });
	draw_ends(script, rng);
}

static void
draw_ends(struct script *script, struct rng *rng)
{
	size_t ends = rng_below(rng, 16);

	for (size_t i = 0; i < ends; i++) {
		struct turn turn = {
		    .at_ms =
		        draw_between(rng, script->start_ms, script->quiet_ms),
		    .kind = (enum turn_kind)draw_between(
		        rng, TURN_STOP, TURN_COMMIT),
		    .commits = (unsigned)rng_below(rng, 8),
		    .performs = draw_chance(rng, 50),
		};

		turn.down_ms = draw_chance(rng, 10)
		    ? draw_between(rng, 4 * HOUR_MS, 2 * DAY_MS)
		    : draw_log(rng, SECOND_MS, 4 * HOUR_MS);
		/* Troubles rarely come alone. */
		script_add_turn(script, turn);
		if (draw_chance(rng, 20)) {
			turn.at_ms += draw_log(rng, SECOND_MS, HOUR_MS);
			turn.performs = !turn.performs;
			script_add_turn(script, turn);
		}
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}
