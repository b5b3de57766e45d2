/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines, and files that they are read from while they grow.
 */
#ifndef CEFD_TESTS_TORTURE_LINES_H
#define CEFD_TESTS_TORTURE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct lines {
	char **at;
	size_t count, cap;
};

/* A file that grows, read by whole lines. */
struct tap {
	char path[512];
	off_t at;
};

/* A copy of it. */
void lines_put(struct lines *lines, const char *text, size_t len);
bool lines_have(const struct lines *lines, const char *text);
void lines_clear(struct lines *lines);

/* A copy without the first `host` in it. The caller frees it. */
char *line_without(const char *line, const char *host);

/* Call `fn` for each whole line that has come. */
typedef void tap_fn(const char *line, size_t len, void *arg);
void tap_read(struct tap *tap, tap_fn *fn, void *arg);
/* Pass over what is there. */
void tap_skip(struct tap *tap);

/* Monotonic. */
int64_t now_ms(void);

#endif
