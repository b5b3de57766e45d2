/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header and body, held together by one ceiling.
 */
#include "config.h"

#include "base/buf.h"
#include "base/err.h"
#include "format/cef.h"
#include "format/event.h"
#include "format/record.h"
#include "format/rfc5424.h"

int
record_put(struct buf *out, const struct event *event,
    const struct style *style, int64_t now_ms, uint64_t sequence,
    struct err *err)
{
	size_t before = out->len;
	bool overflow = out->overflow;
	size_t header;

	rfc5424_put_header(out, event, style, now_ms, sequence);
	header = out->len - before;
	if (!out->overflow && header < style->max_size &&
	    cef_put(out, event, style, style->max_size - header) == 0)
		return 0;
	out->len = before;
	out->overflow = overflow;
	return err_set(err, ERR_FULL,
	    "the record cannot be made to fit into %zu octets",
	    style->max_size);
}
