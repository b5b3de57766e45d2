/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as the program uses it: every value parsed, checked and
 * with its default filled in. Immutable once loaded, and shared: whoever holds
 * on to it takes a reference.
 */
#ifndef CEFD_CONF_CONF_H
#define CEFD_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "conf/sections.h"

/* Those that are in use (`enabled`). */
#define CONF_DESTINATIONS_MAX 1024

struct conf {
	unsigned refs;
	char *spool_path;
	uint64_t spool_quota; /* octets */
	struct conf_source *sources;
	size_t source_count;
	struct conf_destination *destinations;
	size_t destination_count;
	char *control_socket;
	char *status_listen; /* host:port, or NULL: off */
};

/* A warning does not keep the configuration from being used. */
enum conf_severity { CONF_ERROR, CONF_WARNING };

/* Called once for each thing found wrong; `line` 0 when it has none. */
typedef void conf_error_fn(enum conf_severity severity, const char *file,
    int line, const char *what, void *arg);

/*
 * Read and check the file and open everything it names. Every error found is
 * told to `fn`. Returns a configuration with one reference, or NULL.
 */
struct conf *conf_load(const char *file, conf_error_fn *fn, void *arg);

/* The same without opening the files it names: for programs that want to know
 * what it says and may not be allowed to read the tokens. */
struct conf *conf_peek(const char *file, conf_error_fn *fn, void *arg);

/* No source, and one destination without servers with all the defaults. */
struct conf *conf_defaults(void);

struct conf *conf_ref(struct conf *conf);
void conf_unref(struct conf *conf);

/* Write the effective configuration as a file that conf_load reads; secrets
 * are hidden. */
void conf_print(const struct conf *conf, FILE *out);

/* Call `fn` for each file of a token, key, password or certificates that is
 * named, with the section's kind and title, and the option. */
typedef void conf_file_fn(const char *section, const char *title,
    const char *option, const char *path, void *arg);
void conf_each_file(const struct conf *conf, conf_file_fn *fn, void *arg);

/* True when both sections say the same, so that a reload may keep what runs. */
bool conf_source_equal(
    const struct conf_source *a, const struct conf_source *b);
bool conf_destination_equal(
    const struct conf_destination *a, const struct conf_destination *b);

#endif
