/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation that cannot fail. Running out of memory for our own small things
 * leaves nothing sensible to do: the program says so and ends, and the spool
 * on disk is what it starts from again.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void *
check(void *ptr)
{
	if (ptr == NULL) {
		(void)fputs(
		    "cefd: out of memory: end what needs it, or allow more "
		    "(MemoryMax)\n",
		    stderr);
		abort();
	}
	return ptr;
}

/* malloc(0) may give NULL, which is no failure. */
static size_t
at_least_one(size_t size)
{
	return size != 0 ? size : 1;
}

void *
xmalloc(size_t size)
{
	return check(malloc(at_least_one(size)));
}

void *
xcalloc(size_t count, size_t size)
{
	return check(calloc(at_least_one(count), at_least_one(size)));
}

void *
xrealloc(void *ptr, size_t count, size_t size)
{
	return check(
	    reallocarray(ptr, at_least_one(count), at_least_one(size)));
}

char *
xstrdup(const char *s)
{
	return check(strdup(s));
}

char *
xstrndup(const char *s, size_t len)
{
	return check(strndup(s, len));
}

char *
xasprintf(const char *fmt, ...)
{
	char *s;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&s, fmt, ap);
	va_end(ap);
	return check(len >= 0 ? s : NULL);
}

void
mem_wipe(void *ptr, size_t len)
{
	if (len != 0)
		explicit_bzero(ptr, len);
}

void
secret_free(char *secret)
{
	if (secret == NULL)
		return;
	mem_wipe(secret, strlen(secret));
	free(secret);
}
