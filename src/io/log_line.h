/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event of the log as a line, or as the journal's fields. Pure: no clock
 * and no output. Text from outside may try to forge lines or fields or to move
 * a terminal's cursor: what could do so is escaped, and what is a field is said
 * by the format alone, never by a value.
 */
#ifndef CEFD_IO_LOG_LINE_H
#define CEFD_IO_LOG_LINE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "io/log.h"

/* Enough for any text, with every octet escaped and every field said twice. */
#define LOG_LINE_MAX_BYTES 65536
#define LOG_TEXT_MAX_BYTES 4096
#define LOG_FIELDS_MAX 16

struct buf;

/* "name=value" of an event; `value` lies in the event's text. */
struct log_field {
	struct text name; /* lies in the format */
	struct text value;
	bool is_number; /* it may stand in JSON without quotes */
};

struct log_event {
	enum log_level level;
	const char *room;
	int64_t time_ms; /* since 1970 */
	size_t field_count;
	struct log_field fields[LOG_FIELDS_MAX];
	size_t text_len;
	char text[LOG_TEXT_MAX_BYTES];
};

/* Format the text, at most LOG_TEXT_MAX_BYTES - 1 of it, and find the fields
 * in it. -1: the format is no good. */
int log_event_fill(struct log_event *event, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* "<3>", as sd-daemon(3) has it: the journal takes it off a line. */
void log_line_priority(struct buf *out, const struct log_event *event);

/* "TIME LEVEL ROOM: TEXT", with an LF; with `priority` "<3>ROOM: TEXT". */
void log_line_plain(
    struct buf *out, const struct log_event *event, bool priority);

/* {"time", "level", "room", "message", "fields": {}}, with an LF. */
void log_line_json(struct buf *out, const struct log_event *event);

/*
 * A datagram of the journal's native protocol: MESSAGE, PRIORITY,
 * SYSLOG_IDENTIFIER, CEFD_ROOM, and each field as CEFD_NAME.
 */
void log_line_journal(struct buf *out, const struct log_event *event);

#endif
