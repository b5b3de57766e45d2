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

#include "intake/window.h"

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

/* The clock was ahead, since `untrue_ms` or since nobody knows (0), and has come
 * back by `step_ms`, or nobody knows by how much (0): since when was something
 * missed by this key? */
int64_t cursors_missed_ms(const struct poller *p, enum window_kind key,
    int64_t untrue_ms, int64_t step_ms);

/* Then all is listed that it may have left out since then. That is a hole, so
 * that what is new need not wait for it. */
void cursors_heal(
    struct poller *p, const char *what, struct spans *spans, int64_t missed_ms);

#endif
