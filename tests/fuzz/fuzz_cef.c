/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any event gives a record in every format that the strict parsers read, or none. The first
 * five octets choose the style and the ceiling; then come the values, each a
 * field's number, a length and so many octets. A field that comes again gets
 * one more item where it is a list.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "../unit/strict_cef.h"
#include "../unit/strict_record.h"
#include "../unit/strict_rfc5424.h"
#include "base/buf.h"
#include "format/event.h"
#include "format/record.h"
#include "format/schema_case.h"
#include "format/schema_report.h"
#include "fuzz.h"

#define STYLE_OCTETS 5
#define ITEMS_MAX 16
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct schema *const schemas[] = {&schema_threat, &schema_case,
    &schema_vendor_case, &schema_campaign, &schema_not_analyzed, &schema_audit,
    &schema_threat, &schema_threat, &schema_status};

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
set_value(struct event *event, struct text items[][ITEMS_MAX], size_t i,
    struct text t)
{
	struct value *value = &event->values[i];

	switch (event->schema->fields[i].kind) {
	case FIELD_TEXT:
	case FIELD_ADDRESS:
		value->type = VALUE_TEXT;
		value->u.text = t;
		return;
	case FIELD_LIST:
		value->type = VALUE_LIST;
		value->u.list.items = items[i];
		if (value->u.list.count < ITEMS_MAX)
			items[i][value->u.list.count++] = t;
		return;
	case FIELD_TIME:
		value->type = VALUE_TIME;
		value->u.time_ms = (int64_t)t.len << 32;
		return;
	case FIELD_INT:
		value->type = VALUE_INT;
		value->u.number = -(int64_t)t.len;
		return;
	case FIELD_BOOL:
		value->type = VALUE_BOOL;
		value->u.flag = t.len % 2 != 0;
		return;
	case FIELD_TRUNCATED:
		event->name = t;
		return;
	}
}

static void
read_event(struct input in, struct event *event, struct text items[][ITEMS_MAX])
{
	size_t last = event->schema->count - 1;

	while (in.end - in.at >= 2) {
		size_t field = in.at[0] % event->schema->count;
		size_t len = in.at[1] * 8U;

		in.at += 2;
		if (len > (size_t)(in.end - in.at))
			len = (size_t)(in.end - in.at);
		set_value(event, items, field,
		    (struct text){(const char *)in.at, len});
		in.at += len;
	}
	event->values[last].type = VALUE_TEXT;
	event->values[last].u.text = TEXT("1");
}

static void
check_cef(const char *line, size_t len)
{
	struct strict_cef cef;

	must(strict_cef_parse(&cef, line, len) == 0);
	must(strcmp(strict_cef_get(&cef, "externalId")->ptr, "1") == 0);
	strict_cef_clear(&cef);
}

static void
check_record(const struct buf *out, const struct style *style)
{
	struct strict_rfc5424 record;
	const char *body;

	switch (style->header) {
	case HEADER_RFC5424:
		must(strict_rfc5424_parse(&record, out->data, out->len) == 0);
		check_cef(record.msg.ptr, record.msg.len);
		strict_rfc5424_clear(&record);
		return;
	case HEADER_RFC3164:
		body = memmem(out->data, out->len, ": ", 2);
		must(body != NULL);
		check_cef(body + 2, out->len - (size_t)(body + 2 - out->data));
		return;
	case HEADER_NONE:
		check_cef(out->data, out->len);
		return;
	}
}

/* The same event in the formats that need RFC 5424 only for the reader. */
static void
check_others(struct buf *out, const struct event *event, struct style style)
{
	static const struct {
		enum style_format format;
		enum strict_body body;
	} formats[] = {{FORMAT_JSON, STRICT_JSON}, {FORMAT_LEEF, STRICT_LEEF},
	    {FORMAT_SD, STRICT_SD}};
	char why[STRICT_WHY_MAX];

	style.header = HEADER_RFC5424;
	for (size_t i = 0; i < COUNT(formats); i++) {
		style.format = formats[i].format;
		buf_reset(out);
		if (record_put(out, event, &style, 0, 0, NULL) == -1)
			continue;
		must(out->len <= style.max_size);
		must(strict_record_check(
		         formats[i].body, out->data, out->len, why) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text items[SCHEMA_FIELDS_MAX][ITEMS_MAX];
	struct style style = {.hostname = "h",
	    .app_name = "cefd",
	    .vendor = "Abnormal Security",
	    .product = "Inbound Email Security"};
	struct event event = {.time_ms = EVENT_NO_TIME};
	struct buf out;

	if (size < STYLE_OCTETS)
		return 0;
	style.header = (enum style_header)(data[0] % 3);
	style.structured_data = (data[0] & 0x80) != 0;
	style.facility = data[1] % 24;
	event.severity = data[2] % 11;
	event.schema = schemas[(data[2] >> 4) % COUNT(schemas)];
	style.max_size = (size_t)data[3] << 8 | data[4];
	read_event(
	    (struct input){data + STYLE_OCTETS, data + size}, &event, items);
	buf_init(&out, 1 << 17);
	if (record_put(&out, &event, &style, 0, data[1], NULL) == 0) {
		must(out.len <= style.max_size);
		check_record(&out, &style);
	} else {
		must(out.len == 0 && !out.overflow);
	}
	check_others(&out, &event, style);
	buf_clear(&out);
	return 0;
}
