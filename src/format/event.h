/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing to tell the SIEM, the waist of the program: before it there are
 * Abnormal's words and no syslog, after it syslog and no meaning of a word.
 *
 * An event is a schema (which fields, in which order, under which keys) and a
 * value for each field of it. Text is as it came from outside: hygiene, cuts
 * and escapes are the formatter's. All memory is borrowed.
 */
#ifndef CEFD_FORMAT_EVENT_H
#define CEFD_FORMAT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "format/schema.h"

enum value_type {
	VALUE_NONE, /* absent, null or "": left out with its label */
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_TIME,
	VALUE_INT,
	VALUE_BOOL,
};

struct value {
	enum value_type type;
	union {
		struct text text;
		struct {
			const struct text *items;
			size_t count;
		} list;
		int64_t time_ms; /* since 1970 */
		int64_t number;
		bool flag;
	} u;
};

/*
 * A member of the JSON object that the event was made of: its name and its
 * value, both as JSON without a line end. A value that is empty was too long
 * for any record.
 */
struct json_member {
	struct text name; /* with its quotes */
	struct text json;
	bool is_id; /* leaves a record last */
};

#define EVENT_NO_TIME INT64_MIN

struct event {
	const struct schema *schema;
	struct text class_id; /* CEF device event class id */
	struct text name;     /* CEF name */
	int severity;         /* CEF, 0-10 */
	int64_t time_ms;      /* of the event, or EVENT_NO_TIME */
	struct value values[SCHEMA_FIELDS_MAX]; /* by index in the schema */
	/* For FORMAT_JSON; none: the fields stand for them. */
	const struct json_member *members;
	size_t member_count;
};

#endif
