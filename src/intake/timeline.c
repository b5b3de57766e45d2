/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event without a time is older than any with one.
 */
#include "config.h"

#include "base/rfc3339.h"
#include "intake/timeline.h"
#include "intake/val.h"

const struct val *
timeline_newest(
    const struct val *array, const char *time_member, const char *with)
{
	const struct val *newest = NULL;
	int64_t newest_ms = INT64_MIN;

	for (size_t i = 0; i < val_count(array); i++) {
		const struct val *v = val_item(array, i);
		int64_t ms = INT64_MIN;

		if (with != NULL && text_is_empty(val_member_text(v, with)))
			continue;
		(void)rfc3339_parse(val_member_text(v, time_member), &ms);
		if (newest != NULL && ms <= newest_ms)
			continue;
		newest = v;
		newest_ms = ms;
	}
	return newest;
}
