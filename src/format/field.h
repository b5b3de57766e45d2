/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of a record's table: the key, and what may stand behind it.
 */
#ifndef CEFD_FORMAT_FIELD_H
#define CEFD_FORMAT_FIELD_H

#include <stddef.h>

enum field_kind {
	FIELD_TEXT,
	FIELD_TIME, /* ms since 1970, decimal */
	FIELD_INT,
	FIELD_BOOL,      /* true or false */
	FIELD_ADDRESS,   /* IPv4 under `key`; IPv6 under c6a2 with a label */
	FIELD_LIST,      /* items joined by `joint`, cut by whole items */
	FIELD_TRUNCATED, /* filled by the formatter: keys that were cut */
};

/* Ceilings of the CEF dictionary, in octets of the unescaped value. */
#define FIELD_MAX_ACT 63
#define FIELD_MAX_ID 255
#define FIELD_MAX_TEXT 1023
#define FIELD_MAX_CS 4000

/* Octets of the longest " keyLabel=label key=" and some. */
#define FIELD_LEAD_SIZE 48

struct field {
	const char *key;
	const char *label;          /* text of `key`Label, or NULL */
	char lead[FIELD_LEAD_SIZE]; /* what stands before the value */
	size_t lead_len;
	enum field_kind kind;
	size_t max;          /* octets of the unescaped value; 0: no limit */
	const char *joint;   /* FIELD_LIST: between items */
	const char *instead; /* FIELD_LIST: stands for ";" inside an item;
	                      * NULL: it stays */
	size_t min_items;    /* FIELD_LIST: fewer items leave the field out */
	unsigned shed;       /* order of leaving when the record is too long,
	                      * from 1; 0: never. Equal numbers leave together */
};

/* The first members of a struct field, without a label and with one. */
#define FIELD_KEYED(k) \
	.key = k, .lead = " " k "=", .lead_len = sizeof(" " k "=") - 1
#define FIELD_LABELLED(k, l)                                      \
	.key = k, .label = l, .lead = " " k "Label=" l " " k "=", \
	.lead_len = sizeof(" " k "Label=" l " " k "=") - 1

#endif
