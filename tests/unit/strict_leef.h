/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of LEEF 2.0 that takes what cefd promises to write and no more: TAB
 * as the delimiter, keys of ASCII letters and digits that come once each, no
 * empty value, no control, UTF-8 throughout, sev from 1 to 10, and externalId
 * last.
 */
#ifndef CEFD_STRICT_LEEF_H
#define CEFD_STRICT_LEEF_H

#include "strict_cef.h"

enum strict_leef_field {
	STRICT_LEEF_VENDOR,
	STRICT_LEEF_PRODUCT,
	STRICT_LEEF_VERSION,
	STRICT_LEEF_EVENT_ID,
	STRICT_LEEF_FIELDS
};

struct strict_leef {
	struct strict_text header[STRICT_LEEF_FIELDS];
	struct strict_pair pairs[STRICT_CEF_PAIRS_MAX]; /* in order */
	size_t count;
	char why[STRICT_WHY_MAX]; /* what is wrong, after -1 */
};

/* Read one line without its end. Returns 0, or -1 and a reason in ret->why.
 * strict_leef_clear in both cases. */
int strict_leef_parse(struct strict_leef *ret, const void *line, size_t len);
void strict_leef_clear(struct strict_leef *leef);

/* The value of a key, or NULL. */
const struct strict_text *strict_leef_get(
    const struct strict_leef *leef, const char *key);

#endif
