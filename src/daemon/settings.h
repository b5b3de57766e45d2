/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file as the daemon meets it: its errors told, its
 * certificates tried, its changes judged.
 */
#ifndef CEFD_DAEMON_SETTINGS_H
#define CEFD_DAEMON_SETTINGS_H

#include <stdbool.h>

struct conf;
struct err;

/* Load and log everything that is wrong with it; NULL if it cannot be used. */
struct conf *settings_load(const char *file);

/* For --check and --print: tell errors as FILE:LINE on stderr, read the
 * certificates too, print if asked. Returns the exit status. */
int settings_show(const char *file, bool print);

/* -1 when a running daemon cannot go from `before` to `after`. */
int settings_check_change(
    const struct conf *before, const struct conf *after, struct err *err);

#endif
