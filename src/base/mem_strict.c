/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two things hold for all memory of this process, whichever library asks for
 * it or gives it back.
 *
 * No allocation fails. Libraries meet a lack of memory each in its own way:
 * libconfuse dies of it, OpenSSL calls a certificate bad, and json-c leaves a
 * member out of a document and says that all is well, which would make a list
 * of threats an empty one and move the cursor past it. So what xmalloc does
 * holds for all of them: the program says so and ends, and the spool on disk is
 * what it starts from again.
 *
 * What is given back is wiped first. A token goes through libraries that free
 * it as it is: libcurl, nghttp2 below it, the lexer of libconfuse, stdio.
 * (glibc's own M_PERTURB leaves out the small blocks, which tokens are.)
 *
 * These stand before the C library's for every library; the linker takes them
 * from our archive because it searches that first. glibc allows for it, and its
 * allocator still does the work. A sanitizer has an allocator of its own.
 */
#include "config.h"

#if defined(HAVE___LIBC_FREE) && defined(HAVE___LIBC_MEMALIGN) && \
    defined(HAVE___LIBC_REALLOC) && !defined(CEFD_SANITIZED)

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* From here on it is worth while to look which pages are there at all. */
#define LARGE_BYTES ((size_t)256 << 10)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *ptr);

static void *
check(void *ptr)
{
	static const char text[] = "cefd: out of memory: end what needs it, or "
	                           "allow more (MemoryMax)\n";
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

/* So many pages of one kind, from `at` on. */
static size_t
run_of(const unsigned char there[], size_t count, size_t at)
{
	size_t end = at + 1;

	while (end < count && ((there[end] ^ there[at]) & 1) == 0)
		end++;
	return end - at;
}

/*
 * Of a large block most may never have been touched (LMDB has such), and
 * overwriting that would only make it be there. What is not in memory is given
 * back to the kernel, swapped out or not: it comes again as zeroes.
 */
static void
wipe_pages(char *at, size_t pages, size_t page)
{
	unsigned char there[256];
	size_t count, run;

	for (; pages > 0; pages -= count) {
		count = pages < sizeof(there) ? pages : sizeof(there);
		if (mincore(at, count * page, there) == -1)
			memset(there, 1, count);
		for (size_t i = 0; i < count; i += run, at += run * page) {
			run = run_of(there, count, i);
			if ((there[i] & 1) != 0 ||
			    madvise(at, run * page, MADV_DONTNEED) == -1)
				explicit_bzero(at, run * page);
		}
	}
}

static void
wipe(void *ptr, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t before = (page - (uintptr_t)ptr % page) % page;
	size_t pages = len > before ? (len - before) / page : 0;
	char *whole = (char *)ptr + before;
	char *after = whole + pages * page;

	if (len < LARGE_BYTES) {
		explicit_bzero(ptr, len);
		return;
	}
	explicit_bzero(ptr, before);
	wipe_pages(whole, pages, page);
	explicit_bzero(after, len - before - pages * page);
}

void
free(void *ptr)
{
	int error = errno;

	if (ptr == NULL)
		return;
	wipe(ptr, malloc_usable_size(ptr));
	errno = error;
	__libc_free(ptr);
}

/* To nothing is to free it, in glibc. A block that moves leaves nothing
 * behind, nor does one that shrinks. */
void *
realloc(void *ptr, size_t size)
{
	size_t had = ptr != NULL ? malloc_usable_size(ptr) : 0;
	void *fresh;

	if (ptr != NULL && size == 0) {
		free(ptr);
		return NULL;
	}
	if (size <= had)
		wipe((char *)ptr + size, had - size);
	if (had == 0 || size <= had)
		return check(__libc_realloc(ptr, size));
	fresh = malloc(size);
	memcpy(fresh, ptr, had);
	free(ptr);
	return fresh;
}

/* What is aligned goes back through free() and realloc() above. */
void *
memalign(size_t alignment, size_t size)
{
	return check(__libc_memalign(alignment, size));
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

/* An alignment that POSIX does not know is the caller's mistake. */
int
posix_memalign(void **ret, size_t alignment, size_t size)
{
	if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0)
		return EINVAL;
	*ret = memalign(alignment, size);
	return 0;
}

void *
valloc(size_t size)
{
	return memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

void *
pvalloc(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	/* One that is rounded to nothing is more than there is. */
	if (size > SIZE_MAX - page)
		return check(NULL);
	return memalign(page, (size + page - 1) / page * page);
}

#endif
