/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text hygiene: what every value from outside goes through before it stands in
 * a record. In this order: repair invalid UTF-8 (U+FFFD), blank the controls
 * (C0 except CR and LF, DEL, C1, U+2028/9, bidi controls U+202A-202E and
 * U+2066-2069), trim blanks at both ends, cut at a code point.
 */
#ifndef CEFD_FORMAT_CLEAN_H
#define CEFD_FORMAT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct buf;

/*
 * Make `in` clean. The result is `in` itself where nothing was to be done
 * (nearly always), otherwise it lives in `scratch`, which is overwritten.
 * `max` is the ceiling in octets, 0 for none; *cut is set when it was reached
 * and left alone otherwise.
 */
struct text clean(struct text in, size_t max, struct buf *scratch, bool *cut);

/* Without blanks at both ends: the third of these steps alone. */
static inline struct text
clean_trim(struct text t)
{
	while (t.len != 0 && t.ptr[0] == ' ') {
		t.ptr++;
		t.len--;
	}
	while (t.len != 0 && t.ptr[t.len - 1] == ' ')
		t.len--;
	return t;
}

#endif
