/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other end of io/unix.h: one request, blocking, for cefctl and tests.
 */
#ifndef CEFD_IO_UNIX_CALL_H
#define CEFD_IO_UNIX_CALL_H

#include <stddef.h>
#include <stdint.h>

struct err;

enum unix_result {
	UNIX_OK,
	UNIX_REFUSED, /* the daemon's own error; its text is in *err */
	UNIX_ABSENT,  /* nobody listens */
	UNIX_DENIED,  /* no permission */
	UNIX_BROKEN,  /* cut short, timed out or not our protocol */
};

/* Octets of an error code, the final NUL included. */
#define UNIX_CODE_MAX 32

/* A piece of the body. Return -1 to hang up. */
typedef int unix_body_fn(const char *data, size_t len, void *arg);

/*
 * Send `line` (without its end) and hand the body over as it comes. Gives up
 * when nothing moves for `timeout_ms`. On UNIX_REFUSED `code` holds the
 * daemon's word for it.
 */
enum unix_result unix_call(const char *path, const char *line,
    int64_t timeout_ms, unix_body_fn *body, void *arg, char code[UNIX_CODE_MAX],
    struct err *err);

#endif
