/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads a configuration from text, and keeps what is said about it.
 */
#ifndef CEFD_TESTS_CONF_TRY_H
#define CEFD_TESTS_CONF_TRY_H

struct conf;

/* Everything told by the last try, a line each: "LINE: what", with "warning: "
 * in front of what where it is one. */
extern char conf_faults[65536];

/* A folder of this test's own, with a good token in the file "token". */
const char *conf_folder(void);
void conf_folder_remove(void);

/* Write a file into the folder. */
void conf_write(const char *name, const char *text, unsigned mode);

/* conf_load of a file in the folder. */
struct conf *conf_load_named(const char *name);

/* conf_load of the text as cefd.conf in the folder. */
struct conf *conf_try(const char *text);

/* The configuration with `options` in its source, or in its destination. */
struct conf *conf_try_source(const char *options);
struct conf *conf_try_destination(const char *options);

#endif
