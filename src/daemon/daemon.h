/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program from its start to its end.
 */
#ifndef CEFD_DAEMON_DAEMON_H
#define CEFD_DAEMON_DAEMON_H

#include <stdbool.h>

#include "io/log.h"

#define DAEMON_CONFIG_DEFAULT "/etc/cefd/cefd.conf"

enum daemon_deed { DAEMON_RUN, DAEMON_CHECK, DAEMON_PRINT, DAEMON_RESET };

struct daemon_options {
	enum daemon_deed deed;
	const char *config;
	enum log_format log_format;
	bool debug;
};

/* 0, or -1 when the program is to end with *ret_status (help was asked for, or
 * the command line is wrong; either was told). */
int daemon_options_parse(
    int argc, char **argv, struct daemon_options *ret_options, int *ret_status);

/* Do what was asked. Returns the exit status, from sysexits(3). */
int daemon_run(const struct daemon_options *options);

#endif
