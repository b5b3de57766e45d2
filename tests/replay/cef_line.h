/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small reader of CEF, independent of what writes it.
 */
#ifndef CEFD_TESTS_REPLAY_CEF_LINE_H
#define CEFD_TESTS_REPLAY_CEF_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define CEF_LINE_PAIRS 64

struct cef_line {
	struct text class_id;
	struct text keys[CEF_LINE_PAIRS];
	struct text values[CEF_LINE_PAIRS]; /* escapes as they stand */
	size_t count;
};

/* Read one record, its syslog header before it or not. False: it is no CEF. */
bool cef_line_read(struct cef_line *ret, struct text record);

/* The value of a key; empty when there is none. */
struct text cef_line_get(const struct cef_line *line, const char *key);

bool cef_line_says(
    const struct cef_line *line, const char *key, const char *value);

#endif
