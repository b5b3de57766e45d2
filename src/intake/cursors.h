/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stream remembers in the spool: what it has listed on each of the
 * API's clocks, where it began, and the window that is being fetched.
 */
#ifndef CEFD_INTAKE_CURSORS_H
#define CEFD_INTAKE_CURSORS_H

#include <stdbool.h>

#include "intake/window.h"

struct err;
struct poller;
struct spool;
struct stream;

/* Cursors and retry list, or where the configuration says to begin. */
int cursors_load(struct poller *p, struct err *err);

/* Has the stream of that source committed anything yet? True when in doubt. */
bool cursors_exist(
    struct spool *spool, const char *source, const struct stream *stream);

/* All of the window is listed and fetched: put that into the batch. */
void cursors_window_done(struct poller *p, const struct window *window);

/* Put into the batch when looking back was last done. */
void cursors_put_looked(struct poller *p);

/*
 * A poll that found nothing need not wait for the disk: true when its cursors
 * may stay in memory. A crash lists what they have passed since the last commit
 * once more, at most an hour's, and finds nothing again.
 */
bool cursors_spare_commit(struct poller *p);

/* What was spared goes into the batch after all. */
void cursors_put_spared(struct poller *p);

/* Put into the batch which window is being fetched, or with an empty one that
 * none is. */
void cursors_note_window(
    struct poller *p, const struct window *window, int64_t opened_ms);

#endif
