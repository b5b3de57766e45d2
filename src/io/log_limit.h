/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps a line that comes again and again from drowning the others: of one
 * kind, LOG_LIMIT_BURST in LOG_LIMIT_WINDOW_MS pass and the others are counted.
 * A kind is a format, and the source, stream and destination that it is about,
 * so that one in trouble takes nothing from another; each finding of a
 * configuration is one.
 */
#ifndef CEFD_IO_LOG_LIMIT_H
#define CEFD_IO_LOG_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "io/log_line.h"

#define LOG_LIMIT_BURST 30
#define LOG_LIMIT_WINDOW_MS INT64_C(60000)
#define LOG_LIMIT_KINDS 256
#define LOG_LIMIT_SAMPLE 100

/* What was swallowed of one kind. */
struct log_limit_slot {
	uint64_t kind; /* 0: free */
	int64_t began_ms;
	uint32_t passed;
	uint64_t swallowed;
	enum log_level level;
	const char *room;
	char sample[LOG_LIMIT_SAMPLE]; /* the first that was swallowed */
};

/* Zero is a good start. */
struct log_limit {
	int64_t swept_ms;
	struct log_limit_slot slots[LOG_LIMIT_KINDS];
};

/* The kind of an event of `fmt`; never 0. */
uint64_t log_limit_kind(const char *fmt, const struct log_event *event);

typedef void log_limit_fn(const struct log_limit_slot *slot);

/* Call `told` for every kind whose window is over, or with `all` for every
 * one, of which lines were swallowed. `now_ms` is monotonic. */
void log_limit_sweep(
    struct log_limit *limit, int64_t now_ms, bool all, log_limit_fn *told);

/* May it be logged? If not, it is counted. */
bool log_limit_pass(struct log_limit *limit, uint64_t kind,
    const struct log_event *event, int64_t now_ms, log_limit_fn *told);

#endif
