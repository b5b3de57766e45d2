/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a configuration file: which sections and options stand where.
 * libconfuse gives up at the first unknown option and keeps quiet about one
 * that is given twice; here each is an error with its line, and is taken out
 * of the text that libconfuse is given.
 */
#ifndef CEFD_CONF_SCAN_H
#define CEFD_CONF_SCAN_H

#include "base/text.h"

struct buf;
struct raw;
struct findings;

/*
 * Fill in the sections of `raw` and their settings, without values. `out` gets
 * the text for conf_file_parse: every section in it has its index in
 * raw->sections for its title.
 *
 * Returns 0, or the line from which the shape could not be followed; libconfuse
 * is then going to say why.
 */
int scan(struct text in, struct raw *raw, struct buf *out,
    struct findings *findings);

#endif
