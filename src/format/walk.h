/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over the fields of an event writes its record; a record that comes
 * out too long, which is rare, is walked again with the next rank of fields
 * left out. The formats differ in what stands around a value and in escapes;
 * which fields there are, their hygiene and cuts are the same for all.
 */
#ifndef CEFD_FORMAT_WALK_H
#define CEFD_FORMAT_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/pen.h"
#include "format/schema.h"

struct event;
struct style;

enum dialect { DIALECT_CEF, DIALECT_LEEF, DIALECT_SD, DIALECT_JSON };

struct walk {
	struct pen pen;
	enum dialect dialect;
	const struct event *event;
	const struct style *style;
	struct buf scratch; /* of the hygiene */
	unsigned shed;      /* fields of this rank and lower are left out */
	bool cut[SCHEMA_FIELDS_MAX]; /* what is missing something */
};

/* Put the whole record. */
typedef void walk_fn(struct walk *walk);

/*
 * Append what `fn` puts, at most `max` octets. Returns 0, or -1 when even the bare record is longer (`out` is
 * then as before). `out` is taken as full when it has less than PEN_SLACK
 * octets left.
 */
int walk_run(struct buf *out, enum dialect dialect, const struct event *event,
    const struct style *style, walk_fn *fn, size_t max);

/* Put all fields, in order. Each brings what stands before it: a blank, a TAB
 * or a comma. */
void walk_fields(struct walk *walk);

/* Text for the front of a record, clean; `otherwise` where there is nothing
 * left of it. Valid until the next call. */
struct text walk_clean(
    struct walk *walk, struct text t, size_t max, struct text otherwise);

/* What is neither CEF's header nor CEF's value: with the escapes of the
 * dialect. */
void walk_put_escaped(struct walk *walk, struct text t);

#endif
