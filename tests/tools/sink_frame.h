/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits what a sender wrote into records, and stores the whole ones.
 */
#ifndef CEFD_TESTS_TOOLS_SINK_FRAME_H
#define CEFD_TESTS_TOOLS_SINK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink;

struct sink_frames {
	char *data; /* what is not yet a whole record */
	size_t len, cap;
	uint64_t records;
	bool bad; /* the framing was violated; nothing more is taken */
};

/*
 * Take `len` octets more; at most `limit` records are stored over the life of
 * `f`, what follows is left alone. Stored means write(2) has returned.
 */
void sink_frames_take(struct sink *s, struct sink_frames *f, const char *data,
    size_t len, uint64_t limit);

/* The stream has ended: a frame that is not whole is counted and dropped. */
void sink_frames_end(struct sink *s, struct sink_frames *f);

#endif
