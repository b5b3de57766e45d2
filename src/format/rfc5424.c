/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 5424 section 6: HEADER SP STRUCTURED-DATA SP. The time has exactly three
 * fraction digits and "Z", which every receiver that was tried can read.
 */
#include "config.h"

#include "base/buf.h"
#include "base/rfc3339.h"
#include "format/event.h"
#include "format/record.h"
#include "format/rfc5424.h"

/* Section 6: lengths of the header's words. */
#define HOSTNAME_MAX_BYTES 255
#define APP_NAME_MAX_BYTES 48
#define MSGID_MAX_BYTES 32
#define SEQUENCE_LAST UINT64_C(2147483647)

static void put_pri(
    struct buf *out, const struct event *event, const struct style *style);
static void put_5424(struct buf *out, const struct event *event,
    const struct style *style, int64_t time_ms, uint64_t sequence);
static void put_elements(
    struct buf *out, const struct style *style, uint64_t sequence);
static void put_3164(
    struct buf *out, const struct style *style, int64_t time_ms);
static void put_word(struct buf *out, const char *word, size_t max);

int
rfc5424_severity(int cef_severity)
{
	if (cef_severity >= 9)
		return 2;
	if (cef_severity >= 7)
		return 4;
	if (cef_severity >= 4)
		return 5;
	return 6;
}

void
rfc5424_put_header(struct buf *out, const struct event *event,
    const struct style *style, int64_t now_ms, uint64_t sequence)
{
	int64_t time_ms = event->time_ms;

	if (style->header_time_now || time_ms == EVENT_NO_TIME)
		time_ms = now_ms;
	switch (style->header) {
	case HEADER_RFC5424:
		put_pri(out, event, style);
		put_5424(out, event, style, time_ms, sequence);
		return;
	case HEADER_RFC3164:
		put_pri(out, event, style);
		put_3164(out, style, time_ms);
		return;
	case HEADER_NONE:
		return;
	}
}

static void
put_pri(struct buf *out, const struct event *event, const struct style *style)
{
	(void)buf_putc(out, '<');
	(void)buf_put_int(
	    out, style->facility * 8 + rfc5424_severity(event->severity));
	(void)buf_putc(out, '>');
}

static void
put_5424(struct buf *out, const struct event *event, const struct style *style,
    int64_t time_ms, uint64_t sequence)
{
	char when[RFC3339_MS_LEN + 1];

	rfc3339_ms(when, time_ms);
	(void)buf_put(out, "1 ", 2);
	(void)buf_put(out, when, RFC3339_MS_LEN);
	(void)buf_putc(out, ' ');
	put_word(out, style->hostname, HOSTNAME_MAX_BYTES);
	(void)buf_putc(out, ' ');
	put_word(out, style->app_name, APP_NAME_MAX_BYTES);
	(void)buf_put(out, " - ", 3);
	put_word(out, event->schema->kind, MSGID_MAX_BYTES);
	put_elements(out, style, sequence);
}

/* Section 7.2 and 7.3.1; no blank between the elements, and of FORMAT_SD there
 * comes another. */
static void
put_elements(struct buf *out, const struct style *style, uint64_t sequence)
{
	bool more = style->format == FORMAT_SD;

	(void)buf_putc(out, ' ');
	if (style->structured_data) {
		(void)buf_puts(out,
		    "[origin software=\"cefd\" swVersion=\"" PACKAGE_VERSION
		    "\"][meta sequenceId=\"");
		(void)buf_put_int(out, (int64_t)(sequence % SEQUENCE_LAST) + 1);
		(void)buf_put(out, "\"]", 2);
	} else if (!more) {
		(void)buf_putc(out, '-');
	}
	if (!more)
		(void)buf_putc(out, ' ');
}

/* RFC 3164 section 4.1: no year, no zone (here UTC), a TAG that ends at the
 * colon. Without a tag, receivers take "CEF" for one. */
static void
put_3164(struct buf *out, const struct style *style, int64_t time_ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char when[RFC3339_MS_LEN + 1];
	int month;

	rfc3339_ms(when, time_ms);
	month = (when[5] - '0') * 10 + (when[6] - '0');
	(void)buf_put(out, months + (month - 1) * 3, 3);
	(void)buf_putc(out, ' ');
	(void)buf_putc(out, when[8] == '0' ? ' ' : when[8]);
	(void)buf_putc(out, when[9]);
	(void)buf_putc(out, ' ');
	(void)buf_put(out, when + 11, 8);
	(void)buf_putc(out, ' ');
	put_word(out, style->hostname, HOSTNAME_MAX_BYTES);
	(void)buf_putc(out, ' ');
	put_word(out, style->app_name, APP_NAME_MAX_BYTES);
	(void)buf_put(out, ": ", 2);
}

/* 1*max PRINTUSASCII (%d33-126), "-" where there is nothing. */
static void
put_word(struct buf *out, const char *word, size_t max)
{
	size_t len = word != NULL ? strlen(word) : 0;

	if (len > max)
		len = max;
	if (len == 0)
		(void)buf_putc(out, '-');
	for (size_t i = 0; i < len; i++)
		(void)buf_putc(
		    out, word[i] >= 33 && word[i] <= 126 ? word[i] : '-');
}
