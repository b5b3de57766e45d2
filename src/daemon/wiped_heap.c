/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is given back is wiped first, whoever gives it back. A token goes
 * through libraries that free it as it is: libcurl, nghttp2 below it, the
 * lexer of libconfuse, stdio. The linker puts these two in the place of the C
 * library's for the whole process. They are linked into cefd alone.
 *
 * glibc's own (M_PERTURB) leaves out the small blocks, which tokens are.
 */
#include "config.h"

#if defined(HAVE___LIBC_FREE) && defined(HAVE___LIBC_REALLOC) && \
    !defined(CEFD_SANITIZED)

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

extern void __libc_free(void *ptr);
extern void *__libc_realloc(void *ptr, size_t size);

void
free(void *ptr)
{
	if (ptr == NULL)
		return;
	explicit_bzero(ptr, malloc_usable_size(ptr));
	__libc_free(ptr);
}

/* A block that moves leaves nothing behind, nor does one that shrinks. */
void *
realloc(void *ptr, size_t size)
{
	size_t had = ptr != NULL ? malloc_usable_size(ptr) : 0;
	void *fresh;

	if (had == 0)
		return __libc_realloc(ptr, size);
	if (size != 0 && size <= had) {
		explicit_bzero((char *)ptr + size, had - size);
		return __libc_realloc(ptr, size);
	}
	fresh = size != 0 ? malloc(size) : NULL;
	if (fresh == NULL && size != 0)
		return NULL;
	if (fresh != NULL)
		memcpy(fresh, ptr, had);
	free(ptr);
	return fresh;
}

#endif
