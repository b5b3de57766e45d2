/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions that stand before the C library's. Each asks how it is to end
 * and does its deed by the system call itself. Libraries that were built for
 * large files call some of them by a second name.
 */
#include "config.h"

/* Its inline functions have the names of ours. */
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"

/* The kernel's, which has no mask of signals here. */
#define SIGSET_BYTES 8

static int broken_fd = -1;

/* Of a connection that was reset nothing works from then on. */
static ssize_t
reset(int fd)
{
	int error = errno;

	(void)syscall(SYS_shutdown, fd, SHUT_RDWR);
	errno = error;
	return -1;
}

static long
after(enum fault_act act, long result)
{
	fault_die(act);
	return result;
}

ssize_t
write(int fd, const void *data, size_t size)
{
	enum fault_act act = fault_next(FAULT_write);

	if (act == FAULT_ERROR)
		return -1;
	if (fd == broken_fd) {
		errno = ECONNRESET;
		return reset(fd);
	}
	return after(act, syscall(SYS_write, fd, data, fault_size(act, size)));
}

ssize_t
writev(int fd, const struct iovec *iov, int count)
{
	enum fault_act act = fault_next(FAULT_writev);
	int part = (int)fault_size(act, (size_t)count);

	if (act == FAULT_ERROR)
		return -1;
	/* Half of one is half of its octets. */
	if (part == count && count == 1)
		return after(act,
		    syscall(SYS_write, fd, iov->iov_base,
		        fault_size(act, iov->iov_len)));
	return after(act, syscall(SYS_writev, fd, iov, part));
}

ssize_t
pwrite(int fd, const void *data, size_t size, off_t offset)
{
	enum fault_act act = fault_next(FAULT_pwrite);

	if (act == FAULT_ERROR)
		return -1;
	return after(act,
	    syscall(SYS_pwrite64, fd, data, fault_size(act, size), offset));
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset)
    __attribute__((alias("pwrite")));

ssize_t
read(int fd, void *data, size_t size)
{
	enum fault_act act = fault_next(FAULT_read);

	if (act == FAULT_ERROR)
		return -1;
	return after(act, syscall(SYS_read, fd, data, fault_size(act, size)));
}

ssize_t
send(int fd, const void *data, size_t size, int flags)
{
	enum fault_act act = fault_next(FAULT_send);

	if (act == FAULT_ERROR)
		return reset(fd);
	return after(act,
	    syscall(
	        SYS_sendto, fd, data, fault_size(act, size), flags, NULL, 0));
}

ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	enum fault_act act = fault_next(FAULT_recv);

	if (act == FAULT_ERROR)
		return reset(fd);
	return after(act,
	    syscall(SYS_recvfrom, fd, data, fault_size(act, size), flags, NULL,
	        NULL));
}

int
fdatasync(int fd)
{
	enum fault_act act = fault_next(FAULT_fdatasync);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_fdatasync, fd));
}

int
fsync(int fd)
{
	enum fault_act act = fault_next(FAULT_fsync);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_fsync, fd));
}

int
ftruncate(int fd, off_t size)
{
	enum fault_act act = fault_next(FAULT_ftruncate);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_ftruncate, fd, size));
}

int ftruncate64(int fd, off_t size) __attribute__((alias("ftruncate")));

int
fallocate(int fd, int mode, off_t offset, off_t size)
{
	enum fault_act act = fault_next(FAULT_fallocate);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_fallocate, fd, mode, offset, size));
}

int fallocate64(int fd, int mode, off_t offset, off_t size)
    __attribute__((alias("fallocate")));

int
rename(const char *from, const char *to)
{
	enum fault_act act = fault_next(FAULT_rename);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(
	    act, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int
unlink(const char *path)
{
	enum fault_act act = fault_next(FAULT_unlink);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_unlink, path));
}

int
close(int fd)
{
	enum fault_act act = fault_next(FAULT_close);

	return (int)after(act, syscall(SYS_close, fd));
}

/* All but the journal: its number would be the next file's. */
int
close_range(unsigned from, unsigned to, int flags)
{
	int kept = journal_file();
	long rc = 0;

	if (kept == -1 || (unsigned)kept < from || (unsigned)kept > to)
		return (int)syscall(SYS_close_range, from, to, flags);
	if ((unsigned)kept > from)
		rc = syscall(SYS_close_range, from, (unsigned)kept - 1, flags);
	if (rc == 0 && (unsigned)kept < to)
		rc = syscall(SYS_close_range, (unsigned)kept + 1, to, flags);
	return (int)rc;
}

int
shutdown(int fd, int how)
{
	enum fault_act act = fault_next(FAULT_shutdown);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_shutdown, fd, how));
}

int
open(const char *path, int flags, ...)
{
	enum fault_act act = fault_next(FAULT_open);
	unsigned mode = 0;
	va_list ap;

	if (act == FAULT_ERROR)
		return -1;
	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(ap, flags);
		mode = va_arg(ap, unsigned);
		va_end(ap);
	}
	return (int)after(
	    act, syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int
socket(int domain, int type, int protocol)
{
	enum fault_act act = fault_next(FAULT_socket);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_socket, domain, type, protocol));
}

int
connect(int fd, const struct sockaddr *address, socklen_t size)
{
	enum fault_act act = fault_next(FAULT_connect);

	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act, syscall(SYS_connect, fd, address, size));
}

int
epoll_wait(int fd, struct epoll_event *events, int most, int limit_ms)
{
	enum fault_act act = fault_next(FAULT_epoll_wait);
	static bool told;

	/* It has started, and takes signals. */
	if (!told)
		journal_put("loop", "", 0);
	told = true;
	if (act == FAULT_ERROR)
		return -1;
	return (int)after(act,
	    syscall(SYS_epoll_pwait, fd, events, most, limit_ms, NULL,
	        SIGSET_BYTES));
}

void *
mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	enum fault_act act = fault_next(FAULT_mmap);
	long place;

	if (act == FAULT_ERROR)
		return MAP_FAILED;
	place = syscall(SYS_mmap, at, size, prot, flags, fd, offset);
	fault_die(act);
	return (void *)place;
}

void *mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset)
    __attribute__((alias("mmap")));

/* It fails by its socket, so that OpenSSL knows. */
int
SSL_write_ex(SSL *ssl, const void *data, size_t size, size_t *ret_size)
{
	static int (*real)(SSL *, const void *, size_t, size_t *);
	enum fault_act act = fault_next(FAULT_ssl_write);
	int result;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "SSL_write_ex");
	if (act == FAULT_ERROR)
		broken_fd = SSL_get_fd(ssl);
	result = real(ssl, data, fault_size(act, size), ret_size);
	broken_fd = -1;
	fault_die(act);
	return result;
}

/* What src/base/mem_strict.c takes memory from, by the linker's --wrap. */
void *__wrap___libc_malloc(size_t size);
void *__real___libc_malloc(size_t size);
void *__wrap___libc_calloc(size_t count, size_t size);
void *__real___libc_calloc(size_t count, size_t size);
void *__wrap___libc_realloc(void *ptr, size_t size);
void *__real___libc_realloc(void *ptr, size_t size);
void *__wrap___libc_memalign(size_t alignment, size_t size);
void *__real___libc_memalign(size_t alignment, size_t size);

#ifdef __GLIBC__

void *
__wrap___libc_malloc(size_t size)
{
	enum fault_act act = fault_next(FAULT_malloc);
	void *ptr = act == FAULT_ERROR ? NULL : __real___libc_malloc(size);

	fault_die(act);
	return ptr;
}

void *
__wrap___libc_calloc(size_t count, size_t size)
{
	enum fault_act act = fault_next(FAULT_malloc);
	void *ptr =
	    act == FAULT_ERROR ? NULL : __real___libc_calloc(count, size);

	fault_die(act);
	return ptr;
}

void *
__wrap___libc_realloc(void *ptr, size_t size)
{
	enum fault_act act = fault_next(FAULT_malloc);
	void *fresh =
	    act == FAULT_ERROR ? NULL : __real___libc_realloc(ptr, size);

	fault_die(act);
	return fresh;
}

void *
__wrap___libc_memalign(size_t alignment, size_t size)
{
	enum fault_act act = fault_next(FAULT_malloc);
	void *ptr =
	    act == FAULT_ERROR ? NULL : __real___libc_memalign(alignment, size);

	fault_die(act);
	return ptr;
}

#endif
