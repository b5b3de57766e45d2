/* SPDX-License-Identifier: Apache-2.0 */
/*
 * append.h in a process of its own: open the file, append, and wait until all
 * is on the disk, while the loop goes on.
 */
#ifndef CEFD_IO_APPEND_BESIDE_H
#define CEFD_IO_APPEND_BESIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct append_beside;
struct loop;

/* See append_open. The data may go once it has begun. */
struct append_job {
	const char *path;
	char end;
	size_t record_max;
	const void *data; /* whole records */
	size_t len;
};

struct append_report {
	struct err err;   /* ERR_NONE: all of it is on the disk */
	uint64_t written; /* octets that were tried; 0: it was not opened */
	uint64_t synced;  /* octets, in whole records, that are on the disk */
	uint64_t cut;     /* see append_cut_octets */
	bool is_kept;
};

/* Comes once, and not within a function here. */
typedef void append_done_fn(const struct append_report *report, void *arg);

/* ERR_AGAIN while one that was broken off still waits for the disk under that
 * path, or when there can be no further process. */
int append_beside_start(struct append_beside **ret, struct loop *loop,
    const struct append_job *job, append_done_fn *done, void *arg,
    struct err *err);

/* What was broken off and has ended goes; call it now and then. */
void append_beside_sweep(void);

/* Break off what runs: how much is written then, nobody knows. Takes NULL. */
void append_beside_free(struct append_beside *beside);

#endif
