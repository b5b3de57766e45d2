/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A notice of cefd's own that concerns one destination only.
 */
#include "config.h"

#include "daemon/fleet_parts.h"
#include "daemon/own_notice.h"
#include "intake/notice.h"
#include "intake/stream.h"
#include "intake/style.h"
#include "intake/take.h"
#include "spool/batch.h"
#include "spool/spool.h"

int
destination_notice(struct destination *d, const struct notice *notice,
    int64_t now_ms, uint64_t *ret_number, struct err *err)
{
	struct outlet outlet = {.queue = d->queue, .sequence = &d->sequence};
	struct batch *batch = batch_new();
	struct taker taker;
	int result;

	style_of(&outlet.style, d->section);
	taker_init(&taker, d->fleet->spool, batch, &stream_threats);
	taker.outlets = &outlet;
	taker.outlet_count = 1;
	*ret_number = batch_next(batch, d->queue);
	notice_put(&taker, notice, now_ms);
	result = spool_commit(d->fleet->spool, batch, err);
	taker_clear(&taker);
	batch_free(batch);
	return result;
}
