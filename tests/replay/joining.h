/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second destination, in seeds where it is added later and is to get some
 * of the past.
 */
#ifndef CEFD_TESTS_REPLAY_JOINING_H
#define CEFD_TESTS_REPLAY_JOINING_H

#include <stdbool.h>

struct joining;
struct loop;
struct outlet;
struct ring;
struct source;
struct spool;
struct stream;

/* Its queue, by number. */
#define QUEUE_LATE 1

/* For a life; the source comes with joining_begin. */
struct joining *joining_new(
    struct ring *ring, struct loop *loop, struct spool *spool);
/* Takes NULL. */
void joining_free(struct joining *joining);

/* It is in the configuration: note what it is to get, unless that was done.
 * `source` is what runs already, or NULL. */
void joining_note(struct joining *joining, const struct source *source);

/* Has it still to get something of the stream's past; NULL: of any? */
bool joining_waits(struct spool *spool, const struct stream *stream);

/* It gets its records from this source now: and the past as well. */
void joining_begin(struct joining *joining, struct source *source,
    const struct outlet *outlet);

#endif
