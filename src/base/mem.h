/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for small things of our own size: never NULL, the program ends with a
 * message when there is none. That goes for the libraries, too: mem_strict.c
 * says why. What a peer can make grow lives in `struct buf`, which has a ceiling.
 */
#ifndef CEFD_BASE_MEM_H
#define CEFD_BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));
void *xrealloc(void *ptr, size_t count, size_t size)
    __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t len)
    __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), returns_nonnull));

/* Overwrite `len` octets so that the compiler cannot leave it out. */
void mem_wipe(void *ptr, size_t len);

/* Wipe a NUL-terminated secret and free it. Takes NULL. */
void secret_free(char *secret);

#endif
