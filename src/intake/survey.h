/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes of one source, or of all of a configuration in turn.
 */
#ifndef CEFD_INTAKE_SURVEY_H
#define CEFD_INTAKE_SURVEY_H

#include <stdint.h>

#include "intake/probe.h"

struct conf;
struct conf_destination;
struct conf_source;
struct survey;

/* What a name stands for: both where a source and a destination share it. */
struct survey_found {
	const struct conf_source *source;           /* or NULL */
	const struct conf_destination *destination; /* or NULL */
};

/* NAME, source/NAME or destination/NAME. */
struct survey_found survey_find(const struct conf *conf, const char *name);

/* The budget of the source of that name; NULL: none is kept here. */
typedef struct bucket *survey_bucket_fn(const char *name, void *arg);

/* For how long yet the API wants that source not to ask, in ms. */
typedef int64_t survey_held_fn(const char *name, void *arg);

struct survey_hooks {
	survey_bucket_fn *bucket; /* NULL: each has one of its own */
	survey_held_fn *held;     /* NULL: for none */
	probe_line_fn *line;
	probe_done_fn *done;
	void *arg;
};

/*
 * Probe the source `only`, or with NULL all that are enabled. A reference of
 * `conf` is taken. The hooks are as for a probe; `good`: all are.
 */
struct survey *survey_start(struct loop *loop, struct http *http,
    struct conf *conf, const struct conf_source *only,
    const struct survey_hooks *hooks);

/* Cancels what is under way. Takes NULL; may be called from `done`. */
void survey_free(struct survey *survey);

#endif
