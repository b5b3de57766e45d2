/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing over
 * U+10FFFF.
 */
#ifndef CEFD_BASE_UTF8_H
#define CEFD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define UTF8_INVALID UINT32_MAX
#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Octets that UTF8_REPLACEMENT takes. */
#define UTF8_REPLACEMENT_LEN 3

static inline bool
utf8_is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * Read the code point at the front of `t`, which is not empty. Returns how many
 * octets it takes and the code point in *ret_cp; where there is none, UTF8_INVALID
 * and the length of what one U+FFFD stands for (the longest piece that could
 * still have become a code point, at least 1).
 */
size_t utf8_decode(struct text t, uint32_t *ret_cp);

/* Is all of `t` valid? */
bool utf8_is_valid(struct text t);

/* Would it forge a line or move a terminal's cursor? C0, DEL, C1, line and
 * paragraph separators, bidirectional controls. */
bool utf8_is_hostile(uint32_t cp);

/* The longest start of `t`, which is valid, of at most `max` octets that does
 * not end within a code point. */
struct text utf8_cut(struct text t, size_t max);

#endif
