/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One field of an event in a record. For walk.c only.
 */
#ifndef CEFD_FORMAT_WALK_FIELD_H
#define CEFD_FORMAT_WALK_FIELD_H

#include <stddef.h>

#include "base/text.h"

struct field;
struct walk;

/*
 * Put field `i` with all that stands around it, and mark it in `cut` where
 * something of it had to be left out. Nothing when it has no value.
 */
void walk_field_put(struct walk *walk, size_t i);

/* Leave field `i` out, and mark it in `cut` if there was anything to lose. */
void walk_field_shed(struct walk *walk, size_t i);

/* For walk_list.c: what stands before the value, and text as a value. */
void walk_field_lead(struct walk *walk, const struct field *field);
void walk_field_value(struct walk *walk, struct text t);

#endif
