/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header and body, held together by one ceiling.
 */
#include "config.h"

#include "base/buf.h"
#include "base/err.h"
#include "format/cef.h"
#include "format/event.h"
#include "format/json_line.h"
#include "format/leef.h"
#include "format/record.h"
#include "format/rfc5424.h"
#include "format/sd.h"

static int put_body(struct buf *out, const struct event *event,
    const struct style *style, size_t max);

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
	    put_body(out, event, style, style->max_size - header) == 0)
		return 0;
	out->len = before;
	out->overflow = overflow;
	return err_set(err, ERR_FULL,
	    "the record cannot be made to fit into %zu octets: "
	    "raise max-size",
	    style->max_size);
}

static int
put_body(struct buf *out, const struct event *event, const struct style *style,
    size_t max)
{
	switch (style->format) {
	case FORMAT_CEF:
		return cef_put(out, event, style, max);
	case FORMAT_JSON:
		return json_line_put(out, event, max);
	case FORMAT_LEEF:
		return leef_put(out, event, style, max);
	case FORMAT_SD:
		return sd_put(out, event, style, max);
	}
	return -1;
}
