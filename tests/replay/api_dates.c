/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reply says of the time.
 */
#include "config.h"

#include "api_dates.h"
#include "fake_http.h"
#include "ring.h"

void
api_put_date(struct ring *ring, struct answer *answer)
{
	const struct odd_dates *odd = &ring->script.odd_dates;
	int64_t now_ms = ring->clock.now_ms / SECOND_MS * SECOND_MS;
	bool is_odd = now_ms >= odd->from_ms && now_ms < odd->to_ms;

	switch (is_odd ? odd->kind : ODD_NONE) {
	case ODD_NONE:
		answer->date_ms = now_ms;
		break;
	case ODD_STEP:
		answer->date_ms = now_ms + odd->off_ms;
		break;
	case ODD_GONE:
		if (ring->odd_dates++ < odd->count)
			answer->date_ms = now_ms +
			    draw_between(
			        &ring->date_dice, -300 * DAY_MS, 300 * DAY_MS);
		break;
	case ODD_FIRST:
		answer->date_ms =
		    now_ms + (ring->odd_dates++ < odd->count ? odd->off_ms : 0);
		break;
	case ODD_OLD:
		if (draw_chance(&ring->date_dice, 50))
			answer->date_ms = SECOND_MS;
		break;
	}
}
