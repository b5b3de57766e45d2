/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where lines of the log go: stderr. Whoever reads it may stop reading, and
 * must not stop this process with it.
 */
#ifndef CEFD_IO_LOG_OUT_H
#define CEFD_IO_LOG_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Zero is a good start: it waits for room, as a program in a pipeline does. */
struct log_out {
	bool never_waits;
	int own;         /* see log_out_never_wait; 0: none */
	struct buf rest; /* of a line that was taken in part */
};

/* From now on a line for which there is no room is refused. */
void log_out_never_wait(struct log_out *out);

/* Wait for room, for so long. */
void log_out_await(int limit_ms);

/* Write a line. False: nothing of it is written, nor will be. */
bool log_out_put(struct log_out *out, const char *line, size_t len);

#endif
