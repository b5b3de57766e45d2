/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a decoded document. They belong to it and live as long as it does.
 * `null` and absent are the same thing to every reader here, because the API
 * uses both.
 */
#ifndef CEFD_INTAKE_VAL_H
#define CEFD_INTAKE_VAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct val; /* never defined: a name for the library's own type */

/* A member of an object; NULL when `v` is no object, or has none, or null. */
const struct val *val_member(const struct val *v, const char *name);

/* Whether it has such a member, which is null. */
bool val_has_null(const struct val *v, const char *name);

/* Number of items of an array; 0 for anything else. */
size_t val_count(const struct val *v);
const struct val *val_item(const struct val *v, size_t i);

bool val_is_array(const struct val *v);
bool val_is_object(const struct val *v);

/*
 * The text of a string, or of a number or boolean as it stood in the document
 * (64-bit integers exactly). Empty for NULL, arrays and objects.
 */
struct text val_text(const struct val *v);

/* The value of a member as val_text gives it. */
struct text val_member_text(const struct val *v, const char *name);

/* True and *ret when `v` is an integer, also one that was passed through a
 * double (2.0), or a string of one. */
bool val_int(const struct val *v, int64_t *ret);

/* True and *ret when `v` is a boolean, or "true" or "false". */
bool val_bool(const struct val *v, bool *ret);

#endif
