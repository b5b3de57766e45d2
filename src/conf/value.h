/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One option's value: from text into the field that the table names, and back.
 * `object` is the struct the option's section belongs to (struct conf,
 * conf_source or conf_destination), zeroed at first.
 */
#ifndef CEFD_CONF_VALUE_H
#define CEFD_CONF_VALUE_H

#include <stdbool.h>

struct buf;
struct err;
struct option;

/*
 * Read `text` into the field; an option that is a list gets one more item.
 * Relative paths begin at `folder`. ERR_BAD says what is wrong with the text,
 * without the option's name.
 */
int value_set(const struct option *option, void *object, const char *text,
    const char *folder, struct err *err);

/*
 * Append the value as the file writes it: in quotes, lists in braces. Secrets
 * are hidden. Returns false and appends nothing when there is no value.
 */
bool value_put(
    const struct option *option, const void *object, struct buf *out);

/* Secrets are compared too. */
bool value_equal(const struct option *option, const void *a, const void *b);

/* Free what the field owns. Secrets are wiped. */
void value_clear(const struct option *option, void *object);

/* Append the text in double quotes, as the file needs it. */
void value_put_quoted(struct buf *out, const char *text);

#endif
