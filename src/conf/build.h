/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what the file says to the configuration: values parsed, defaults filled
 * in, everything checked that needs more than one value or a look at the disk.
 */
#ifndef CEFD_CONF_BUILD_H
#define CEFD_CONF_BUILD_H

struct conf;
struct raw;
struct report;

/* Fill in the zeroed `conf`. Relative paths begin at `folder`. */
void build(const struct raw *raw, const char *folder, struct conf *conf,
    struct report *report);

/* After build. Not for a file that libconfuse could not read to its end. */
void check(const struct raw *raw, struct conf *conf, struct report *report);

#endif
