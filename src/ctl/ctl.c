/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: options, a verb, the verb's own options, words. A table
 * says which verb takes what.
 */
#include "config.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/option_fault.h"
#include "base/step_line.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/examine.h"
#include "ctl/sentences.h"
#include "ctl/setup.h"

enum {
	LONG_JSON = 256,
	LONG_WATCH,
	LONG_DRY_RUN,
	LONG_FORMAT,
	LONG_SINCE,
	LONG_UNTIL,
	LONG_TO,
	LONG_COUNT,
	LONG_FORCE,
	LONG_ANSWERS,
	LONG_VERSION
};

/* Of one line on stderr. */
#define SAID_MAX_BYTES (1U << 20)

#define TAKES(option) (1U << ((option)-LONG_JSON))

struct sentence {
	const char *verb;
	int (*run)(const struct ctl *ctl);
	unsigned takes; /* sum of TAKES */
	int words;      /* at most so many; -1: any number */
	const char *help;
};

static const struct sentence sentences[] = {
    {"status", ctl_status, TAKES(LONG_JSON) | TAKES(LONG_WATCH), 0,
        "  status [--json] [--watch]    sources and destinations at a "
        "glance\n"},
    {"poll", ctl_poll, TAKES(LONG_DRY_RUN), 1,
        "  poll [SOURCE]                poll now and wait for the end of "
        "it\n"
        "  poll --dry-run SOURCE        show what would be sent, move "
        "nothing\n"},
    {"pause", ctl_pause, 0, 1,
        "  pause NAME                   let a source or destination rest\n"},
    {"resume", ctl_resume, 0, 1,
        "  resume NAME                  go on where it was paused\n"},
    {"send-test", ctl_send_test, 0, 1,
        "  send-test DESTINATION        send one marked record, tell how it "
        "was confirmed\n"},
    {"queue", ctl_queue, TAKES(LONG_COUNT) | TAKES(LONG_FORCE), 2,
        "  queue list                   what waits, and for whom\n"
        "  queue peek [DESTINATION] [-n N | --count=N]\n"
        "                               the oldest records that wait: 10, "
        "or up to 1000\n"
        "  queue drop DESTINATION [--force]\n"
        "                               forget what waits; --force where "
        "it is configured\n"},
    {"replay", ctl_replay,
        TAKES(LONG_SINCE) | TAKES(LONG_UNTIL) | TAKES(LONG_TO), 1,
        "  replay SOURCE --since=T [--until=T] [--to=DESTINATION]\n"
        "                               fetch and send again, on purpose; T "
        "is an\n"
        "                               RFC 3339 time, a date, or 24h, 7d "
        "ago\n"},
    {"reload", ctl_reload, 0, 0,
        "  reload                       read the configuration again\n"},
    {"test", ctl_test, 0, 1,
        "  test [NAME]                  walk every step to a source or "
        "destination and\n"
        "                               say which fails; with -c without a "
        "daemon\n"},
    {"setup", ctl_setup, TAKES(LONG_ANSWERS), 0,
        "  setup [--answers=FILE]       ask for what is needed, try it, and "
        "write a\n"
        "                               first configuration; FILE has "
        "\"key = value\" lines\n"},
    {"names", ctl_names, 0, 1,
        "  names [sources | destinations]\n"
        "                               their names, one a line, for "
        "scripts\n"},
    {"convert", ctl_convert, TAKES(LONG_FORMAT), -1,
        "  convert [--format=FORMAT] [FILE...]\n"
        "                               answers of the API, from files or "
        "stdin, to lines\n"},
};

#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static const struct option long_options[] = {
    {"socket", required_argument, NULL, 's'},
    {"config", required_argument, NULL, 'c'},
    {"json", no_argument, NULL, LONG_JSON},
    {"watch", no_argument, NULL, LONG_WATCH},
    {"dry-run", no_argument, NULL, LONG_DRY_RUN},
    {"format", required_argument, NULL, LONG_FORMAT},
    {"since", required_argument, NULL, LONG_SINCE},
    {"until", required_argument, NULL, LONG_UNTIL},
    {"to", required_argument, NULL, LONG_TO},
    {"count", required_argument, NULL, LONG_COUNT},
    {"force", no_argument, NULL, LONG_FORCE},
    {"answers", required_argument, NULL, LONG_ANSWERS},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, LONG_VERSION},
    {NULL, 0, NULL, 0},
};

static int take(struct ctl *ctl, int option, unsigned *used);
static const char **value_of(struct ctl *ctl, int option);
static const char *long_name(int option);
static const struct sentence *find(const char *verb);
static int run(struct ctl *ctl, const struct sentence *sentence, unsigned used);
static void put_usage(FILE *out);
static int wrong_option(int got, char **argv);
static int wrong_usage(const char *what, const char *why);
static bool is_empty(const char *word);
static bool is_sent(int option);
static bool is_one(const char *word);
static int wrong_blank(char *what);
static int wrong_empty(char *what);
static void tell_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg);

int
ctl_run(int argc, char **argv)
{
	struct ctl ctl = {0};
	const struct sentence *sentence;
	unsigned used = 0;
	int option, status;

	opterr = 0;
	/* GNU getopt moves options in front of words, wherever they stand. */
	while ((option = getopt_long(
	            argc, argv, ":s:c:n:h", long_options, NULL)) != -1) {
		status = option == '?' || option == ':'
		    ? wrong_option(option, argv)
		    : take(&ctl, option, &used);
		if (status != -1)
			return status;
	}
	if (optind == argc) {
		put_usage(stderr);
		return ctl_fail(
		    EX_USAGE, "no command", "name one of those above");
	}
	sentence = find(argv[optind]);
	if (sentence == NULL)
		return wrong_usage(argv[optind], "not a command");
	ctl.words = argv + optind + 1;
	ctl.word_count = argc - optind - 1;
	return run(&ctl, sentence, used);
}

/* -1 to go on, otherwise the status to exit with. */
static int
take(struct ctl *ctl, int option, unsigned *used)
{
	if (option == 'n')
		option = LONG_COUNT;
	if (option >= LONG_JSON && option < LONG_VERSION)
		*used |= TAKES(option);
	if (optarg != NULL && is_empty(optarg))
		return wrong_empty(xasprintf("--%s", long_name(option)));
	if (optarg != NULL && is_sent(option) && !is_one(optarg))
		return wrong_blank(xasprintf("--%s", long_name(option)));
	switch (option) {
	case LONG_JSON:
		ctl->json = true;
		return -1;
	case LONG_WATCH:
		ctl->watch = true;
		return -1;
	case LONG_DRY_RUN:
		ctl->dry_run = true;
		return -1;
	case LONG_FORCE:
		ctl->force = true;
		return -1;
	case LONG_VERSION:
		(void)puts("cefctl " PACKAGE_VERSION);
		return EX_OK;
	case 'h':
		put_usage(stdout);
		return EX_OK;
	}
	*value_of(ctl, option) = optarg;
	return -1;
}

/* Where the value of an option goes. */
static const char **
value_of(struct ctl *ctl, int option)
{
	switch (option) {
	case 's':
		return &ctl->socket;
	case 'c':
		return &ctl->config;
	case LONG_FORMAT:
		return &ctl->format;
	case LONG_SINCE:
		return &ctl->since;
	case LONG_UNTIL:
		return &ctl->until;
	case LONG_TO:
		return &ctl->to;
	case LONG_ANSWERS:
		return &ctl->answers;
	default:
		return &ctl->count;
	}
}

static const char *
long_name(int option)
{
	const struct option *o = long_options;

	while (o->name != NULL && o->val != option)
		o++;
	return o->name;
}

static const struct sentence *
find(const char *verb)
{
	for (size_t i = 0; i < SENTENCES; i++)
		if (strcmp(sentences[i].verb, verb) == 0)
			return &sentences[i];
	return NULL;
}

static int
run(struct ctl *ctl, const struct sentence *sentence, unsigned used)
{
	if ((used & ~sentence->takes) != 0)
		return wrong_usage(
		    sentence->verb, "an option that it does not take");
	if (sentence->words != -1 && ctl->word_count > sentence->words)
		return wrong_usage(sentence->verb, "too many words");
	/* A script's variable that is not set must not mean "all". */
	for (int i = 0; i < ctl->word_count; i++)
		if (is_empty(ctl->words[i]))
			return wrong_empty(
			    xasprintf("%s \"\"", sentence->verb));
	/* What cefd is asked is words between blanks; files are not asked. */
	for (int i = 0; i < ctl->word_count && sentence->words != -1; i++)
		if (!is_one(ctl->words[i]))
			return wrong_blank(xstrdup(sentence->verb));
	return sentence->run(ctl);
}

static void
put_usage(FILE *out)
{
	(void)fputs("usage: cefctl [-s SOCKET | -c FILE] COMMAND\n\n", out);
	for (size_t i = 0; i < SENTENCES; i++)
		(void)fputs(sentences[i].help, out);
	(void)fputs("\n"
	            "  -s, --socket=PATH   cefd's control socket\n"
	            "  -c, --config=FILE   cefd's configuration, to find it "
	            "there\n"
	            "      --version       print the version and exit\n"
	            "  -h, --help          print this and exit\n",
	    out);
}

static int
wrong_option(int got, char **argv)
{
	char *fault = option_fault(got, argv, long_options);

	ctl_say("%s: see cefctl --help", fault);
	free(fault);
	return EX_USAGE;
}

static int
wrong_usage(const char *what, const char *why)
{
	ctl_say("%s: %s: see cefctl --help", what, why);
	return EX_USAGE;
}

/* A kind without a name is as empty as nothing. */
static bool
is_empty(const char *word)
{
	return word[0] == '\0' || strcmp(word, "source/") == 0 ||
	    strcmp(word, "destination/") == 0;
}

static bool
is_sent(int option)
{
	return option == LONG_SINCE || option == LONG_UNTIL ||
	    option == LONG_TO || option == LONG_COUNT;
}

static bool
is_one(const char *word)
{
	return word[strcspn(word, " \t\r\n\v\f")] == '\0';
}

/* Takes `what`. */
static int
wrong_blank(char *what)
{
	ctl_say("%s: a blank or an end of line is in it: give one name, or a "
	        "time like 2027-01-31T10:20:30Z",
	    what);
	free(what);
	return EX_USAGE;
}

/* Takes `what`. */
static int
wrong_empty(char *what)
{
	ctl_say("%s: empty: name what is meant, or leave it out", what);
	free(what);
	return EX_USAGE;
}

int
ctl_fail(int status, const char *what, const char *why)
{
	if (why != NULL)
		ctl_say("%s: %s", what, why);
	else
		ctl_say("%s", what);
	return status;
}

void
ctl_say(const char *fmt, ...)
{
	struct buf line;
	va_list ap;
	char *said;

	va_start(ap, fmt);
	if (vasprintf(&said, fmt, ap) == -1)
		abort();
	va_end(ap);
	buf_init(&line, SAID_MAX_BYTES);
	(void)buf_puts(&line, "cefctl: ");
	step_text(&line, text_of(said), NULL);
	(void)buf_putc(&line, '\n');
	(void)fwrite(line.data, 1, line.len, stderr);
	buf_clear(&line);
	free(said);
}

struct conf *
ctl_conf(const char *file)
{
	struct conf *conf = conf_peek(file, tell_fault, NULL);

	if (conf == NULL && access(file, R_OK) == 0)
		ctl_say("correct it, and try it with cefd --check -c %s", file);
	return conf;
}

static void
tell_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg)
{
	(void)arg;
	if (severity == CONF_WARNING)
		return; /* cefd's business */
	if (line != 0)
		ctl_say("%s:%d: %s", file, line, what);
	else
		ctl_say("%s: %s", file, what);
}
