/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an event to the octets that one destination stores and sends: syslog
 * header and body, without framing.
 */
#ifndef CEFD_FORMAT_RECORD_H
#define CEFD_FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct event;

enum style_header { HEADER_RFC5424, HEADER_RFC3164, HEADER_NONE };

enum style_format { FORMAT_CEF, FORMAT_JSON, FORMAT_LEEF, FORMAT_SD };

#define RECORD_MAX_DEFAULT 8000

/* How a destination wants its records. Strings are borrowed. */
struct style {
	enum style_format format; /* FORMAT_SD: with HEADER_RFC5424 only */
	enum style_header header;
	bool header_time_now; /* otherwise the event's own time */
	int facility;         /* 0-23; local0 is 16 */
	const char *hostname; /* PRINTUSASCII, 1-255 */
	const char *app_name; /* PRINTUSASCII, 1-48 */
	bool structured_data;
	uint32_t enterprise_number; /* FORMAT_SD: whose the element is */
	const char *vendor;         /* in the header of CEF and LEEF */
	const char *product;        /* likewise */
	size_t max_size;            /* octets of the whole record */
};

/*
 * Append one record. Returns 0, or -1 (ERR_FULL) when the event cannot be made
 * to fit; `out` is then as before. The same arguments give the same octets.
 */
int record_put(struct buf *out, const struct event *event,
    const struct style *style, int64_t now_ms, uint64_t sequence,
    struct err *err);

#endif
