/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record that says of itself that it is a test (cat=test), to prove the way
 * to a destination.
 */
#ifndef CEFD_INTAKE_MARKED_H
#define CEFD_INTAKE_MARKED_H

#include <stdint.h>

struct conf_destination;
struct err;
struct notice;
struct queue;
struct spool;

/*
 * Commit one at the end of the destination's queue, in its format; *ret_number
 * is its number there. `sequence` is the queue's own (intake/take.h), `now_ms`
 * the wall clock.
 */
int marked_put(struct spool *spool, struct queue *queue,
    const struct conf_destination *conf, uint64_t *sequence, int64_t now_ms,
    uint64_t *ret_number, struct err *err);

/* The same with another notice about the destination. */
int marked_commit(struct spool *spool, struct queue *queue,
    const struct conf_destination *conf, uint64_t *sequence,
    const struct notice *notice, int64_t now_ms, uint64_t *ret_number,
    struct err *err);

#endif
