/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receiver's command line: one table of options and one of modes.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink.h"

#define EX_USAGE_SINK 64

static const char usage_text[] =
    "usage: sink [options]\n"
    "  --listen ADDR:PORT      127.0.0.1:0; port 0: the kernel chooses\n"
    "  --port-file FILE        gets the port once the sink listens\n"
    "  --tcp                   no TLS\n"
    "  --lf                    records end with LF, not octet counting\n"
    "  --cert FILE --key FILE  PEM, for TLS\n"
    "  --ca FILE               trust for client certificates\n"
    "  --verify-client         demand a client certificate\n"
    "  --tls-min 1.2|1.3 --tls-max 1.2|1.3\n"
    "  --tickets N             session tickets a TLS 1.3 handshake sends\n"
    "  --rcvbuf BYTES          receive buffer of the sockets\n"
    "  --out FILE              a record a line, before an end is answered\n"
    "  --count-only            store nothing\n"
    "  --stats-file FILE       JSON, kept up to date\n"
    "  --connections N         the mode is for the first N, then normal\n"
    "  --mode MODE             normal, close-at-accept, silent-at-accept,\n"
    "     reset-after=N  close-after=N  half-close-after=N\n"
    "     stop-reading-after=N  [N records of a connection]\n"
    "     exit-after=N (SIGKILL, N records in all)\n"
    "     key-updates=N (TLS 1.3, asks for one every N octets)\n"
    "     idle-close=MS  never-answer-close  eof-only  slow=BYTES/S\n";

static const struct {
	const char *name;
	enum sink_mode mode;
	bool has_value;
} modes[] = {
    {"normal", SINK_NORMAL, false},
    {"close-at-accept", SINK_CLOSE_AT_ACCEPT, false},
    {"silent-at-accept", SINK_SILENT_AT_ACCEPT, false},
    {"reset-after", SINK_RESET_AFTER, true},
    {"close-after", SINK_CLOSE_AFTER, true},
    {"half-close-after", SINK_HALF_CLOSE_AFTER, true},
    {"stop-reading-after", SINK_STOP_READING_AFTER, true},
    {"exit-after", SINK_EXIT_AFTER, true},
    {"key-updates", SINK_KEY_UPDATES, true},
    {"idle-close", SINK_IDLE_CLOSE, true},
    {"never-answer-close", SINK_NEVER_ANSWER_CLOSE, false},
    {"eof-only", SINK_EOF_ONLY, false},
    {"slow", SINK_SLOW, true},
};

static const struct option long_options[] = {
    {"listen", required_argument, NULL, 'l'},
    {"port-file", required_argument, NULL, 'p'},
    {"tcp", no_argument, NULL, 't'},
    {"lf", no_argument, NULL, 'f'},
    {"cert", required_argument, NULL, 'c'},
    {"key", required_argument, NULL, 'k'},
    {"ca", required_argument, NULL, 'a'},
    {"verify-client", no_argument, NULL, 'v'},
    {"tls-min", required_argument, NULL, 'm'},
    {"tls-max", required_argument, NULL, 'x'},
    {"tickets", required_argument, NULL, 'T'},
    {"rcvbuf", required_argument, NULL, 'r'},
    {"out", required_argument, NULL, 'o'},
    {"count-only", no_argument, NULL, 'C'},
    {"stats-file", required_argument, NULL, 's'},
    {"connections", required_argument, NULL, 'n'},
    {"mode", required_argument, NULL, 'M'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void __attribute__((noreturn)) usage_exit(const char *what)
{
	fprintf(stderr, "sink: %s\n%s", what, usage_text);
	exit(EX_USAGE_SINK);
}

static uint64_t
number(const char *s)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0')
		usage_exit("not a number");
	return n;
}

static void
parse_mode(struct sink_options *o, const char *arg)
{
	size_t i, len = strcspn(arg, "=");

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strlen(modes[i].name) != len ||
		    memcmp(modes[i].name, arg, len) != 0)
			continue;
		if (modes[i].has_value != (arg[len] == '='))
			usage_exit("a mode lacks its value, or has one");
		o->mode = modes[i].mode;
		if (modes[i].has_value)
			o->mode_value = number(arg + len + 1);
		return;
	}
	usage_exit("no such mode");
}

static int
parse_version(const char *arg)
{
	if (!strcmp(arg, "1.2"))
		return TLS1_2_VERSION;
	if (!strcmp(arg, "1.3"))
		return TLS1_3_VERSION;
	usage_exit("TLS versions are 1.2 and 1.3");
}

static void
parse_file(struct sink_options *o, int opt, const char *arg)
{
	switch (opt) {
	case 'l':
		o->listen = arg;
		break;
	case 'p':
		o->port_file = arg;
		break;
	case 'c':
		o->cert = arg;
		break;
	case 'k':
		o->key = arg;
		break;
	case 'a':
		o->ca = arg;
		break;
	case 'o':
		o->out = arg;
		break;
	case 's':
		o->stats_file = arg;
		break;
	default:
		usage_exit("unknown option");
	}
}

static void
parse_option(struct sink_options *o, int opt, const char *arg)
{
	switch (opt) {
	case 't':
		o->tls = false;
		break;
	case 'f':
		o->lf = true;
		break;
	case 'v':
		o->verify_client = true;
		break;
	case 'm':
		o->tls_min = parse_version(arg);
		break;
	case 'x':
		o->tls_max = parse_version(arg);
		break;
	case 'T':
		o->tickets = (long)number(arg);
		break;
	case 'r':
		o->rcvbuf = (long)number(arg);
		break;
	case 'C':
		o->count_only = true;
		break;
	case 'n':
		o->mode_connections = number(arg);
		break;
	case 'M':
		parse_mode(o, arg);
		break;
	default:
		parse_file(o, opt, arg);
	}
}

void
sink_options_parse(struct sink_options *o, int argc, char **argv)
{
	int opt;

	*o = (struct sink_options){.listen = "127.0.0.1:0",
	    .tls = true,
	    .tickets = -1,
	    .mode_connections = UINT64_MAX};
	for (;;) {
		opt = getopt_long(argc, argv, "", long_options, NULL);
		if (opt == -1)
			break;
		if (opt == 'h') {
			fputs(usage_text, stdout);
			exit(0);
		}
		parse_option(o, opt, optarg);
	}
	if (optind != argc)
		usage_exit("too many arguments");
	if (o->tls && (o->cert == NULL || o->key == NULL))
		usage_exit("TLS needs --cert and --key");
	if (o->verify_client && o->ca == NULL)
		usage_exit("--verify-client needs --ca");
	if ((o->out == NULL) != o->count_only)
		usage_exit("one of --out and --count-only");
}
