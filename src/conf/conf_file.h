/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libconfuse, which reads the values.
 */
#ifndef CEFD_CONF_CONF_FILE_H
#define CEFD_CONF_CONF_FILE_H

struct raw;
struct findings;

/*
 * Add the values to the settings that scan() found. `text` is what scan() made.
 * `lost` is what it returned: an error of grammar is then reported even if
 * libconfuse saw none. Sets raw->broken after one.
 */
void conf_file_parse(
    const char *text, struct raw *raw, struct findings *findings, int lost);

#endif
