/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of a stream's cursors: cursors.c has the rows, cursors_begin.c where
 * they begin and whether they are to be believed. `what` is the end of a row's
 * name.
 */
#ifndef CEFD_INTAKE_CURSORS_PARTS_H
#define CEFD_INTAKE_CURSORS_PARTS_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct poller;
struct spans;

/* *ret stays as it is where there is no such row. -1: ERR_IO, ERR_CORRUPT. */
int cursors_read(
    struct poller *p, const char *what, struct spans *ret, struct err *err);

/* Put it into the batch. */
void cursors_write(
    struct poller *p, const char *what, const struct spans *spans);

/* The origin: what is older is not asked for. It *ret_moved when a wrong clock
 * had decided it, and is earlier now. */
int cursors_read_begin(
    struct poller *p, struct spans *ret, bool *ret_moved, struct err *err);

/* Is it further in the future than clocks disagree? */
bool cursors_is_ahead(struct poller *p, const char *what, int64_t at_s);

/* Then it is put back to where all that it may have left out is listed: what
 * was listed before its time since `untrue_ms`, or since nobody knows (0). */
void cursors_heal(
    struct poller *p, const char *what, struct spans *spans, int64_t untrue_ms);

#endif
