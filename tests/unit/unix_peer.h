/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other end of a Unix socket, in a process of its own, while the loop runs
 * in the test's.
 */
#ifndef CEFD_TESTS_UNIX_PEER_H
#define CEFD_TESTS_UNIX_PEER_H

#include <stddef.h>

struct loop;

/* Path of a socket in a folder of this process. */
const char *unix_peer_path(void);
void unix_peer_remove(void);

/*
 * Run `loop` until a child that calls fn() has ended; it must return 0 within
 * 20 s. Called from the child: unix_peer_*.
 */
void unix_peer_run(struct loop *loop, int (*fn)(void));

/* A connection; -1 when there is none. */
int unix_peer_dial(void);
void unix_peer_send(int fd, const char *text, size_t len);
/* Read to the end; what came, NUL-terminated. Valid until the next call. */
const char *unix_peer_read(int fd, size_t *ret_len);
/* Send and read: what is answered to `line`. */
const char *unix_peer_ask(const char *line);

#endif
