/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents beside a detail: some have none, some are not to be had at once, and
 * some seeds refuse all of them for days.
 */
#include "config.h"

#include "api_fake.h"
#include "api_filter.h"
#include "ring.h"

static bool touches(
    const struct poison *poison, const struct filter *filter, bool is_open);

/* One threat in eight, and one case in eight, has none. */
bool
api_has_extras(const struct ring *ring, uint32_t message)
{
	uint32_t count = ring->tenant.message_count;

	if (message < count)
		return ring->script.enrich != 0 &&
		    ring->tenant.messages[message].threat % 8 != 3;
	return ring->others.items[message - count].kind == OTHER_CASES &&
	    (message - count) % 8 != 3;
}

bool
api_refuses_extras(struct ring *ring, struct answer *answer, uint32_t message)
{
	const struct script *script = &ring->script;
	int64_t now_ms = ring->clock.now_ms;
	bool is_bad_day =
	    now_ms >= script->bare_from_ms && now_ms < script->bare_to_ms;

	if (!api_has_extras(ring, message))
		api_refuse(answer, 404, "there is nothing");
	else if (is_bad_day || draw_chance(&ring->dice, 10))
		api_refuse(answer, is_bad_day ? 403 : 502, "not now");
	else
		return false;
	return true;
}

bool
api_is_poisoned(struct ring *ring, struct answer *answer,
    const struct filter *filter, unsigned stream, bool is_by_change)
{
	const struct poison *poison = &ring->script.poison;
	int64_t now_ms = ring->clock.now_ms;

	if (now_ms < poison->since_ms || now_ms >= poison->until_ms ||
	    stream != poison->stream ||
	    (stream == 0 && is_by_change != poison->is_by_change) ||
	    !touches(poison, filter, stream != 0))
		return false;
	if (poison->is_refused)
		api_refuse(answer, 400,
		    poison->is_retention ? "Outside of the data retention"
		                         : "Bad Request");
	else
		api_refuse(answer, 500, "oops");
	return true;
}

/* Both bounds count, as it may be for streams that are not cut to seconds. */
static bool
touches(const struct poison *poison, const struct filter *filter, bool is_open)
{
	for (unsigned i = 0; i < poison->times; i++) {
		int64_t from_s = poison->from_s + i * HOUR_MS / SECOND_MS;
		int64_t to_s = from_s + poison->to_s - poison->from_s;

		if (filter->from_s < to_s &&
		    (is_open ? filter->to_s >= from_s : filter->to_s > from_s))
			return true;
	}
	return false;
}
