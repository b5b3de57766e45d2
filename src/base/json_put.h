/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON (RFC 8259) into a buffer, a member or an item a call. Commas,
 * quotes and escapes are its own; balanced braces are the caller's. Invalid
 * UTF-8 becomes U+FFFD, controls and what breaks lines are escaped, so that the result is always valid JSON.
 *
 * `name` is the member's name inside an object, NULL inside an array and for
 * the outermost value. Overflow is the buffer's: check it once at the end.
 */
#ifndef CEFD_BASE_JSON_PUT_H
#define CEFD_BASE_JSON_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct buf;

struct json_put {
	struct buf *out; /* borrowed */
	bool comma;      /* one is due before the next member */
};

void json_put_init(struct json_put *j, struct buf *out);

/* '{' or '[', and its end. */
void json_put_open(struct json_put *j, const char *name, char bracket);
void json_put_close(struct json_put *j, char bracket);

void json_put_text(struct json_put *j, const char *name, struct text value);
/* NULL is written as null. */
void json_put_string(struct json_put *j, const char *name, const char *value);
void json_put_int(struct json_put *j, const char *name, int64_t value);
void json_put_uint(struct json_put *j, const char *name, uint64_t value);
/* A number with three decimals, from thousandths. */
void json_put_milli(struct json_put *j, const char *name, int64_t value);
void json_put_bool(struct json_put *j, const char *name, bool value);

/* A string with its quotes, for those who write the rest themselves. */
void json_put_quoted(struct buf *out, struct text t);

#endif
