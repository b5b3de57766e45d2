/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In this process no allocation fails. Libraries meet a lack of memory each in
 * its own way: libconfuse dies of it, OpenSSL calls a certificate bad, and
 * json-c leaves a member out of a document and says that all is well, which
 * would make a list of threats an empty one and move the cursor past it. So
 * what xmalloc does holds for all of them: the program says so and ends, and
 * the spool on disk is what it starts from again.
 *
 * These stand before the C library's for every library; the linker takes them
 * from our archive because it searches that first. glibc allows for it, and its
 * allocator still does the work. A sanitizer has an allocator of its own.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HAS_SANITIZER 1
#endif

#if defined(__GLIBC__) && !defined(HAS_SANITIZER)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);

static void *
check(void *ptr)
{
	static const char text[] = "cefd: out of memory\n";
	ssize_t written;

	if (ptr != NULL)
		return ptr;
	written = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)written;
	abort();
}

void *
malloc(size_t size)
{
	return check(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return check(__libc_calloc(count, size));
}

/* To nothing is to free it, in glibc. */
void *
realloc(void *ptr, size_t size)
{
	void *fresh = __libc_realloc(ptr, size);

	return ptr != NULL && size == 0 ? fresh : check(fresh);
}

#endif
