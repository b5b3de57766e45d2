/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API's own clock, learnt from the Date of its replies and carried on by
 * our monotonic clock. Windows are cut on it, so that a wrong or stepped wall
 * clock of this machine neither skips anything nor asks for the future.
 */
#include "config.h"

#include <inttypes.h>

#include "conf/conf.h"
#include "intake/poller_parts.h"
#include "intake/server_time.h"
#include "io/log.h"

/* Date is in whole seconds, and the reply took some time to come. */
#define SKEW_TOLD_MS 2000

int64_t
poller_server_ms(const struct poller *p)
{
	if (p->server_ms == 0)
		return loop_wall_ms(p->world.loop);
	return p->server_ms + loop_now_ms(p->world.loop) - p->server_at_ms;
}

void
poller_note_reply(struct poller *p, const struct http_reply *reply)
{
	int64_t skew_ms;

	if (reply->date_ms <= 0)
		return;
	p->server_ms = reply->date_ms;
	p->server_at_ms = loop_now_ms(p->world.loop);
	skew_ms = loop_wall_ms(p->world.loop) - reply->date_ms;
	/* The server's second may be nearly over. */
	if (skew_ms > 0 && skew_ms < 1000)
		skew_ms = 0;
	if (skew_ms - p->skew_told_ms > SKEW_TOLD_MS ||
	    p->skew_told_ms - skew_ms > SKEW_TOLD_MS) {
		log_warn("intake",
		    "this machine's clock is %.1f s %s the API's; the API's "
		    "is used source=%s",
		    (double)(skew_ms < 0 ? -skew_ms : skew_ms) / 1000,
		    skew_ms < 0 ? "behind" : "ahead of", p->conf->name);
		p->skew_told_ms = skew_ms;
	}
}
