/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a field stands in the text follows from the format: what comes before
 * "name=" in it is formatted alone, and so long is the text up to there.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "io/log_line.h"

/* No format of ours is longer. */
#define FORMAT_MAX 512

/* Where a field is in a format. */
struct log_place {
	struct text name;
	const char *value, *end;
	bool is_number;
};

static const struct {
	const char *word;
	int priority; /* sd-daemon(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARN] = {"warning", 4},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

/* A sentence that begins with it has a field of that name. */
static const char leading[] = "destination \"%s\"";

static void find_fields(struct log_event *event, const char *fmt, va_list ap);
static bool put_field(struct log_event *event, const char *fmt,
    const struct log_place *place, va_list ap);
static const char *value_end(const char *value, bool *ret_number);
static size_t offset_of(const char *fmt, const char *end, va_list ap);
static void put_time(struct buf *out, int64_t time_ms);
static void put_escaped(struct buf *out, struct text t, bool json);

int
log_event_fill(struct log_event *event, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(event->text, sizeof(event->text), fmt, again);
	va_end(again);
	if (len < 0)
		return -1;
	event->text_len = (size_t)len < sizeof(event->text)
	    ? (size_t)len
	    : sizeof(event->text) - 1;
	event->field_count = 0;
	find_fields(event, fmt, ap);
	return 0;
}

static void
find_fields(struct log_event *event, const char *fmt, va_list ap)
{
	const size_t blank = strcspn(leading, " ");
	struct log_place place = {
	    {fmt, blank}, fmt + blank + 2, fmt + strlen(leading) - 1, false};
	const char *name;

	if (strlen(fmt) >= FORMAT_MAX)
		return;
	if (strncmp(fmt, leading, strlen(leading)) == 0 &&
	    !put_field(event, fmt, &place, ap))
		return;
	for (const char *eq = strchr(fmt, '='); eq != NULL;
	     eq = strchr(eq + 1, '=')) {
		name = eq;
		while (name > fmt && (islower(name[-1]) || name[-1] == '_'))
			name--;
		if (name == eq || (name > fmt && name[-1] != ' ') ||
		    event->field_count == LOG_FIELDS_MAX)
			continue;
		place.name = (struct text){name, (size_t)(eq - name)};
		place.value = eq + 1;
		place.end = value_end(eq + 1, &place.is_number);
		if (!put_field(event, fmt, &place, ap))
			return;
	}
}

/* False: the text was cut before its end. */
static bool
put_field(struct log_event *event, const char *fmt,
    const struct log_place *place, va_list ap)
{
	size_t from = offset_of(fmt, place->value, ap);
	size_t to = offset_of(fmt, place->end, ap);

	if (to > event->text_len || to < from)
		return false;
	event->fields[event->field_count++] = (struct log_field){
	    .name = place->name,
	    .value = {event->text + from, to - from},
	    .is_number = place->is_number && to > from,
	};
	return true;
}

/* Behind one conversion, or behind a word. */
static const char *
value_end(const char *value, bool *ret_number)
{
	const char *end;

	*ret_number = false;
	if (*value != '%')
		return value + strcspn(value, " ,;");
	end = value + 1 + strspn(value + 1, "-+ #0123456789.*hlzjt");
	*ret_number = *end != '\0' && strchr("diuf", *end) != NULL;
	return *end != '\0' ? end + 1 : end;
}

/* How long the text is that the format makes up to `end`. */
static size_t
offset_of(const char *fmt, const char *end, va_list ap)
{
	char head[FORMAT_MAX];
	va_list again;
	int len;

	memcpy(head, fmt, (size_t)(end - fmt));
	head[end - fmt] = '\0';
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, head, again);
	va_end(again);
	return len > 0 ? (size_t)len : 0;
}

void
log_line_priority(struct buf *out, const struct log_event *event)
{
	(void)buf_printf(out, "<%d>", levels[event->level].priority);
}

void
log_line_plain(struct buf *out, const struct log_event *event, bool priority)
{
	if (priority) {
		log_line_priority(out, event);
	} else {
		put_time(out, event->time_ms);
		(void)buf_printf(out, " %s ", levels[event->level].word);
	}
	(void)buf_printf(out, "%s: ", event->room);
	put_escaped(out, (struct text){event->text, event->text_len}, false);
	(void)buf_putc(out, '\n');
}

void
log_line_json(struct buf *out, const struct log_event *event)
{
	const struct log_field *f;

	(void)buf_puts(out, "{\"time\":\"");
	put_time(out, event->time_ms);
	(void)buf_printf(out,
	    "\",\"level\":\"%s\",\"room\":\"%s\",\"message\":\"",
	    levels[event->level].word, event->room);
	put_escaped(out, (struct text){event->text, event->text_len}, true);
	(void)buf_puts(out, "\",\"fields\":{");
	for (size_t i = 0; i < event->field_count; i++) {
		f = &event->fields[i];
		(void)buf_printf(out, "%s\"%.*s\":%s", i != 0 ? "," : "",
		    (int)f->name.len, f->name.ptr, f->is_number ? "" : "\"");
		put_escaped(out, f->value, true);
		if (!f->is_number)
			(void)buf_putc(out, '"');
	}
	(void)buf_puts(out, "}}\n");
}

/* systemd's JOURNAL_NATIVE_PROTOCOL: NAME=VALUE lines; no value of ours has an
 * LF once it is escaped. */
void
log_line_journal(struct buf *out, const struct log_event *event)
{
	const struct log_field *f;

	(void)buf_printf(out,
	    "PRIORITY=%d\nSYSLOG_IDENTIFIER=cefd\nCEFD_ROOM=%s\nMESSAGE=%s: ",
	    levels[event->level].priority, event->room, event->room);
	put_escaped(out, (struct text){event->text, event->text_len}, false);
	(void)buf_putc(out, '\n');
	for (size_t i = 0; i < event->field_count; i++) {
		f = &event->fields[i];
		(void)buf_puts(out, "CEFD_");
		for (size_t k = 0; k < f->name.len; k++)
			(void)buf_putc(out, (char)toupper(f->name.ptr[k]));
		(void)buf_putc(out, '=');
		put_escaped(out, f->value, false);
		(void)buf_putc(out, '\n');
	}
}

static void
put_time(struct buf *out, int64_t time_ms)
{
	char text[RFC3339_MS_LEN + 1];

	rfc3339_ms(text, time_ms);
	(void)buf_puts(out, text);
}

static void
put_escaped(struct buf *out, struct text t, bool json)
{
	const char *hex = json ? "\\u00" : "\\x";
	uint32_t c;
	size_t n;

	while (t.len > 0) {
		n = utf8_decode(t, &c);
		if (c == UTF8_INVALID || utf8_is_hostile(c)) {
			for (size_t i = 0; i < n; i++)
				(void)buf_printf(out, "%s%02x", hex,
				    (unsigned char)t.ptr[i]);
		} else {
			if (json && (c == '"' || c == '\\'))
				(void)buf_putc(out, '\\');
			(void)buf_put(out, t.ptr, n);
		}
		t.ptr += n;
		t.len -= n;
	}
}
