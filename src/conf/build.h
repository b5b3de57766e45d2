/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what the file says to the configuration: values parsed, defaults filled
 * in, everything checked that needs more than one value or a look at the disk.
 */
#ifndef CEFD_CONF_BUILD_H
#define CEFD_CONF_BUILD_H

#include <stdbool.h>

struct conf;
struct raw;
struct raw_section;
struct findings;

/* Fill in the zeroed `conf`. Relative paths begin at `folder`. */
void build(const struct raw *raw, const char *folder, struct conf *conf,
    struct findings *findings);

/* After build; not for a file that libconfuse could not read to its end. */
void check(
    const struct raw *raw, const struct conf *conf, struct findings *findings);

/* The same, of the paths that records are written to, and with `open_files`
 * whether they can be. The configuration is that of `file`. */
void check_paths(const struct raw *raw, const char *file,
    const struct conf *conf, bool open_files, struct findings *findings);

/* Of a destination, the words that its filters ask for. */
void check_words(const struct raw_section *section, struct findings *findings);

/* Open every file that it names, and look at who may read the tokens. */
void check_files(
    const struct raw *raw, const struct conf *conf, struct findings *findings);

#endif
