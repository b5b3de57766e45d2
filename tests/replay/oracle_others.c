/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on the streams besides threats.
 */
#include "config.h"

#include <stdio.h>

#include "base/rfc3339.h"
#include "cef_line.h"
#include "oracle_parts.h"
#include "ring.h"

static bool is_due(const struct ring *ring, uint32_t index);

void
oracle_judge_others(struct ring *ring)
{
	for (uint32_t i = 0; i < ring->others.count; i++) {
		const struct other *item = &ring->others.items[i];
		uint32_t message = ring->tenant.message_count + i;
		const struct expected *e = &ring->oracle.messages[message];
		const struct facet *last = &item->facets[item->facet_count - 1];
		char set[RFC3339_SEC_LEN + 1];

		rfc3339_sec(set, last->set_ms);
		if (!is_due(ring, i))
			continue;
		if (e->known == 0)
			oracle_violation(ring, message,
			    "never taken; in its last state since %s", set);
		else if (!facet_equals(
		             item->kind, last, &item->facets[e->known - 1]))
			oracle_violation(ring, message,
			    "its last state, since %s, was never taken", set);
	}
}

bool
oracle_fits_other(const struct ring *ring, uint32_t index, uint32_t number,
    const struct cef_line *line)
{
	static const struct {
		const char *class_id, *key;
		bool has_stamp; /* rt is what the list goes by */
	} looks[OTHER_KINDS] = {
	    [OTHER_CASES] = {"case", "act", false},
	    [OTHER_VENDOR_CASES] = {"vendor-case", "act", true},
	    [OTHER_CAMPAIGNS] = {"abuse-campaign", "AbnormalEmailJudgement",
	        true},
	    [OTHER_NOT_ANALYZED] = {"abuse-not-analyzed", "reason", true},
	    [OTHER_AUDIT] = {"audit", "act", true},
	};
	const struct other *item = &ring->others.items[index];
	const struct facet *facet = &item->facets[number];
	char stamp[32];

	(void)snprintf(
	    stamp, sizeof(stamp), "%lld", (long long)facet->stamp_ms);
	return text_eq(line->class_id, text_of(looks[item->kind].class_id)) &&
	    cef_line_says(line, looks[item->kind].key, facet->status) &&
	    (!looks[item->kind].has_stamp ||
	        cef_line_says(line, "rt", stamp)) &&
	    (item->kind != OTHER_CASES ||
	        cef_line_says(line, "cs1", facet->level));
}

static bool
is_due(const struct ring *ring, uint32_t index)
{
	const struct script *script = &ring->script;
	const struct other *item = &ring->others.items[index];
	const struct facet *last = &item->facets[item->facet_count - 1];
	uint32_t message = ring->tenant.message_count + index;
	int64_t origin_ms = oracle_origin_ms(ring);

	if (script->denied_status != 0 && script->denied_kind == item->kind &&
	    script->denied_to_ms == INT64_MAX)
		return false;
	if (oracle_is_lost(ring, last->set_ms, last->stamp_ms))
		return false;
	return ring->oracle.messages[message].known > 0 ||
	    last->stamp_ms >= origin_ms;
}
