/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of CEF that forgives nothing. It takes what cefd promises to write
 * and no more: version 0, seven header fields that escape only "\" and "|", an
 * extension that escapes only "\\", "\=", "\n" and "\r", keys of ASCII letters
 * and digits that come once each, no empty value, no control, UTF-8 throughout,
 * and externalId last.
 */
#ifndef CEFD_STRICT_CEF_H
#define CEFD_STRICT_CEF_H

#include "strict_text.h"

#define STRICT_CEF_PAIRS_MAX 64

enum strict_cef_field {
	STRICT_CEF_VENDOR,
	STRICT_CEF_PRODUCT,
	STRICT_CEF_VERSION,
	STRICT_CEF_CLASS,
	STRICT_CEF_NAME,
	STRICT_CEF_SEVERITY,
	STRICT_CEF_FIELDS
};

struct strict_pair {
	struct strict_text key;
	struct strict_text value; /* without escapes */
};

struct strict_cef {
	struct strict_text header[STRICT_CEF_FIELDS];
	struct strict_pair pairs[STRICT_CEF_PAIRS_MAX]; /* in order */
	size_t count;
	char why[STRICT_WHY_MAX]; /* what is wrong, after -1 */
};

/* Read one line without its end. Returns 0, or -1 and a reason in ret->why.
 * strict_cef_clear in both cases. */
int strict_cef_parse(struct strict_cef *ret, const void *line, size_t len);
void strict_cef_clear(struct strict_cef *cef);

/* The value of a key, or NULL. */
const struct strict_text *strict_cef_get(
    const struct strict_cef *cef, const char *key);

#endif
