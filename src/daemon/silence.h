/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For how long a stream of a source has brought nothing: neither a poll that
 * succeeded nor a document of one that runs. Whatever its state is called, that
 * is trouble sooner or later, however well the others are; and so is what fails
 * for too long beside it. What is paused or disabled is not silent. Nor is a
 * stream but the first that is refused: its state tells all, and one without a
 * licence need not be there.
 */
#ifndef CEFD_DAEMON_SILENCE_H
#define CEFD_DAEMON_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/source_stats.h"

/* Zero is a good start. */
struct silence {
	struct heard {
		const struct stream *stream;
		int64_t at_ms; /* monotonic */
		int64_t success_ms;
		uint64_t fetched;
	} heard[SOURCE_STREAMS_MAX];
	int64_t longest_ms; /* since the last sign of life of */
	size_t longest;     /* this of the source's streams */
	bool was_paused;
	int64_t paused_at_ms; /* monotonic */
	int64_t paused_ms;    /* for so long, in this life; 0: it is not */
};

/* To be called now and then; `now_ms` is monotonic. The first call counts as a
 * sign of life. */
void silence_look(
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
