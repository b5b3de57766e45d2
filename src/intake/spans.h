/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has been listed, on one of the API's clocks: everything before a cursor
 * but for some holes. Holes are what was put off (newest first) or is still to
 * come. Pure; times are seconds since 1970, spans half open.
 */
#ifndef CEFD_INTAKE_SPANS_H
#define CEFD_INTAKE_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct buf;

#define SPANS_MAX 64

struct span {
	int64_t from_s, to_s;
};

struct spans {
	struct span holes[SPANS_MAX]; /* apart from each other, in order */
	size_t count;
	int64_t cursor_s;
};

void spans_init(struct spans *spans, int64_t cursor_s);

/* All of the span is listed. The cursor moves if it is reached or passed; what
 * is passed becomes a hole. False, and nothing done, when there are too many:
 * the caller lists what is oldest, which needs none. */
bool spans_done(struct spans *spans, struct span span);

/* The oldest second that is not listed. */
int64_t spans_oldest_s(const struct spans *spans);

/* How many seconds before `to_s` are not listed. */
int64_t spans_open_s(const struct spans *spans, int64_t to_s);

/* "2026-01-01T00:00:00Z", with "FROM/TO," for each hole before it. */
void spans_put(struct buf *out, const struct spans *spans);
/* -1 when it is no such text; *ret is untouched then. */
int spans_parse(struct spans *ret, struct text text);

#endif
