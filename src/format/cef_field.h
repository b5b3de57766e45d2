/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One field of an event as a pair of a CEF extension. For cef.c only.
 */
#ifndef CEFD_FORMAT_CEF_FIELD_H
#define CEFD_FORMAT_CEF_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "format/pen.h"
#include "format/schema.h"

struct event;

/* One walk over an event. */
struct cef_walk {
	struct pen pen;
	const struct event *event;
	struct buf scratch; /* of the hygiene */
	unsigned shed;      /* fields of this rank and lower are left out */
	bool cut[SCHEMA_FIELDS_MAX]; /* what is missing something */
};

/*
 * Put field `i` with a blank in front, and mark it in `cut` where something of
 * it had to be left out. Nothing when it has no value.
 */
void cef_field_put(struct cef_walk *walk, size_t i);

/* Leave field `i` out, and mark it in `cut` if there was anything to lose. */
void cef_field_shed(struct cef_walk *walk, size_t i);

#endif
