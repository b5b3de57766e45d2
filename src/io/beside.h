/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to disks that may hang, like a mount whose server has gone: each is
 * asked in a process of its own, all at once, and all together are waited for no
 * longer than a second.
 */
#ifndef CEFD_IO_BESIDE_H
#define CEFD_IO_BESIDE_H

#include <stddef.h>

#include "base/err.h"

struct beside_path {
	const char *path;
	char end;
	/* As append_try says; -1 with ERR_AGAIN without an answer. */
	int result;
	struct err err;
};

/* Could they be written to? The loop, if there is one, stands still. */
void beside_try(struct beside_path *paths, size_t count);

/* Only: can it be said whether they exist? Then the result is 0. */
void beside_look(struct beside_path *paths, size_t count);

struct beside;
struct loop;

/* Called once, from the loop; it may free. */
typedef void beside_done_fn(const struct beside_path *path, void *arg);

/* The same as beside_try of one, whose text must outlive it, while the loop goes
 * on. Never calls back at once. */
struct beside *beside_start(struct loop *loop, const struct beside_path *path,
    beside_done_fn *done, void *arg);

/* Takes NULL. No answer is waited for any more. */
void beside_free(struct beside *beside);

#endif
