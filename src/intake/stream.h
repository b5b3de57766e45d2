/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be fetched, as data: a row a stream. A new stream is a row here, a
 * schema and a normaliser.
 */
#ifndef CEFD_INTAKE_STREAM_H
#define CEFD_INTAKE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/normalise.h"
#include "intake/window.h"

/* A further document about what a detail describes: PATH/ID/`path`. */
struct stream_extra {
	const char *path; /* NULL: none */
	unsigned bit;     /* in conf_source.enrich; 0: always */
	/* Members of it that are lists; it has one of them at least. */
	const char *lists[2];
	bool by_message; /* the items of the first are each of a message */
};

struct stream {
	const char *name; /* in the configuration and in cursors */
	const char *noun; /* "threats", for people */
	unsigned bit;     /* in conf_source.streams */
	const char *path; /* below /v1/ */
	const char *list; /* member of a list reply that holds its items */
	/* Member of an item with its id. NULL: the items are the records, and
	 * there are no details. */
	const char *id;
	/* Member of a detail that holds the records. NULL: it is one. */
	const char *items;
	const char *item_count; /* says how many recipients; or NULL */
	/* Asked with start= and end=, and its list has no pages. */
	bool by_range;
	bool judges; /* what it shows may be unsettled (struct item) */
	/* Filter key for each kind of window; NULL: not asked. */
	const char *filter_keys[WINDOW_KINDS];
	struct stream_extra extras[NORMALISE_EXTRAS];
	normalise_fn *normalise;
};

extern const struct stream stream_threats;
extern const struct stream stream_cases;
extern const struct stream stream_vendor_cases;
extern const struct stream stream_abuse_campaigns;
extern const struct stream stream_abuse_not_analyzed;
extern const struct stream stream_audit;

/* All of them, in the order in which they are told. */
extern const struct stream *const stream_table[];
extern const size_t stream_count;

#endif
