/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to a disk that may hang, like a mount whose server has gone: each
 * is asked in a process of its own, and waited for no longer than a second.
 */
#ifndef CEFD_IO_BESIDE_H
#define CEFD_IO_BESIDE_H

#include <stdbool.h>

struct err;

/* As append_try; -1 with ERR_AGAIN without an answer. */
int beside_append_try(const char *path, char end, struct err *err);

/* Can be said within that time whether the path exists? */
bool beside_answers(const char *path);

#endif
