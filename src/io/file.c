/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small files, read whole through one descriptor, so that what was checked is
 * what was read.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/file.h"

/* A token is a few hundred octets; a JWT may be some thousands. */
#define SECRET_MAX 16384
/* OpenSSL takes 1,023 octets. */
#define PASSWORD_MAX 1000
/* As the kernel's. */
#define LINKS_MAX 40

typedef int take_fn(
    const char *path, const struct buf *raw, char **ret, struct err *err);

static int open_regular(
    const char *path, mode_t forbidden, int *ret_fd, struct err *err);
static int read_all(int fd, struct buf *out);
static bool is_same_inode(const struct stat *a, const struct stat *b);
static bool is_same_place(const char *one, const char *other);
static char *follow(const char *path);
static char *follow_once(const char *path);
static int read_hidden(
    const char *path, take_fn *take, char **ret, struct err *err);
static take_fn take_secret;
static take_fn take_password;

int
file_read(const char *path, struct buf *out, struct err *err)
{
	size_t before = out->len;
	int fd, failed;

	if (open_regular(path, 0, &fd, err) == -1)
		return -1;
	failed = read_all(fd, out);
	(void)close(fd);
	if (failed == 0)
		return 0;
	out->len = before;
	if (failed == ENOBUFS)
		return err_set(err, ERR_FULL, "%s: larger than %zu octets",
		    path, out->max);
	return err_set(err, ERR_IO, "%s: %s", path, strerror(failed));
}

int
file_read_secret(const char *path, char **ret, struct err *err)
{
	return read_hidden(path, take_secret, ret, err);
}

int
file_read_password(const char *path, char **ret, struct err *err)
{
	return read_hidden(path, take_password, ret, err);
}

bool
file_is_same(const char *one, const char *other)
{
	struct stat a, b;
	bool has_one = stat(one, &a) == 0, has_other = stat(other, &b) == 0;

	if (has_one && has_other)
		return is_same_inode(&a, &b);
	return !has_one && !has_other && is_same_place(one, other);
}

static int
read_hidden(const char *path, take_fn *take, char **ret, struct err *err)
{
	struct buf raw;
	int fd, failed, result = -1;

	if (open_regular(path, S_IRWXO, &fd, err) == -1)
		return -1;
	buf_init(&raw, SECRET_MAX);
	/* All at once: a buffer that grows would leave copies behind. */
	(void)buf_reserve(&raw, SECRET_MAX);
	failed = read_all(fd, &raw);
	(void)close(fd);
	if (failed == ENOBUFS)
		(void)err_set(err, ERR_BAD,
		    "%s: larger than %d octets, this is no secret: put nothing "
		    "else into it, on one line",
		    path, SECRET_MAX);
	else if (failed != 0)
		(void)err_set(err, ERR_IO, "%s: %s", path, strerror(failed));
	else
		result = take(path, &raw, ret, err);
	mem_wipe(raw.data, raw.cap);
	buf_clear(&raw);
	return result;
}

static bool
is_same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Where it would be made. */
static bool
is_same_place(const char *one, const char *other)
{
	char *copies[] = {follow(one), follow(other)};
	char *folders[] = {xstrdup(copies[0]), xstrdup(copies[1])};
	struct stat a, b;
	bool same = strcmp(basename(copies[0]), basename(copies[1])) == 0 &&
	    stat(dirname(folders[0]), &a) == 0 &&
	    stat(dirname(folders[1]), &b) == 0 && is_same_inode(&a, &b);

	for (size_t i = 0; i < 2; i++) {
		free(copies[i]);
		free(folders[i]);
	}
	return same;
}

/* A link to a file that is not there yet leads to where it will be. */
static char *
follow(const char *path)
{
	char *at = xstrdup(path);

	for (unsigned i = 0; i < LINKS_MAX; i++) {
		char *next = follow_once(at);

		if (next == NULL)
			break;
		free(at);
		at = next;
	}
	return at;
}

/* NULL: it is no link. */
static char *
follow_once(const char *path)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	char *copy, *next;

	if (len == -1)
		return NULL;
	target[len] = '\0';
	if (target[0] == '/')
		return xstrdup(target);
	copy = xstrdup(path);
	next = xasprintf("%s/%s", dirname(copy), target);
	free(copy);
	return next;
}

static int
open_regular(const char *path, mode_t forbidden, int *ret_fd, struct err *err)
{
	struct stat st;
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd == -1)
		return err_set(err, errno == EACCES ? ERR_DENIED : ERR_IO,
		    "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(err, ERR_BAD, "%s: not a regular file", path);
	}
	if (st.st_mode & forbidden) {
		(void)close(fd);
		return err_set(err, ERR_DENIED,
		    "%s: others can read or change it (mode %04o); do chmod "
		    "o-rwx",
		    path, (unsigned)(st.st_mode & 07777));
	}
	*ret_fd = fd;
	return 0;
}

/* 0, ENOBUFS when `out` is full, or another errno. */
static int
read_all(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n;
	int failed = 0;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			failed = errno;
		else if (n > 0 && buf_put(out, chunk, (size_t)n) == -1)
			failed = ENOBUFS;
		if (n <= 0 || failed != 0)
			break;
	}
	mem_wipe(chunk, sizeof(chunk));
	return failed;
}

static int
take_secret(
    const char *path, const struct buf *raw, char **ret, struct err *err)
{
	struct text t = text_trim((struct text){raw->data, raw->len});

	if (text_is_empty(t))
		return err_set(err, ERR_BAD, "%s: empty", path);
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.ptr[i];

		/* RFC 6750, section 2.1 */
		if (c == '"' || c == '\'')
			return err_set(err, ERR_BAD,
			    "%s: octet %zu is a quote; a token has none: take "
			    "the quotes off",
			    path, i + 1);
		if (c <= 0x20 || c >= 0x7f)
			return err_set(err, ERR_BAD,
			    "%s: octet %zu is a blank, a control or not ASCII;"
			    " a token has none: copy it again",
			    path, i + 1);
	}
	*ret = xstrndup(t.ptr, t.len);
	return 0;
}

static int
take_password(
    const char *path, const struct buf *raw, char **ret, struct err *err)
{
	size_t len = raw->len;

	if (len > 0 && raw->data[len - 1] == '\n')
		len--;
	if (len > 0 && len < raw->len && raw->data[len - 1] == '\r')
		len--;
	if (len == 0)
		return err_set(err, ERR_BAD, "%s: empty", path);
	if (len > PASSWORD_MAX)
		return err_set(err, ERR_BAD,
		    "%s: longer than %d octets: put a shorter password into it",
		    path, PASSWORD_MAX);
	if (memchr(raw->data, '\n', len) != NULL ||
	    memchr(raw->data, '\0', len) != NULL)
		return err_set(err, ERR_BAD,
		    "%s: holds more than one line, or a NUL: put nothing but "
		    "the password into it, on one line",
		    path);
	*ret = xstrndup(raw->data, len);
	return 0;
}
