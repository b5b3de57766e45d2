/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents beside a detail: some have none, some are not to be had at once, and
 * some seeds refuse all of them for days.
 */
#include "config.h"

#include "api_fake.h"
#include "ring.h"

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
