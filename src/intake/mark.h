/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an item is known again by. All of it is made of what was said, not of
 * how it was spelled: a time with another offset, or a list in another order,
 * is no change.
 */
#ifndef CEFD_INTAKE_MARK_H
#define CEFD_INTAKE_MARK_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;
struct event;
struct val;

/* The id in a member, as text and exactly; `otherwise` when there is none. */
struct text mark_id(
    const struct val *v, const char *member, struct text otherwise);

/* The time in a field as RFC 3339; `otherwise` when there is none. */
struct text mark_time(const struct event *event, unsigned field,
    struct text otherwise, struct arena *arena);

/* The same, with what `written`, its text, has beyond milliseconds. */
struct text mark_instant(const struct event *event, unsigned field,
    struct text written, struct arena *arena);

#define MARK_NEAR_MS (INT64_C(3600) * 1000)

/* The time in a field in whole hours, or 0: a fraction that is written in
 * another way is no change. */
int64_t mark_near(const struct event *event, unsigned field);

/* The items of a list field in order of their octets, joined. */
struct text mark_set(
    const struct event *event, unsigned field, struct arena *arena);

/*
 * All that a value says, but for the members of it in `known` (the last one is
 * NULL), whatever the order of members. What is null, empty or absent says
 * nothing: an empty text when nothing is left.
 */
struct text mark_rest(
    const struct val *v, const char *const *known, struct arena *arena);

/* Several of them in one; an empty text when nothing is left of any. */
struct text mark_rests(
    const struct text *rests, size_t count, struct arena *arena);

/* A decimal number. */
struct text mark_count(size_t count, struct arena *arena);

/*
 * 16 hex digits that depend on every part and on nothing else: an id for what
 * has none.
 */
struct text mark_digest(
    const struct text *parts, size_t count, struct arena *arena);

#endif
