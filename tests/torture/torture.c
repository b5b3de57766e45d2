/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which call fails how, and which n of it are tried: all of them, or so many of
 * each plan, evenly spread from a start that the seed draws.
 */
#include "config.h"

#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "torture.h"

#define JOBS_MAX 32
#define LOOK_NS 2000000
/* Of one plan, when its calls turn out to be without end. */
#define N_MAX 1000000

/* Those with a + fail from there on. */
static const struct {
	const char *transport, *kind, *acts;
} table[] = {
    {"tls", "write", "EIO kill"},
    {"tls", "writev", "EIO ENOSPC short torn kill"},
    {"tls", "pwrite", "EIO ENOSPC short torn kill EIO+"},
    {"tls", "fdatasync", "EIO kill EIO+"},
    {"tls", "fsync", "EIO kill"},
    {"tls", "fallocate", "ENOSPC EOPNOTSUPP kill ENOSPC+"},
    {"tls", "rename", "EIO kill"},
    {"tls", "open", "EMFILE kill"},
    {"tls", "read", "EIO short kill"},
    {"tls", "mmap", "ENOMEM"},
    {"tls", "socket", "EMFILE"},
    {"tls", "connect", "ETIMEDOUT ENETUNREACH kill ENETUNREACH+"},
    {"tls", "shutdown", "kill"},
    {"tls", "close", "kill"},
    {"tls", "unlink", "EIO kill"},
    {"tls", "send", "ECONNRESET EPIPE short torn kill"},
    {"tls", "recv", "ECONNRESET short kill"},
    {"tls", "ssl_write", "ECONNRESET short torn kill"},
    {"tls", "epoll_wait", "EINTR kill"},
    {"tls", "malloc", "ENOMEM"},
    {"tcp", "send", "ECONNRESET EPIPE short torn"},
    {"tcp", "recv", "ECONNRESET"},
    {"tcp", "connect", "ETIMEDOUT"},
    {"tcp", "malloc", "ENOMEM"},
    {"relp", "socket", "EMFILE"},
    {"relp", "connect", "ETIMEDOUT ENETUNREACH kill ENETUNREACH+"},
    {"relp", "send", "ECONNRESET EPIPE short torn kill"},
    {"relp", "recv", "ECONNRESET short kill"},
    {"relp", "pwrite", "EIO kill"},
    {"relp", "fdatasync", "EIO kill"},
    {"relp", "malloc", "ENOMEM"},
    {"file", "write", "EIO ENOSPC short torn kill"},
    {"file", "fdatasync", "EIO kill"},
    {"file", "fsync", "EIO"},
    {"file", "open", "EMFILE"},
    {"file", "ftruncate", "EIO"},
    {"file", "malloc", "ENOMEM"},
};

#define PLANS_MAX 100
static struct plan plans[PLANS_MAX];
static size_t plan_count;

static const char *const transports[TRANSPORTS] = {
    "tls", "tcp", "relp", "file"};

struct options {
	unsigned each, jobs, seed;
	unsigned long whole; /* plans of so many calls are tried whole */
	unsigned long n;
	const char *only;
};

static struct job jobs[JOBS_MAX];
static unsigned last_id;

static void make_plans(void);
static struct options parse(int argc, char **argv, struct ring *ring);
static void learn(struct ring *ring);
static void learn_calls(const char *line, size_t len, void *arg);
static void aim(const struct options *options);
static void run(struct ring *ring, const struct options *options);
static struct plan *next_plan(const struct options *options);
static void step_all(struct ring *ring);
static void take_line(const char *line, size_t len, void *arg);
static void report(const struct ring *ring);

int
main(int argc, char **argv)
{
	struct ring ring = {.folder = NULL};
	struct options options = parse(argc, argv, &ring);

	make_plans();
	learn(&ring);
	aim(&options);
	run(&ring, &options);
	report(&ring);
	for (int i = 0; i < TRANSPORTS; i++)
		lines_clear(&ring.wanted[i]);
	for (size_t i = 0; i < plan_count; i++)
		free(plans[i].targets);
	return ring.failed != 0;
}

int
transport_of(const char *name)
{
	for (int i = 0; i < TRANSPORTS; i++)
		if (!strcmp(transports[i], name))
			return i;
	abort();
}

static void
make_plans(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *act = table[i].acts;

		while (*act != '\0' && plan_count < PLANS_MAX) {
			struct plan *plan = &plans[plan_count++];
			size_t len = strcspn(act, " ");

			plan->kind = table[i].kind;
			plan->transport = table[i].transport;
			plan->for_ever = act[len - 1] == '+';
			(void)snprintf(plan->act, sizeof(plan->act), "%.*s",
			    (int)len - plan->for_ever, act);
			act += len + (act[len] == ' ');
		}
	}
}

static struct options
parse(int argc, char **argv, struct ring *ring)
{
	static const struct option names[] = {
	    {"folder", required_argument, NULL, 'f'},
	    {"cefd", required_argument, NULL, 'c'},
	    {"each", required_argument, NULL, 'e'},
	    {"whole", required_argument, NULL, 'w'},
	    {"jobs", required_argument, NULL, 'j'},
	    {"seed", required_argument, NULL, 's'},
	    {"only", required_argument, NULL, 'o'},
	    {"n", required_argument, NULL, 'n'},
	    {"records", required_argument, NULL, 'r'},
	    {"thorough", no_argument, NULL, 't'},
	    {NULL, 0, NULL, 0},
	};
	struct options o = {.jobs = 8};
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case 'f':
			ring->folder = optarg;
			break;
		case 'c':
			ring->cefd = optarg;
			break;
		case 'e':
			o.each = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'w':
			o.whole = strtoul(optarg, NULL, 10);
			break;
		case 'j':
			o.jobs = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 's':
			o.seed = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'o':
			o.only = optarg;
			break;
		case 'n':
			o.n = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			ring->records = strtoul(optarg, NULL, 10);
			break;
		case 't':
			ring->thorough = true;
			break;
		default:
			exit(64);
		}
	}
	if (o.jobs < 1 || o.jobs > JOBS_MAX || ring->folder == NULL ||
	    ring->cefd == NULL || ring->records == 0) {
		(void)fputs("usage: torture --folder=F --cefd=FILE --records=N "
		            "[--each=N [--whole=N]] [--jobs=N]\n"
		            "    [--seed=N] [--only=KIND:ACT[+]:TRANSPORT "
		            "[--n=N]] [--thorough]\n",
		    stderr);
		exit(64);
	}
	for (int i = 0; i < RECEIVERS; i++)
		(void)snprintf(ring->taps[i].path, sizeof(ring->taps[i].path),
		    "%s/%s.out", ring->folder, transports[i]);
	return o;
}

/* A life without a fault over each transport. */
static void
learn(struct ring *ring)
{
	static struct plan quiet[TRANSPORTS];

	for (size_t i = 0; i < TRANSPORTS; i++) {
		quiet[i].kind = "none";
		quiet[i].transport = transports[i];
		job_begin(ring, &jobs[0], &quiet[i], 0, ++last_id);
		while (jobs[0].phase != JOB_FREE)
			step_all(ring);
		if (ring->failed != 0)
			exit(1);
	}
}

/* What is to come, and how many calls of each kind that takes. */
void
ring_learn(struct ring *ring, const struct job *job)
{
	struct lines *wanted =
	    &ring->wanted[transport_of(job->plan->transport)];
	struct tap journal = {.at = 0};

	for (size_t i = 0; i < job->came.count; i++) {
		char *line = line_without(job->came.at[i], job->host);

		lines_put(wanted, line, strlen(line));
		free(line);
	}
	(void)snprintf(
	    journal.path, sizeof(journal.path), "%s/journal", job->folder);
	tap_read(&journal, learn_calls, job->plan);
}

static void
learn_calls(const char *line, size_t len, void *arg)
{
	const struct plan *quiet = arg;
	char text[128] = "", *number;

	for (size_t i = 0; i < plan_count; i++)
		if (!strcmp(plans[i].kind, "malloc") &&
		    !strcmp(plans[i].transport, quiet->transport))
			places_learn(&plans[i], line, len);
	if (len < 6 || len >= sizeof(text) || memcmp(line, "calls ", 6) != 0)
		return;
	memcpy(text, line, len);
	number = strrchr(text, ' ');
	*number = '\0';
	for (size_t i = 0; i < plan_count; i++)
		if (!strcmp(plans[i].kind, text + 6) &&
		    !strcmp(plans[i].transport, quiet->transport))
			plans[i].calls = strtoul(number + 1, NULL, 10);
}

static void
aim(const struct options *options)
{
	for (size_t i = 0; i < plan_count; i++) {
		struct plan *plan = &plans[i];

		if (plan->targets_count != 0)
			plan->calls = plan->targets_count;
		plan->step = 1;
		if (options->each != 0 && plan->calls > options->each &&
		    plan->calls > options->whole)
			plan->step = plan->calls / options->each;
		plan->next = 1 + options->seed % plan->step;
	}
}

static void
run(struct ring *ring, const struct options *options)
{
	struct plan *plan = next_plan(options);
	size_t busy, i;

	do {
		busy = 0;
		for (i = 0; i < options->jobs; i++) {
			if (jobs[i].phase == JOB_FREE && plan != NULL) {
				job_begin(ring, &jobs[i], plan, plan->next,
				    ++last_id);
				plan->jobs++;
				plan->next += plan->step;
				plan = next_plan(options);
			}
			busy += jobs[i].phase != JOB_FREE;
		}
		step_all(ring);
	} while (busy != 0);
}

/* The next that has an n to try, each in its turn. */
static struct plan *
next_plan(const struct options *options)
{
	static size_t turn;
	char name[128];

	for (size_t i = 0; i < plan_count; i++) {
		struct plan *plan = &plans[turn++ % plan_count];

		(void)snprintf(name, sizeof(name), "%s:%s%s:%s", plan->kind,
		    plan->act, plan->for_ever ? "+" : "", plan->transport);
		if (options->only != NULL &&
		    fnmatch(options->only, name, 0) != 0)
			continue;
		if (options->n != 0 && plan->jobs == 0)
			plan->next = options->n;
		else if (options->n != 0)
			continue;
		if (!plan->exhausted &&
		    plan->next <=
		        (plan->targets != NULL ? plan->targets_count : N_MAX))
			return plan;
	}
	return NULL;
}

static void
step_all(struct ring *ring)
{
	static const struct timespec pause = {0, LOOK_NS};

	for (int i = 0; i < RECEIVERS; i++)
		tap_read(&ring->taps[i], take_line, NULL);
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (jobs[i].phase != JOB_FREE)
			(void)job_step(ring, &jobs[i]);
	(void)nanosleep(&pause, NULL);
}

/* A record is its job's by the host in it. */
static void
take_line(const char *line, size_t len, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (jobs[i].phase != JOB_FREE &&
		    memmem(line, len, jobs[i].host, strlen(jobs[i].host)) !=
		        NULL)
			lines_put(&jobs[i].came, line, len);
}

static void
report(const struct ring *ring)
{
	for (size_t i = 0; i < plan_count; i++)
		(void)printf(
		    "%-10s %-11s %-4s %5lu %s, %4u tried, %u not met%s\n",
		    plans[i].kind, plans[i].act, plans[i].transport,
		    plans[i].calls,
		    plans[i].targets != NULL ? "places" : "calls",
		    plans[i].jobs, plans[i].missed,
		    plans[i].for_ever ? ", from there on" : "");
	(void)printf(
	    "torture: %u passed, %u failed\n", ring->passed, ring->failed);
}
