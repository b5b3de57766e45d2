/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A month for those who must order one, a week for those who forgot, a day for
 * those who hoped.
 */
#include "config.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "base/expiry.h"
#include "base/rfc3339.h"

#define DAY_MS INT64_C(86400000)

int
expiry_due(int64_t left_ms)
{
	static const int days[] = {0, 1, 7, 30};

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (left_ms <= days[i] * DAY_MS)
			return days[i];
	return -1;
}

/* With an authority that is late by less than that nothing is wrong yet. */
int
expiry_list_due(int64_t from_ms, int64_t to_ms, int64_t now_ms)
{
	int64_t ahead_ms = (to_ms - from_ms) / 10;

	if (to_ms == 0)
		return -1;
	if (now_ms >= to_ms)
		return 0;
	if (ahead_ms > 7 * DAY_MS)
		ahead_ms = 7 * DAY_MS;
	return to_ms - now_ms < ahead_ms ? 1 : -1;
}

void
expiry_say(char ret[EXPIRY_TEXT_SIZE], int64_t expires_ms, int64_t now_ms)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, expires_ms);
	if (expires_ms <= now_ms)
		(void)snprintf(ret, EXPIRY_TEXT_SIZE, "over since %s", when);
	else
		(void)snprintf(ret, EXPIRY_TEXT_SIZE,
		    "good until %s (%" PRId64 " days)", when,
		    (expires_ms - now_ms) / DAY_MS);
}
