/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a field is called where CEF's dictionary does not bind: a labelled field
 * by its label, one of our own without the prefix, the rest by plain words.
 */
#ifndef CEFD_FORMAT_FIELD_NAME_H
#define CEFD_FORMAT_FIELD_NAME_H

#include "base/text.h"
#include "format/walk.h"

struct field;
struct schema;

/* 1 to FIELD_NAME_MAX ASCII letters and digits, of which the first is to be
 * written in lower case. Valid for as long as the schema. */
struct text field_name(const struct field *field, const struct schema *schema,
    enum dialect dialect);

/* Room for it in structured data (RFC 5424 section 6.3.3). */
#define FIELD_NAME_MAX 32

static inline void
field_name_put(struct pen *pen, struct text name)
{
	pen_putc(pen, (char)(name.ptr[0] | 0x20));
	pen_put(pen, (struct text){name.ptr + 1, name.len - 1});
}

#endif
