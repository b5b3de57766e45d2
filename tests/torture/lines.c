/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines, and files that they are read from while they grow.
 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "lines.h"

void
lines_put(struct lines *lines, const char *text, size_t len)
{
	if (lines->count == lines->cap) {
		lines->cap = lines->cap * 2 + 16;
		lines->at = xrealloc(lines->at, lines->cap, sizeof(*lines->at));
	}
	lines->at[lines->count++] = xstrndup(text, len);
}

bool
lines_have(const struct lines *lines, const char *text)
{
	for (size_t i = 0; i < lines->count; i++)
		if (!strcmp(lines->at[i], text))
			return true;
	return false;
}

void
lines_clear(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i]);
	free(lines->at);
	*lines = (struct lines){NULL, 0, 0};
}

/* The same record has another host in each job. */
char *
line_without(const char *line, const char *host)
{
	char *copy = xstrdup(line);
	char *at = strstr(copy, host);

	if (at != NULL)
		memmove(at, at + strlen(host), strlen(at + strlen(host)) + 1);
	return copy;
}

void
tap_read(struct tap *tap, tap_fn *fn, void *arg)
{
	int fd = open(tap->path, O_RDONLY | O_CLOEXEC);
	char *text, *from, *end;
	struct stat st;
	ssize_t n;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && st.st_size > tap->at) {
		text = xmalloc((size_t)(st.st_size - tap->at));
		n = pread(fd, text, (size_t)(st.st_size - tap->at), tap->at);
		from = text;
		while (n > 0) {
			end = memchr(from, '\n', (size_t)n);
			if (end == NULL)
				break;
			fn(from, (size_t)(end - from), arg);
			n -= end + 1 - from;
			tap->at += end + 1 - from;
			from = end + 1;
		}
		free(text);
	}
	(void)close(fd);
}

void
tap_skip(struct tap *tap)
{
	struct stat st;

	if (stat(tap->path, &st) == 0)
		tap->at = st.st_size;
}

int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
