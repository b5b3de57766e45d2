/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a decoded document as JSON again: the same members in the same
 * order, numbers digit by digit. Valid whatever came in: what was no UTF-8 is
 * U+FFFD, what would break a line is escaped.
 */
#ifndef CEFD_INTAKE_VAL_JSON_H
#define CEFD_INTAKE_VAL_JSON_H

#include "base/text.h"

struct buf;
struct val;

/* `value` is NULL for null. */
typedef void val_member_fn(
    struct text name, const struct val *value, void *arg);

/* Each member of an object, in the document's order; nothing else has any. */
void val_each_member(const struct val *v, val_member_fn *fn, void *arg);

/* Append the value. Overflow is the buffer's: look at it at the end. */
void val_put_json(struct buf *out, const struct val *v);

#endif
