/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefd's own command line.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/option_fault.h"
#include "base/step_line.h"
#include "daemon/daemon.h"

/* Of one line on stderr. */
#define SAID_MAX_BYTES (1U << 20)

enum { OPTION_LOG_FORMAT = 256, OPTION_SPOOL_RESET, OPTION_VERSION };

static const char usage[] =
    "usage: cefd [-c FILE] [-nphv] [--log-format=plain|json]\n"
    "\n"
    "Forwards what Abnormal Security finds to syslog receivers as CEF.\n"
    "Runs in the foreground and logs to stderr.\n"
    "\n"
    "  -c, --config=FILE      read FILE, not " DAEMON_CONFIG_DEFAULT "\n"
    "  -n, --check            check the configuration and exit\n"
    "  -p, --print            print the effective configuration and exit\n"
    "  -v, --verbose          log what is decided and why\n"
    "      --log-format=WORD  plain (default) or json\n"
    "      --spool-reset      set a spool aside that cannot be opened, say "
    "what\n"
    "                         that means, and exit\n"
    "      --version          print the version and exit\n"
    "  -h, --help             print this and exit\n";

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"check", no_argument, NULL, 'n'},
    {"print", no_argument, NULL, 'p'},
    {"verbose", no_argument, NULL, 'v'},
    {"debug", no_argument, NULL, 'v'},
    {"log-format", required_argument, NULL, OPTION_LOG_FORMAT},
    {"spool-reset", no_argument, NULL, OPTION_SPOOL_RESET},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int take(int option, struct daemon_options *options);
static int wrong(char *what);

int
daemon_options_parse(
    int argc, char **argv, struct daemon_options *ret_options, int *ret_status)
{
	int option;

	opterr = 0;
	*ret_options = (struct daemon_options){
	    .deed = DAEMON_RUN, .config = DAEMON_CONFIG_DEFAULT};
	while ((option = getopt_long(
	            argc, argv, ":c:npvh", long_options, NULL)) != -1) {
		*ret_status = option == '?' || option == ':'
		    ? wrong(option_fault(option, argv, long_options))
		    : take(option, ret_options);
		if (*ret_status != -1)
			return -1;
	}
	if (optind == argc)
		return 0;
	*ret_status =
	    wrong(xasprintf("%s: it takes options only", argv[optind]));
	return -1;
}

/* -1 to go on, otherwise the status to exit with. */
static int
take(int option, struct daemon_options *options)
{
	switch (option) {
	case 'c':
		options->config = optarg;
		return -1;
	case 'n':
		options->deed = DAEMON_CHECK;
		return -1;
	case 'p':
		options->deed = DAEMON_PRINT;
		return -1;
	case 'v':
		options->debug = true;
		return -1;
	case OPTION_SPOOL_RESET:
		options->deed = DAEMON_RESET;
		return -1;
	case OPTION_LOG_FORMAT:
		if (strcmp(optarg, "plain") == 0)
			options->log_format = LOG_FORMAT_PLAIN;
		else if (strcmp(optarg, "json") == 0)
			options->log_format = LOG_FORMAT_JSON;
		else
			return wrong(xasprintf(
			    "--log-format=%s: it is plain or json", optarg));
		return -1;
	case OPTION_VERSION:
		(void)puts("cefd " PACKAGE_VERSION);
		return EX_OK;
	case 'h':
		(void)fputs(usage, stdout);
		return EX_OK;
	}
	return EX_USAGE;
}

/* Takes it over; what could move a terminal's cursor is escaped. */
static int
wrong(char *what)
{
	struct buf line;

	buf_init(&line, SAID_MAX_BYTES);
	(void)buf_puts(&line, "cefd: ");
	step_text(&line, text_of(what), NULL);
	(void)buf_puts(&line, ": see cefd --help\n");
	(void)fwrite(line.data, 1, line.len, stderr);
	buf_clear(&line);
	free(what);
	return EX_USAGE;
}
