/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For how long a source has brought nothing: neither a poll that succeeded nor
 * a document of one that runs. Whatever its state is called, that is trouble
 * sooner or later; and so is what fails for too long beside it. What is paused
 * or disabled is not silent.
 */
#ifndef CEFD_DAEMON_SILENCE_H
#define CEFD_DAEMON_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

struct source_stats;

/* Zero is a good start. */
struct silence {
	int64_t heard_ms; /* monotonic; 0: not looked at yet */
	int64_t success_ms;
	uint64_t fetched;
};

/* To be called now and then; `now_ms` is monotonic. The first call counts as a
 * sign of life. Returns the ms since the last one was seen. */
int64_t silence_look(
    struct silence *silence, const struct source_stats *stats, int64_t now_ms);

/* Three polls without a success, and an hour at least. */
bool silence_is_trouble(int64_t silence_ms, int64_t poll_interval_ms);

/* Something could not be fetched for an hour, however often it was tried. The
 * others may be well all the time. */
static inline bool
failing_is_trouble(int64_t failing_ms)
{
	return failing_ms > INT64_C(3600000);
}

#endif
