/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events to format: one threat with a value in every field, and small helpers
 * to make others of it. All names in it are reserved ones.
 */
#ifndef CEFD_TEST_FORMAT_SAMPLE_H
#define CEFD_TEST_FORMAT_SAMPLE_H

#include "format/event.h"
#include "format/record.h"

/* 2026-03-01T10:20:30.123Z */
#define SAMPLE_MS INT64_C(1772360430123)

/* RFC 5424, local0, no structured data, 8000 octets. */
struct style sample_style(void);

/* A threat with an externalId and nothing else. */
void sample_bare(struct event *event);

/* A threat with all fields; nothing in it needs hygiene or is too long. */
void sample_full(struct event *event);

void sample_set_text(struct event *event, size_t field, struct text text);
void sample_set_list(
    struct event *event, size_t field, const struct text *items, size_t count);
void sample_set_number(
    struct event *event, size_t field, enum value_type type, int64_t number);

#endif
