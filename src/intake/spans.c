/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short sorted array.
 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "intake/spans.h"

static size_t cut(
    const struct spans *spans, struct span span, struct span *ret_holes);
static int parse_time(struct text text, int64_t *ret_s);
static struct text next_part(struct text *rest, char end);

void
spans_init(struct spans *spans, int64_t cursor_s)
{
	spans->count = 0;
	spans->cursor_s = cursor_s;
}

bool
spans_done(struct spans *spans, struct span span)
{
	struct span holes[SPANS_MAX * 2 + 1];
	size_t count = cut(spans, span, holes);

	if (span.from_s > spans->cursor_s)
		holes[count++] = (struct span){spans->cursor_s, span.from_s};
	if (count > SPANS_MAX)
		return false;
	memcpy(spans->holes, holes, count * sizeof(*holes));
	spans->count = count;
	if (span.to_s > spans->cursor_s)
		spans->cursor_s = span.to_s;
	return true;
}

int64_t
spans_oldest_s(const struct spans *spans)
{
	return spans->count > 0 ? spans->holes[0].from_s : spans->cursor_s;
}

int64_t
spans_open_s(const struct spans *spans, int64_t to_s)
{
	int64_t open_s = to_s > spans->cursor_s ? to_s - spans->cursor_s : 0;

	for (size_t i = 0; i < spans->count; i++)
		open_s += spans->holes[i].to_s - spans->holes[i].from_s;
	return open_s;
}

void
spans_put(struct buf *out, const struct spans *spans)
{
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	for (size_t i = 0; i < spans->count; i++) {
		rfc3339_sec(from, spans->holes[i].from_s * 1000);
		rfc3339_sec(to, spans->holes[i].to_s * 1000);
		(void)buf_printf(out, "%s/%s,", from, to);
	}
	rfc3339_sec(to, spans->cursor_s * 1000);
	(void)buf_puts(out, to);
}

int
spans_parse(struct spans *ret, struct text text)
{
	struct spans spans = {.count = 0};
	int64_t last_s = INT64_MIN;

	while (memchr(text.ptr, ',', text.len) != NULL) {
		struct span *hole = &spans.holes[spans.count];
		struct text part = next_part(&text, ',');
		struct text from = next_part(&part, '/');

		if (spans.count++ == SPANS_MAX ||
		    parse_time(from, &hole->from_s) == -1 ||
		    parse_time(part, &hole->to_s) == -1 ||
		    hole->from_s < last_s || hole->from_s >= hole->to_s)
			return -1;
		last_s = hole->to_s;
	}
	if (parse_time(text, &spans.cursor_s) == -1 || spans.cursor_s < last_s)
		return -1;
	*ret = spans;
	return 0;
}

/* The holes without the span; one may fall in two. */
static size_t
cut(const struct spans *spans, struct span span, struct span *ret_holes)
{
	size_t count = 0;

	for (size_t i = 0; i < spans->count; i++) {
		struct span hole = spans->holes[i];

		if (span.to_s <= hole.from_s || span.from_s >= hole.to_s) {
			ret_holes[count++] = hole;
			continue;
		}
		if (hole.from_s < span.from_s)
			ret_holes[count++] =
			    (struct span){hole.from_s, span.from_s};
		if (span.to_s < hole.to_s)
			ret_holes[count++] =
			    (struct span){span.to_s, hole.to_s};
	}
	return count;
}

static int
parse_time(struct text text, int64_t *ret_s)
{
	int64_t ms;

	if (rfc3339_parse(text, &ms) == -1)
		return -1;
	*ret_s = ms / 1000;
	return 0;
}

/* What stands before `end`, which is skipped. */
static struct text
next_part(struct text *rest, char end)
{
	const char *at = memchr(rest->ptr, end, rest->len);
	struct text part = *rest;

	if (at == NULL) {
		rest->len = 0;
		return part;
	}
	part.len = (size_t)(at - rest->ptr);
	rest->len -= part.len + 1;
	rest->ptr += part.len + 1;
	return part;
}
