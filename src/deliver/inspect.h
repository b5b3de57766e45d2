/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks every step to a destination that needs no record: the certificates of
 * our own, each server's name, a connection, its certificate; and says what the
 * settings mean for what listens there. Changes nothing and never blocks.
 */
#ifndef CEFD_DELIVER_INSPECT_H
#define CEFD_DELIVER_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/step_line.h"

struct conf_destination;
struct inspect;
struct loop;
struct sender_stats;

/* One line, with its LF. It must not free the inspection. */
typedef void inspect_line_fn(const char *line, size_t len, void *arg);

/* Called once, last, from the loop. `good`: no step failed. */
typedef void inspect_done_fn(bool good, void *arg);

/* `conf` must outlive it. Never calls back at once. */
struct inspect *inspect_start(struct loop *loop,
    const struct conf_destination *conf, inspect_line_fn *line,
    inspect_done_fn *done, void *arg);

/* The first certificate of a server's own that was shown and refused: its
 * fingerprint, borrowed; NULL: none was. */
const char *inspect_untrusted(const struct inspect *inspect);

/* From `done` on: is there a way for a record? One server is enough for it,
 * whatever the others are; if there is none, a line has said so. */
bool inspect_has_way(const struct inspect *inspect);

/* Takes NULL; may be called from `done`. */
void inspect_free(struct inspect *inspect);

/* Milliseconds that a marked record may need, each server being given up only
 * when its limits are over. */
int64_t inspect_record_ms(const struct conf_destination *conf);

/*
 * A marked record counts as delivered. Is that all there is to say? STEP_OK: it
 * is; otherwise `ret` says why it may be little.
 */
#define INSPECT_DOUBT_MAX 400
enum step_mark inspect_doubt(const struct conf_destination *conf,
    const struct sender_stats *stats, char ret[INSPECT_DOUBT_MAX]);

/*
 * The advice: calls say(mark, topic, text) for each thing that the settings
 * mean for a receiver. Pure.
 */
typedef void inspect_say_fn(
    enum step_mark mark, const char *topic, const char *text, void *arg);
void inspect_advice(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg);

#endif
