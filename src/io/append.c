/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending to a file. Its folder is synced before there is anything in it, or
 * a crash could take the name away with all that is in it. That is done while
 * it is empty, whoever made it, so that nothing need be remembered of a sync
 * that failed or that a crash forestalled.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/append.h"

#define CHUNK 65536
/* Of a last line, that append_try looks at. */
#define TRIED_MAX (2 << 20)

struct append {
	int fd;
	char *path;
	uint64_t cut_octets;
	bool cut_kept;
};

static int open_file(const char *path, bool *ret_empty, struct err *err);
static int try_folder(const char *path, struct err *err);
static int make_durable(const char *path, struct err *err);
static int lock(int fd, struct err *err);
static int heal(
    struct append *append, char end, size_t record_max, struct err *err);
static int keep(const struct append *append, off_t at, struct err *err);
static int copy_end(int from, off_t at, int to);
static int find_torn(
    int fd, char end, size_t record_max, off_t *ret_at, struct err *err);
static int check_framing(
    int fd, char end, off_t at, off_t size, struct err *err);
static int check_begin(int fd, off_t at, struct err *err);
static bool is_begin(const char *data, size_t len, const char *begin);
static int find_end(
    int fd, char end, off_t from, off_t size, off_t *ret, struct err *err);
static int failed(struct err *err, const char *what);

int
append_open(struct append **ret, const char *path, char end, size_t record_max,
    struct err *err)
{
	bool empty = false;
	int fd = open_file(path, &empty, err);
	struct append *append;

	if (fd == -1)
		return -1;
	append = xcalloc(1, sizeof(*append));
	append->fd = fd;
	append->path = xstrdup(path);
	if (lock(fd, err) == -1 || (empty && make_durable(path, err) == -1) ||
	    heal(append, end, record_max, err) == -1) {
		append_close(append);
		return -1;
	}
	*ret = append;
	return 0;
}

uint64_t
append_cut_octets(const struct append *append, bool *ret_is_kept)
{
	*ret_is_kept = append->cut_kept;
	return append->cut_octets;
}

int
append_try(const char *path, char end, struct err *err)
{
	off_t at = 0;
	struct stat st = {.st_size = 0};
	bool empty = false;
	struct err copy;
	int fd = -1, rc;

	if (access(path, F_OK) == -1 && errno == ENOENT)
		rc = try_folder(path, &copy);
	else
		rc = fd = open_file(path, &empty, &copy);
	/* While it is written to, it mostly ends within a record. */
	if (fd != -1 && flock(fd, LOCK_SH | LOCK_NB) == -1 &&
	    errno == EWOULDBLOCK) {
		(void)close(fd);
		return 0;
	}
	if (fd != -1) {
		rc = find_torn(fd, end, TRIED_MAX, &at, &copy);
		(void)fstat(fd, &st);
		(void)close(fd);
		if (rc == -1)
			return err_set(
			    err, copy.code, "%s: %s", path, copy.text);
	}
	if (rc == 1 && fd != -1) {
		(void)err_set(err, ERR_AGAIN,
		    "%s: its last %lld octets are a line without an end: they "
		    "will be taken for a torn record, and moved to %s.cut; if "
		    "this is no file of cefd's, take another path",
		    path, (long long)(st.st_size - at), path);
		return 1;
	}
	if (rc != -1)
		return 0;
	return err_set(err, copy.code,
	    "%s: %s: take a path in a folder that is there, on a disk that can "
	    "be written, and that the user cefd runs as may write to (with "
	    "systemd: /var/log/cefd, or ReadWritePaths=)",
	    path, copy.text);
}

void
append_close(struct append *append)
{
	if (append == NULL)
		return;
	(void)close(append->fd);
	free(append->path);
	free(append);
}

int
append_write(struct append *append, const void *data, size_t len,
    size_t *ret_len, struct err *err)
{
	ssize_t n;

	do
		n = write(append->fd, data, len);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return failed(err, "cannot write");
	if (n == 0)
		return err_set(err, ERR_IO, "cannot write: nothing was taken");
	*ret_len = (size_t)n;
	return 0;
}

int
append_sync(struct append *append, struct err *err)
{
	struct stat ours, theirs;

	if (fdatasync(append->fd) == -1)
		return failed(err, "cannot write to the disk");
	if (fstat(append->fd, &ours) == -1)
		return failed(err, "cannot look at the file");
	if (stat(append->path, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
	    ours.st_ino == theirs.st_ino)
		return 0;
	return err_set(
	    err, ERR_AGAIN, "the file was moved away while it was written to");
}

/* O_NONBLOCK: opening a FIFO must not wait. Reading is for heal(). */
static int
open_file(const char *path, bool *ret_empty, struct err *err)
{
	const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat st;
	int fd = open(path, flags);

	if (fd == -1 && errno == ENOENT)
		fd = open(path, flags | O_CREAT, 0640);
	if (fd == -1)
		return failed(err, "cannot open");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*ret_empty = st.st_size == 0;
		return fd;
	}
	(void)close(fd);
	return err_set(err, ERR_BAD, "not a regular file");
}

/* A file of another name, since cefd may be about to make this one. */
static int
try_folder(const char *path, struct err *err)
{
	char *copy = xstrdup(path);
	char *trial = xasprintf("%s/.cefd.XXXXXX", dirname(copy));
	int fd = mkostemp(trial, O_CLOEXEC);
	int rc = 0;

	if (fd == -1) {
		rc = failed(err, "cannot be made");
	} else {
		(void)unlink(trial);
		(void)close(fd);
	}
	free(trial);
	free(copy);
	return rc;
}

static int
make_durable(const char *path, struct err *err)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd == -1 || fsync(fd) == -1)
		rc = failed(err, "cannot sync its folder");
	if (fd != -1)
		(void)close(fd);
	free(copy);
	return rc;
}

/* Another destination, or another cefd, would take what is being written here
 * for a torn record of its own. Names are compared before; a link may come
 * later. */
static int
lock(int fd, struct err *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return 0;
	return err_set(err, ERR_AGAIN,
	    "another destination, or another cefd, is writing to this file: "
	    "give each a file of its own");
}

/* Cut off what stands behind the last whole record. */
static int
heal(struct append *append, char end, size_t record_max, struct err *err)
{
	int fd = append->fd;
	struct stat st;
	struct err why;
	off_t at;

	switch (find_torn(fd, end, record_max, &at, err)) {
	case 0:
		return 0;
	case -1:
		return -1;
	}
	if (fstat(fd, &st) == -1)
		return failed(err, "cannot look at the file");
	append->cut_kept = keep(append, at, &why) == 0;
	/* Behind whole records it is most likely ours, and in the spool still:
	 * nothing can be written before it is cut off. A full disk passes. */
	if (!append->cut_kept && (at == 0 || why.code == ERR_FULL))
		return err_set(err, why.code, "%s", why.text);
	if (ftruncate(fd, at) == -1 || fsync(fd) == -1)
		return failed(err, "cannot cut off a torn record");
	append->cut_octets = (uint64_t)(st.st_size - at);
	return 0;
}

/* Cut off before it is on the disk, it could be nowhere. */
static int
keep(const struct append *append, off_t at, struct err *err)
{
	char *path = xasprintf("%s.cut", append->path);
	int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
	    0600);
	struct stat st = {.st_size = 0};
	int rc = 0;

	if (fd == -1 || fstat(fd, &st) == -1 ||
	    copy_end(append->fd, at, fd) == -1 || fsync(fd) == -1)
		rc = failed(
		    err, "cannot keep its torn end in a file .cut beside it");
	else
		rc = make_durable(append->path, err);
	if (rc == -1) {
		/* On a full disk half of it is of no use to anybody. */
		if (fd != -1 &&
		    (st.st_size == 0 || ftruncate(fd, st.st_size) == -1))
			(void)unlink(path);
	}
	if (fd != -1)
		(void)close(fd);
	free(path);
	return rc;
}

static int
copy_end(int from, off_t at, int to)
{
	char chunk[CHUNK];
	ssize_t n;

	while ((n = pread(from, chunk, sizeof(chunk), at)) > 0) {
		errno = ENOSPC;
		if (write(to, chunk, (size_t)n) != n)
			return -1;
		at += n;
	}
	return n == 0 && write(to, "\n", 1) == 1 ? 0 : -1;
}

/* 1: a torn record begins at *ret_at; 0: there is none. -1, too, when what
 * stands there is none of ours. */
static int
find_torn(int fd, char end, size_t record_max, off_t *ret_at, struct err *err)
{
	struct stat st;
	off_t from;

	if (fstat(fd, &st) == -1)
		return failed(err, "cannot look at the file");
	from =
	    st.st_size > (off_t)record_max ? st.st_size - (off_t)record_max : 0;
	if (find_end(fd, end, from, st.st_size, ret_at, err) == -1)
		return -1;
	if (*ret_at == st.st_size)
		return 0;
	if (*ret_at == from && from != 0)
		return err_set(err, ERR_BAD,
		    "its last line is longer than any record, so "
		    "this is not a file of cefd's: take another path");
	if (check_begin(fd, *ret_at, err) == -1 ||
	    check_framing(fd, end, *ret_at, st.st_size, err) == -1)
		return -1;
	return 1;
}

/* After a change of framing all that there is would look like one record that
 * is torn; but no record holds an LF, or a NUL before anything else. */
static int
check_framing(int fd, char end, off_t at, off_t size, struct err *err)
{
	char chunk[CHUNK], before = '\n';
	bool is_other = false;

	while (at < size && !is_other) {
		ssize_t n = pread(fd, chunk, sizeof(chunk), at);

		if (n <= 0)
			return failed(err, "cannot read");
		for (ssize_t i = 0; i < n; before = chunk[i++])
			is_other = is_other ||
			    (end == '\0' ? chunk[i] == '\n'
			                 : before == '\0' && chunk[i] != '\0');
		at += n;
	}
	if (!is_other)
		return 0;
	return err_set(err, ERR_BAD,
	    "its records do not end as framing says: move the file away, or "
	    "set framing as it was");
}

/*
 * With a header, or without one in each of the formats: which it was when the
 * record was written is not known. A loss of power may leave a hole, which
 * reads as NUL.
 */
static int
check_begin(int fd, off_t at, struct err *err)
{
	char data[8];
	ssize_t len = pread(fd, data, sizeof(data), at);

	if (len == -1)
		return failed(err, "cannot read");
	if (len == 0 || data[0] == '\0' ||
	    is_begin(data, (size_t)len, "CEF:0|") ||
	    (data[0] == '<' && (len == 1 || isdigit((unsigned char)data[1]))) ||
	    is_begin(data, (size_t)len, "LEEF:2.0") ||
	    is_begin(data, (size_t)len, "{\""))
		return 0;
	return err_set(err, ERR_BAD,
	    "its last line has no end, and does not begin as a record does: "
	    "this is not a file of cefd's (end the line, or take another "
	    "path)");
}

/* As far as there is anything. */
static bool
is_begin(const char *data, size_t len, const char *begin)
{
	size_t want = strlen(begin);

	return memcmp(data, begin, len < want ? len : want) == 0;
}

/* Where the last whole record ends at or after `from`, or `from`. */
static int
find_end(int fd, char end, off_t from, off_t size, off_t *ret, struct err *err)
{
	char chunk[CHUNK];
	off_t at = size;

	while (at > from) {
		size_t len = at - from < CHUNK ? (size_t)(at - from) : CHUNK;
		ssize_t n = pread(fd, chunk, len, at - (off_t)len);
		const char *last;

		if (n == -1)
			return failed(err, "cannot read");
		if ((size_t)n != len)
			return err_set(err, ERR_AGAIN,
			    "the file was cut while it was read");
		last = memrchr(chunk, end, len);
		at -= (off_t)len;
		if (last != NULL) {
			*ret = at + (last - chunk) + 1;
			return 0;
		}
	}
	*ret = from;
	return 0;
}

static int
failed(struct err *err, const char *what)
{
	enum err_code code = ERR_IO;

	if (errno == EACCES || errno == EPERM)
		code = ERR_DENIED;
	else if (errno == ENOSPC || errno == EDQUOT)
		code = ERR_FULL;
	return err_set(err, code, "%s: %s", what, strerror(errno));
}
