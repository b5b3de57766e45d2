/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A month for those who must order one, a week for those who forgot, a day for
 * those who hoped.
 */
#include "config.h"

#include <stddef.h>

#include "base/expiry.h"

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
