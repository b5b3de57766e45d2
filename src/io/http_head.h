/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of an HTTP/1 request, as far as a server of status needs it.
 */
#ifndef CEFD_IO_HTTP_HEAD_H
#define CEFD_IO_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct http_head {
	const char *path;   /* begins with "/"; without query */
	const char *accept; /* "": none */
	bool is_head;       /* HEAD, not GET */
};

/* Octets of the head that `data` begins with, its empty line included; 0 as
 * long as that has not come. */
size_t http_head_len(const char *data, size_t len);

/*
 * Take a head of `len` octets apart, in its place. 200, or the status code
 * that refuses it: 400, 405 or 505. *ret borrows from `data` and is whole with
 * 200 only; is_head is always right.
 */
int http_head_parse(char *data, size_t len, struct http_head *ret);

/* What is said behind a status code of ours. */
const char *http_status_str(int status);

#endif
