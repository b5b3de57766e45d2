/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be fetched, as data: a row a stream. A new stream is a row here and
 * a normaliser.
 */
#ifndef CEFD_INTAKE_STREAM_H
#define CEFD_INTAKE_STREAM_H

#include <stddef.h>

#include "base/text.h"
#include "intake/window.h"

struct arena;
struct err;
struct item;
struct normalise_context;
struct val;

struct stream {
	const char *name;       /* in the configuration and in cursors */
	unsigned bit;           /* in conf_source.streams */
	const char *path;       /* below /v1/ */
	const char *list;       /* member of a list reply that holds the ids */
	const char *id;         /* member of its items */
	const char *items;      /* member of a detail that holds the records */
	const char *item_count; /* member that says how many recipients */
	/* Filter key for each kind of window; NULL: not asked. */
	const char *filter_keys[WINDOW_KINDS];
	int (*normalise)(const struct val *message, struct text parent_id,
	    const struct normalise_context *context, struct arena *arena,
	    struct item *ret_item, struct err *err);
};

extern const struct stream stream_threats;

#endif
