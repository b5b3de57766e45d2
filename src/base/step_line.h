/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line for each step of a test, for people:
 *
 *   ok    certificate  for api.example.com, signed by ...
 *
 * Much of its text comes from outside: a secret is taken out, whoever repeats
 * it, and what could move a terminal's cursor is escaped.
 */
#ifndef CEFD_BASE_STEP_LINE_H
#define CEFD_BASE_STEP_LINE_H

#include "base/text.h"

struct buf;

enum step_mark { STEP_OK, STEP_WARN, STEP_FAIL, STEP_SKIP, STEP_MARKS };

/* Append the line with its LF. `secret` may be NULL; eight octets of it in a
 * row give it away. */
void step_line(struct buf *out, enum step_mark mark, const char *topic,
    struct text t, const char *secret);

/* Append only the text, as a line has it. */
void step_text(struct buf *out, struct text t, const char *secret);

#endif
