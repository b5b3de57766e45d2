/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sessions cost: records/s in sessions of 1 to 10,000 records, with a
 * receiver that resumes TLS and one that does not, in turns; and over a long
 * way, how near the sessions that the sender chooses come to one without end.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_kit.h"
#include "bench_sender.h"

#define SIZES 4
/* A drain holds so many sessions, unless that is too many records. */
#define SESSIONS 300
#define USUAL 20000
#define USUAL_SESSIONS 15

static const char usage[] =
    "-p PORT -t PORT-WITHOUT-TICKETS -l FAR-PORT -a CA -f FILL\n"
    "    [-n RECORDS] [-s SIZE] [-r ROUNDS]";

static const unsigned long sizes[SIZES] = {1, 10, 100, 10000};

struct bench {
	const char *ports[2], *far; /* with tickets, without */
	struct bench_sender job;
	unsigned long rounds;
	struct bench_rounds near[SIZES][2];
	struct bench_rounds chosen, endless, usual;
	uint64_t sessions; /* of the last round of those chosen */
};

static void parse(struct bench *b, int argc, char **argv);
static void run_near(struct bench *b);
static void run_far(struct bench *b);
static void print(const struct bench *b);

int
main(int argc, char **argv)
{
	static struct bench b = {
	    .rounds = 3, .job = {.records = 2000000, .size = 700}};

	parse(&b, argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	for (unsigned long i = 0; i < b.rounds; i++) {
		run_near(&b);
		run_far(&b);
	}
	print(&b);
	return 0;
}

static void
parse(struct bench *b, int argc, char **argv)
{
	int opt;

	for (;;) {
		opt = getopt(argc, argv, "p:t:l:a:f:n:s:r:");
		if (opt == -1)
			break;
		if (opt == 'p')
			b->ports[0] = optarg;
		else if (opt == 't')
			b->ports[1] = optarg;
		else if (opt == 'l')
			b->far = optarg;
		else if (opt == 'a')
			b->job.ca = optarg;
		else if (opt == 'f')
			b->job.fill = optarg;
		else if (opt == 'n')
			b->job.records = bench_number(optarg, 10000000, usage);
		else if (opt == 's')
			b->job.size = bench_number(optarg, 8000, usage);
		else if (opt == 'r')
			b->rounds =
			    bench_number(optarg, BENCH_ROUNDS_MAX, usage);
		else
			(void)bench_number("", 1, usage);
	}
	if (optind != argc || b->ports[0] == NULL || b->ports[1] == NULL ||
	    b->far == NULL || b->job.ca == NULL || b->job.fill == NULL)
		(void)bench_number("", 1, usage);
}

static void
run_near(struct bench *b)
{
	struct bench_sender job = b->job;
	uint64_t sessions;

	for (size_t i = 0; i < SIZES; i++)
		for (size_t k = 0; k < 2; k++) {
			job.port = b->ports[k];
			job.session_records = sizes[i];
			job.records = sizes[i] * SESSIONS;
			if (job.records > b->job.records)
				job.records = b->job.records;
			bench_add(
			    &b->near[i][k], bench_sender_run(&job, &sessions));
		}
}

static void
run_far(struct bench *b)
{
	struct bench_sender job = b->job;
	uint64_t sessions;

	job.port = b->far;
	bench_add(&b->chosen, bench_sender_run(&job, &b->sessions));
	job.endless = true;
	bench_add(&b->endless, bench_sender_run(&job, &sessions));
	/* What near by is usual, for comparison. */
	job.endless = false;
	job.session_records = USUAL;
	if (job.records > USUAL_SESSIONS * USUAL)
		job.records = USUAL_SESSIONS * USUAL;
	bench_add(&b->usual, bench_sender_run(&job, &sessions));
}

static void
print(const struct bench *b)
{
	char what[80];

	for (size_t i = 0; i < SIZES; i++)
		for (size_t k = 0; k < 2; k++) {
			(void)snprintf(what, sizeof(what),
			    "sessions of %lu, TLS %s", sizes[i],
			    k == 0 ? "resumed" : "not resumed");
			bench_print(what, &b->near[i][k], "records/s");
		}
	bench_print(
	    "far away, one session without end", &b->endless, "records/s");
	bench_print("far away, sessions of 20000", &b->usual, "records/s");
	bench_print("far away, sessions as the sender chooses", &b->chosen,
	    "records/s");
	printf("%s: the last round took %llu sessions\n",
	    program_invocation_short_name, (unsigned long long)b->sessions);
	bench_print_ratio(
	    "far away, chosen / without end", &b->chosen, &b->endless, 0.8);
}
