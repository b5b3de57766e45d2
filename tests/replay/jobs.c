/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process for each job; seeds are dealt out one by one from shared memory, so
 * that a slow one holds up nobody. A process that dies takes its seed with it:
 * that is a finding too.
 */
#include "config.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/log.h"
#include "jobs.h"

struct board {
	_Atomic uint64_t next;
	_Atomic uint64_t passed, failed;
	_Atomic uint64_t messages, records, requests, lives;
	uint64_t at[JOBS_MAX]; /* the seed of each */
};

static void work(
    const struct replay *replay, struct board *board, unsigned job);
static void run_seed(
    const struct replay *replay, struct board *board, uint64_t seed);
static void set_up(
    struct ring *ring, const struct replay *replay, uint64_t seed);
static void tell(const struct replay *replay, const struct ring *ring);
static void tell_story(
    const struct replay *replay, uint64_t seed, uint32_t message);
static void collect(struct board *board, const pid_t *pids, unsigned jobs);

int
replay_run(const struct replay *replay)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[JOBS_MAX];

	if (board == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	board->next = replay->from;
	log_init(LOG_FORMAT_PLAIN, replay->verbose);
	for (unsigned i = 0; i < replay->jobs; i++) {
		(void)fflush(NULL);
		pids[i] = fork();
		if (pids[i] == 0) {
			work(replay, board, i);
			exit(0);
		}
	}
	collect(board, pids, replay->jobs);
	(void)printf("seeds %" PRIu64 "-%" PRIu64 ": %" PRIu64
	             " passed, %" PRIu64 " failed; %" PRIu64
	             " messages, %" PRIu64 " records, %" PRIu64
	             " requests, %" PRIu64 " lives\n",
	    replay->from, replay->to, board->passed, board->failed,
	    board->messages, board->records, board->requests, board->lives);
	return board->failed == 0 ? 0 : 1;
}

static void
work(const struct replay *replay, struct board *board, unsigned job)
{
	for (;;) {
		uint64_t seed = board->next++;

		if (seed > replay->to)
			break;
		board->at[job] = seed;
		run_seed(replay, board, seed);
	}
	board->at[job] = 0;
}

static void
run_seed(const struct replay *replay, struct board *board, uint64_t seed)
{
	struct ring *ring = calloc(1, sizeof(*ring));

	if (ring == NULL)
		abort();
	set_up(ring, replay, seed);
	ring_run(ring);
	board->messages += ring->tenant.message_count;
	board->records += ring->oracle.records;
	board->requests += ring->requests;
	board->lives += ring->lives;
	if (ring->oracle.violations == 0) {
		board->passed++;
	} else {
		board->failed++;
		tell(replay, ring);
	}
	ring_clear(ring);
	free(ring);
}

static void
set_up(struct ring *ring, const struct replay *replay, uint64_t seed)
{
	ring->seed = seed;
	ring->days = replay->days;
	ring->without = replay->without;
	ring->lie = replay->lie;
	ring->keep = replay->keep;
}

static void
tell(const struct replay *replay, const struct ring *ring)
{
	const struct oracle *oracle = &ring->oracle;

	(void)printf("%.*s", (int)oracle->report.len, oracle->report.data);
	(void)printf("seed %" PRIu64 ": %u findings; again with: replay "
	             "--seeds=%" PRIu64 " --days=%u -v\n",
	    ring->seed, oracle->violations, ring->seed, replay->days);
	if (oracle->suspect != NO_MESSAGE)
		tell_story(replay, ring->seed, oracle->suspect);
	(void)fflush(stdout);
}

/* The same again, with an eye on one message. */
static void
tell_story(const struct replay *replay, uint64_t seed, uint32_t message)
{
	struct ring *ring = calloc(1, sizeof(*ring));

	if (ring == NULL)
		abort();
	log_init(LOG_FORMAT_PLAIN, false);
	set_up(ring, replay, seed);
	ring->keep = false;
	ring->trace.is_on = true;
	ring->trace.message = message;
	ring_run(ring);
	(void)printf("%.*s", (int)ring->trace.out.len, ring->trace.out.data);
	log_init(LOG_FORMAT_PLAIN, replay->verbose);
	ring_clear(ring);
	free(ring);
}

static void
collect(struct board *board, const pid_t *pids, unsigned jobs)
{
	for (unsigned i = 0; i < jobs; i++) {
		int status;

		if (pids[i] == -1 || waitpid(pids[i], &status, 0) == -1) {
			board->failed++;
			continue;
		}
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		board->failed++;
		(void)printf("seed %" PRIu64 ": the process died, status %d\n",
		    board->at[i], status);
	}
}
