/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for a terminal of a known size: none is wider, none moves the cursor,
 * and colours only where they were asked for.
 */
#ifndef CEFD_DAEMON_SCREEN_H
#define CEFD_DAEMON_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum screen_ink {
	SCREEN_PLAIN,
	SCREEN_BOLD,
	SCREEN_DIM,
	SCREEN_GOOD,
	SCREEN_WARN,
	SCREEN_BAD,
};

struct screen {
	struct buf *out; /* borrowed */
	size_t columns, rows;
	bool is_coloured;
	const char *cut; /* what stands for what has no room: one column */
	size_t row;      /* lines that are complete */
	size_t column;   /* of the line that is not */
	size_t last;     /* where its last column begins in `out` */
	bool is_cut;     /* that is `cut` */
};

/* A terminal may be narrower, but no indent must reach its end. */
#define SCREEN_COLUMNS_MIN 12
#define SCREEN_ROWS_MIN 10
#define SCREEN_MAX 1000

/* Lines that are left. */
size_t screen_room(const struct screen *s);

/* Go on with the line; what is beyond its end is cut, and marked as that. */
void screen_put(struct screen *s, enum screen_ink ink, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, and blanks up to `width` columns. */
void screen_cell(
    struct screen *s, enum screen_ink ink, const char *text, size_t width);

/* End the line. */
void screen_end(struct screen *s);

/* Lines of words behind `indent` columns, at most `lines` of them; begins where
 * the line is and ends it. */
void screen_wrap(struct screen *s, enum screen_ink ink, size_t indent,
    size_t lines, const char *text);

#endif
