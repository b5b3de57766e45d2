/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices like any other, each committed alone.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "conf/conf.h"
#include "intake/marked.h"
#include "intake/notice.h"
#include "intake/stream.h"
#include "intake/style.h"
#include "intake/take.h"
#include "spool/batch.h"
#include "spool/spool.h"

int
marked_put(struct spool *spool, struct queue *queue,
    const struct conf_destination *conf, uint64_t *sequence, int64_t now_ms,
    uint64_t *ret_number, struct err *err)
{
	char id[64];
	const struct notice notice = {
	    .cat = TEXT("test"),
	    .act = TEXT("test"),
	    .name = TEXT("Test"),
	    .msg = TEXT("Sent by cefctl on demand; no threat is behind it"),
	    .severity = 0,
	    .id = {id,
	        (size_t)snprintf(id, sizeof(id), "test-%" PRId64, now_ms)},
	    .count = -1,
	};

	return marked_commit(
	    spool, queue, conf, sequence, &notice, now_ms, ret_number, err);
}

int
marked_commit(struct spool *spool, struct queue *queue,
    const struct conf_destination *conf, uint64_t *sequence,
    const struct notice *notice, int64_t now_ms, uint64_t *ret_number,
    struct err *err)
{
	struct outlet outlet = {.queue = queue, .sequence = sequence};
	struct batch *batch = batch_new();
	struct taker taker;
	int result;

	style_of(&outlet.style, conf);
	taker_init(&taker, spool, batch, &stream_threats);
	taker.outlets = &outlet;
	taker.outlet_count = 1;
	*ret_number = batch_next(batch, queue);
	notice_put(&taker, notice, now_ms);
	result = spool_commit(spool, batch, err);
	taker_clear(&taker);
	batch_free(batch);
	return result;
}
