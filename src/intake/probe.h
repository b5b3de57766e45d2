/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks every step to a source, from the token's file to the first list, and
 * says in plain words how each went. Changes nothing and never blocks; nothing
 * that it says holds the token, whatever a server repeats.
 */
#ifndef CEFD_INTAKE_PROBE_H
#define CEFD_INTAKE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

struct bucket;
struct conf_source;
struct http;
struct loop;
struct probe;

struct probe_world {
	struct loop *loop;
	struct http *http;
	/* The budget of requests as it is now: it may be another one at the
	 * next. NULL, and answering NULL: none. */
	struct bucket *(*bucket)(void *arg);
	void *bucket_arg;
};

/* One line, with its LF, as each step ends. The probe must not be freed. */
typedef void probe_line_fn(const char *line, size_t len, void *arg);

/* Called once, last, from the loop. `good`: no step failed. */
typedef void probe_done_fn(bool good, void *arg);

/* `conf` and what is in `world` must outlive it. Never calls back at once. */
struct probe *probe_start(const struct probe_world *world,
    const struct conf_source *conf, probe_line_fn *line, probe_done_fn *done,
    void *arg);

/* Cancels what is under way. Takes NULL; may be called from `done`. */
void probe_free(struct probe *probe);

#endif
