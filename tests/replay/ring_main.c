/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole intake on a fake clock and a fake API, seed by seed. Exits with 0
 * when every seed kept the promise, 1 when one did not.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "io/log.h"
#include "jobs.h"
#include "ring.h"

#define DAYS 60
#define DAYS_MIN 20

static void usage(void) __attribute__((noreturn));
static bool read_number(const char *text, char end, uint64_t *ret);
static void read_seeds(const char *text, struct replay *replay);
static void read_random(const char *text, struct replay *replay);
static void read_without(const char *text, struct replay *replay);
static unsigned read_small(const char *text, uint64_t max);

static const struct option options[] = {
    {"seeds", required_argument, NULL, 's'},
    {"random", required_argument, NULL, 'r'},
    {"days", required_argument, NULL, 'd'},
    {"jobs", required_argument, NULL, 'j'},
    {"without", required_argument, NULL, 'w'},
    {"break", required_argument, NULL, 'b'},
    {"keep", no_argument, NULL, 'k'},
    {NULL, 0, NULL, 0},
};

int
main(int argc, char **argv)
{
	struct replay replay = {.from = 1, .to = 200, .days = DAYS};
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int c;

	replay.jobs = processors > 0 ? (unsigned)processors : 1;
	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		switch (c) {
		case 's':
			read_seeds(optarg, &replay);
			break;
		case 'r':
			read_random(optarg, &replay);
			break;
		case 'd':
			replay.days = read_small(optarg, 3650);
			break;
		case 'j':
			replay.jobs = read_small(optarg, JOBS_MAX);
			break;
		case 'w':
			read_without(optarg, &replay);
			break;
		case 'b':
			replay.lie = (enum ring_break)read_small(
			    optarg, BREAK_COUNT - 1);
			break;
		case 'k':
			replay.keep = true;
			break;
		case 'v':
			replay.verbose = true;
			break;
		default:
			usage();
		}
	}
	if (optind != argc || replay.days < DAYS_MIN || replay.jobs == 0)
		usage();
	return replay_run(&replay);
}

static void
usage(void)
{
	(void)fprintf(stderr,
	    "usage: replay [--seeds=N|FROM-TO] [--random=COUNT] [--days=60]\n"
	    "    [--jobs=N] [--without=WHAT,...] [--keep] [-v]\n"
	    "WHAT: trouble turns skew recheck gone others\n");
	exit(2);
}

static bool
read_number(const char *text, char end, uint64_t *ret)
{
	char *stop;

	if (*text < '0' || *text > '9')
		return false;
	*ret = strtoull(text, &stop, 10);
	return *stop == end;
}

static void
read_seeds(const char *text, struct replay *replay)
{
	const char *dash = strchr(text, '-');

	if (dash == NULL) {
		if (!read_number(text, '\0', &replay->from))
			usage();
		replay->to = replay->from;
		return;
	}
	if (!read_number(text, '-', &replay->from) ||
	    !read_number(dash + 1, '\0', &replay->to) ||
	    replay->to < replay->from)
		usage();
}

static void
read_random(const char *text, struct replay *replay)
{
	uint32_t start;
	uint64_t count;

	if (!read_number(text, '\0', &count) || count == 0 ||
	    getrandom(&start, sizeof(start), 0) != sizeof(start))
		usage();
	replay->from = start;
	replay->to = replay->from + count - 1;
}

static void
read_without(const char *text, struct replay *replay)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = {
	    {"trouble", WITHOUT_TROUBLE},
	    {"turns", WITHOUT_TURNS},
	    {"skew", WITHOUT_SKEW},
	    {"recheck", WITHOUT_RECHECK},
	    {"gone", WITHOUT_GONE},
	    {"others", WITHOUT_OTHERS},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(text, words[i].word) != NULL)
			replay->without |= words[i].bit;
}

static unsigned
read_small(const char *text, uint64_t max)
{
	uint64_t n;

	if (!read_number(text, '\0', &n) || n > max)
		usage();
	return (unsigned)n;
}
