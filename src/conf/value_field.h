/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field of a configuration struct, reached by the option table's offset and
 * width. For conf/value*.c only.
 */
#ifndef CEFD_CONF_VALUE_FIELD_H
#define CEFD_CONF_VALUE_FIELD_H

#include <stdint.h>

struct buf;
struct conf_strings;
struct option;

/* Width 0 stores nothing and reads as 0. */
void field_set_number(const struct option *option, void *object, int64_t n);
int64_t field_get_number(const struct option *option, const void *object);

/* Frees the string before; `s` becomes the field's. */
/* Of OPTION_START, the field behind its own: since 1970, in ms; 0: none. */
void field_set_time(const struct option *option, void *object, int64_t ms);
int64_t field_get_time(const struct option *option, const void *object);
void field_set_string(const struct option *option, void *object, char *s);
const char *field_get_string(const struct option *option, const void *object);

void field_add_item(
    const struct option *option, void *object, const char *item);
const struct conf_strings *field_get_strings(
    const struct option *option, const void *object);

/* Append a duration, size or number in the option's own units. */
void field_put_quantity(
    const struct option *option, int64_t n, struct buf *out);

/* What kind of value it takes, for messages: "a duration like ...". */
const char *field_kind(const struct option *option);

#endif
