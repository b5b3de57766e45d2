/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a replay of a stream has to list, and how far it is. A row beside the
 * cursors may hold that: "SINCE UNTIL", seconds since 1970; "" when it is done. It
 * moves in the commits that hold the records.
 */
#ifndef CEFD_INTAKE_ERRAND_H
#define CEFD_INTAKE_ERRAND_H

#include <stdint.h>

struct buf;
struct err;
struct poller;
struct poller_stats;
struct window;

#define ERRAND_ROW_MAX 64
#define ERRAND_MISSING_MAX 320

/* Lay out its windows. */
void errand_lay(struct poller *p);

/* All of the window is fetched, or will never be. */
void errand_window_done(struct poller *p, const struct window *window);

/* It cannot be listed while others can. Told in the log, and counted. */
void errand_leave_out(
    struct poller *p, const struct window *window, const struct err *why);

/* It has ended, if it was one that runs: the notice, once, and when all is well
 * (`why` is NULL) the row. */
void errand_end(struct poller *p, const struct err *why);

/* What could not be had, in words; "" when nothing is missing. */
void errand_missing(
    const struct poller_stats *stats, char out[ERRAND_MISSING_MAX]);

/* With the final NUL. */
void errand_put_row(struct buf *out, int64_t since_s, int64_t until_s);
/* -1 when it is no such row. */
int errand_parse_row(
    const char *row, int64_t *ret_since_s, int64_t *ret_until_s);

#endif
