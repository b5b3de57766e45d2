/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Further habits of the API. They have dice of their own, so that a seed tells
 * the story that it told before there were these.
 */
#include "config.h"

#include "fake_clock.h"
#include "script.h"
#include "script_extras.h"

static void draw_odd_dates(struct script *script, struct rng *rng);
static void draw_deaf_key(struct script *script, struct rng *rng);
static void draw_first_dates(struct script *script, struct rng *rng);

void
script_api_draw(struct script *script, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, ~seed);
	draw_odd_dates(script, &rng);
	draw_deaf_key(script, &rng);
	draw_first_dates(script, &rng);
}

/*
 * What it makes late, or has listed once more, is for other seeds. Where nobody
 * tells the time, this machine's clock has to be right.
 */
static void
draw_odd_dates(struct script *script, struct rng *rng)
{
	struct odd_dates *odd = &script->odd_dates;
	bool is_off = script->skew_ms != 0 || script_has(script, TURN_CLOCK);

	odd->kind = (enum odd_kind)draw_between(rng, ODD_STEP, ODD_OLD);
	odd->from_ms = draw_between(
	    rng, script->start_ms + 2 * DAY_MS, script->quiet_ms - 3 * DAY_MS);
	odd->to_ms = odd->from_ms + draw_log(rng, HOUR_MS, 2 * DAY_MS);
	odd->off_ms = draw_log(rng, 10 * MINUTE_MS, DAY_MS);
	if (draw_chance(rng, 50))
		odd->off_ms = -odd->off_ms;
	odd->count = (unsigned)draw_between(rng, 1, 9);
	/* For good: no life ends any more, so it is lived with. */
	if (odd->kind == ODD_GONE && draw_chance(rng, 70)) {
		odd->from_ms = script->quiet_ms;
		odd->to_ms = script->end_ms;
	}
	if (odd->kind == ODD_OLD && draw_chance(rng, 50)) {
		odd->from_ms = script->start_ms;
		odd->to_ms = script->end_ms;
	}
	if (!draw_chance(rng, 12) || script->retention_ms != 0 ||
	    script->is_calm || script->starts_denied ||
	    (odd->kind != ODD_STEP && is_off) ||
	    script_has(script, TURN_REPLAY) || script_has(script, TURN_JOIN))
		odd->kind = ODD_NONE;
}

/* All lists of threats by one of the keys. */
static void
draw_deaf_key(struct script *script, struct rng *rng)
{
	struct poison *poison = &script->poison;
	int64_t since_ms =
	    draw_between(rng, script->start_ms, script->quiet_ms - 2 * DAY_MS);
	int64_t until_ms = since_ms + draw_log(rng, HOUR_MS, 10 * DAY_MS);
	bool is_by_change = draw_chance(rng, 50);

	if (!draw_chance(rng, 10) || poison->until_ms != 0 ||
	    script->retention_ms != 0 || script->is_calm)
		return;
	*poison = (struct poison){
	    .since_ms = since_ms,
	    .until_ms =
	        until_ms < script->quiet_ms ? until_ms : script->quiet_ms,
	    .to_s = INT64_MAX,
	    .is_by_change = is_by_change,
	};
}

/* Where the stream begins is decided by them. */
static void
draw_first_dates(struct script *script, struct rng *rng)
{
	const struct odd_dates odd = {
	    .kind = ODD_FIRST,
	    .from_ms = script->start_ms,
	    .to_ms = script->end_ms,
	    .off_ms = draw_log(rng, 10 * MINUTE_MS, 8 * DAY_MS),
	    .count = (unsigned)draw_between(rng, 1, 12),
	};

	if (draw_chance(rng, 25) && script->odd_dates.kind == ODD_NONE &&
	    script->retention_ms == 0 && !script->is_calm &&
	    !script->starts_denied && script->skew_ms == 0 &&
	    !script_has(script, TURN_CLOCK) &&
	    !script_has(script, TURN_REPLAY) && !script_has(script, TURN_JOIN))
		script->odd_dates = odd;
}
