/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The member "cefd" of a JSON record: kind, source, host, severity, schema, id,
 * and the names of what was left out, if anything was. For json_line.c only.
 */
#ifndef CEFD_FORMAT_JSON_CEFD_H
#define CEFD_FORMAT_JSON_CEFD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct event;
struct field;
struct pen;
struct schema;

/* Octets of the list of names; a last "*" stands for those beyond. */
#define JSON_TRUNCATED_MAX 256

/* JSON texts with commas between them. Zero it before use. */
struct json_truncated {
	char names[JSON_TRUNCATED_MAX];
	size_t len;
	bool full;
};

/* Add a name, which is a JSON text with its quotes; or that of a field. */
void json_truncated_member(struct json_truncated *t, struct text name);
void json_truncated_field(struct json_truncated *t, const struct field *field,
    const struct schema *schema);

/* Put the member, without a comma. */
void json_cefd_put(struct pen *pen, const struct event *event,
    const struct json_truncated *truncated);

#endif
