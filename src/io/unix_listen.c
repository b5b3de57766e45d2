/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A socket's file outlives its process, and bind(2) refuses to take it over.
 * Whether it is alive is found out by knocking. Its folder, as a rule one in
 * /run, which begins empty, is made where nobody has made it yet.
 */
#include "config.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/unix_listen.h"

#define BACKLOG 64
#define NEEDS \
	"its folder must be there, and writable for the user of this process"

static void make_folder(const char *path);
static int clear_path(const struct sockaddr_un *address, struct err *err);
static int knock(const struct sockaddr_un *address);
static int bind_and_listen(
    int fd, const struct sockaddr_un *address, struct err *err);

int
unix_listen(struct unix_listener *listener, const char *path, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_BAD,
		    "%s: longer than %zu octets, take a shorter one", path,
		    sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	make_folder(path);
	if (clear_path(&address, err) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	if (bind_and_listen(fd, &address, err) == -1) {
		(void)close(fd);
		return -1;
	}
	*listener = (struct unix_listener){.fd = fd, .path = xstrdup(path)};
	if (lstat(path, &st) == 0) {
		listener->dev = st.st_dev;
		listener->ino = st.st_ino;
	}
	return 0;
}

void
unix_listen_end(struct unix_listener *listener)
{
	struct stat st;

	if (lstat(listener->path, &st) == 0 && st.st_dev == listener->dev &&
	    st.st_ino == listener->ino)
		(void)unlink(listener->path);
	(void)close(listener->fd);
	free(listener->path);
}

/* As systemd's RuntimeDirectoryMode= of our unit has it. Where it cannot be
 * made bind(2) says why. */
static void
make_folder(const char *path)
{
	char *copy = xstrdup(path);
	mode_t mask = umask(S_IWGRP | S_IRWXO);

	(void)mkdir(dirname(copy), 0750);
	(void)umask(mask);
	free(copy);
}

/* Remove what a dead process has left, and nothing else. */
static int
clear_path(const struct sockaddr_un *address, struct err *err)
{
	const char *path = address->sun_path;
	struct stat st;
	int answer;

	if (lstat(path, &st) == -1) {
		if (errno == ENOENT)
			return 0;
		return err_set(err, errno == EACCES ? ERR_DENIED : ERR_IO,
		    "%s: %s; " NEEDS, path, strerror(errno));
	}
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, ERR_BAD,
		    "%s: is there and no socket; take another path, or take "
		    "it away",
		    path);
	answer = knock(address);
	if (answer == 0 || answer == EAGAIN)
		return err_set(err, ERR_BAD,
		    "%s: another process answers on it; stop it if it is a "
		    "cefd, or take another path",
		    path);
	if (answer != ECONNREFUSED)
		return err_set(err, answer == EACCES ? ERR_DENIED : ERR_IO,
		    "%s: %s; take another path", path, strerror(answer));
	if (unlink(path) == -1 && errno != ENOENT)
		return err_set(err, errno == EACCES ? ERR_DENIED : ERR_IO,
		    "%s: %s; " NEEDS, path, strerror(errno));
	return 0;
}

/* 0 or what connect(2) says; EAGAIN: alive, with too many at its door. */
static int
knock(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int result = 0;

	if (fd == -1)
		return errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
	    -1)
		result = errno;
	(void)close(fd);
	return result;
}

static int
bind_and_listen(int fd, const struct sockaddr_un *address, struct err *err)
{
	const char *path = address->sun_path;
	/* The mode must be right from the first moment. */
	mode_t mask = umask(S_IXUSR | S_IXGRP | S_IRWXO);
	int result =
	    bind(fd, (const struct sockaddr *)address, sizeof(*address));
	int why = errno;

	(void)umask(mask);
	if (result == -1)
		return err_set(err, why == EACCES ? ERR_DENIED : ERR_IO,
		    "%s: %s; " NEEDS, path, strerror(why));
	if (listen(fd, BACKLOG) == 0)
		return 0;
	why = errno;
	(void)unlink(path);
	return err_set(err, ERR_IO, "%s: %s", path, strerror(why));
}
