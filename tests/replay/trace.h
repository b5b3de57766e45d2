/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of one threat, line by line, for whoever has to understand a
 * finding. It is written in a second run of the same seed.
 */
#ifndef CEFD_TESTS_REPLAY_TRACE_H
#define CEFD_TESTS_REPLAY_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct ring;

#define TRACE_ALL UINT32_MAX /* a line that belongs to every story */

#define TRACE_OTHER(index) (UINT32_MAX - 1 - (index)) /* in place of a threat */

struct trace {
	bool is_on;
	uint32_t message;
	uint32_t threat;
	struct buf out;
};

void trace_init(struct trace *trace);
/* Follow a message; the script has been drawn. */
void trace_begin(struct ring *ring);
void trace_clear(struct trace *trace);

/* A line about a threat, or TRACE_ALL. Nothing when it is not followed. */
void trace_note(struct ring *ring, uint32_t threat, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
