/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A listening Unix socket in the file system, and its removal.
 */
#ifndef CEFD_IO_UNIX_LISTEN_H
#define CEFD_IO_UNIX_LISTEN_H

#include <sys/types.h>

struct err;

struct unix_listener {
	int fd; /* does not block */
	char *path;
	dev_t dev; /* of the socket's file: is it still ours? */
	ino_t ino;
};

/*
 * Listen on `path`, mode 0660. The socket of a dead process is removed first;
 * ERR_BAD when somebody answers on it or when it is no socket.
 */
int unix_listen(
    struct unix_listener *listener, const char *path, struct err *err);

/* Close, and remove the file unless another has taken its place. */
void unix_listen_end(struct unix_listener *listener);

#endif
