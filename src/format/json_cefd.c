/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The member has a length that is bounded, whatever the event is, so that it
 * fits into the smallest record.
 */
#include "config.h"

#include "base/buf.h"
#include "format/clean.h"
#include "format/event.h"
#include "format/field_name.h"
#include "format/json_cefd.h"
#include "format/pen.h"

/* Of one value that had to be repaired. */
#define SCRATCH_MAX_BYTES (1U << 20)
#define BEYOND ",\"*\""

static void put_text(struct pen *pen, const char *name,
    const struct event *event, const char *key);
static struct text text_at(const struct event *event, const char *key);

void
json_truncated_member(struct json_truncated *t, struct text name)
{
	size_t comma = t->len > 0;

	if (t->full)
		return;
	if (t->len + comma + name.len + sizeof(BEYOND) > sizeof(t->names)) {
		name = TEXT("\"*\"");
		t->full = true;
	}
	if (comma != 0)
		t->names[t->len++] = ',';
	memcpy(t->names + t->len, name.ptr, name.len);
	t->len += name.len;
}

void
json_truncated_field(struct json_truncated *t, const struct field *field,
    const struct schema *schema)
{
	char quoted[FIELD_NAME_MAX + 2];
	struct pen pen = {quoted, quoted + sizeof(quoted), false};

	pen_putc(&pen, '"');
	field_name_put(&pen, field_name(field, schema, DIALECT_JSON));
	pen_putc(&pen, '"');
	json_truncated_member(
	    t, (struct text){quoted, (size_t)(pen.at - quoted)});
}

void
json_cefd_put(struct pen *pen, const struct event *event,
    const struct json_truncated *truncated)
{
	const char *id = event->schema->fields[event->schema->count - 1].key;

	pen_put(pen, TEXT("\"cefd\":{\"kind\":\""));
	pen_put(pen, text_of(event->schema->kind));
	pen_putc(pen, '"');
	put_text(pen, "source", event, "deviceExternalId");
	put_text(pen, "host", event, "dvchost");
	pen_put(pen, TEXT(",\"severity\":"));
	pen_put_int(pen, event->severity);
	pen_put(pen, TEXT(",\"schema\":" SCHEMA_VERSION));
	put_text(pen, "id", event, id);
	if (truncated->len > 0) {
		pen_put(pen, TEXT(",\"truncated\":["));
		pen_put(pen, (struct text){truncated->names, truncated->len});
		pen_putc(pen, ']');
	}
	pen_putc(pen, '}');
}

/* Nothing where the event has no such text. */
static void
put_text(struct pen *pen, const char *name, const struct event *event,
    const char *key)
{
	struct buf scratch;
	struct text t;
	bool cut = false;

	buf_init(&scratch, SCRATCH_MAX_BYTES);
	t = clean(text_at(event, key), FIELD_MAX_ID, &scratch, &cut);
	if (!text_is_empty(t)) {
		pen_put(pen, TEXT(",\""));
		pen_put(pen, text_of(name));
		pen_put(pen, TEXT("\":\""));
		pen_put_escaped(pen, t, TEXT("\\\""), TEXT("\\n"));
		pen_putc(pen, '"');
	}
	buf_clear(&scratch);
}

static struct text
text_at(const struct event *event, const char *key)
{
	const struct schema *schema = event->schema;

	for (size_t i = 0; i < schema->count; i++)
		if (strcmp(schema->fields[i].key, key) == 0 &&
		    event->values[i].type == VALUE_TEXT)
			return event->values[i].u.text;
	return (struct text){NULL, 0};
}
