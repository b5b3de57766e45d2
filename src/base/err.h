/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An error that travels up to the one who knows what it means and logs it.
 *
 * A function that can fail returns 0 or -1 and takes `struct err *` last. The
 * pointer may be NULL where the caller does not care why.
 */
#ifndef CEFD_BASE_ERR_H
#define CEFD_BASE_ERR_H

enum err_code {
	ERR_NONE,
	ERR_AGAIN,   /* passing: the same call may succeed later */
	ERR_BAD,     /* the input is wrong and will stay wrong */
	ERR_FULL,    /* a ceiling, a quota or the disk is reached */
	ERR_DENIED,  /* permission, certificate or token refused */
	ERR_IO,      /* the system or the peer failed */
	ERR_CORRUPT, /* stored data does not match its checksum */
};

/* Octets of an error's text, the final NUL included. Longer text is cut. */
#define ERR_TEXT_MAX 512

struct err {
	enum err_code code;
	char text[ERR_TEXT_MAX];
};

/* Fill *err and return -1, so that a failing path is one line. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "context: " in front of the text of *err. Returns -1. */
int err_wrap(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The code for what a system call on a file has left in errno. */
enum err_code err_code_of_errno(int error);

/* One word for a code, for logs. */
const char *err_code_str(enum err_code code);

#endif
