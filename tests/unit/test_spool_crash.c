/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Killed with -9 at any moment, the spool loses nothing that it acknowledged
 * and holds no half of a batch: records, cursor and ledger agree.
 *
 * A child commits batch after batch and says through a pipe which it was told
 * are committed. The parent kills it at a random moment and looks at what is
 * on disk; then the next child goes on from there.
 */
#include "config.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define ROUNDS 40
#define BATCH_RECORDS 150
#define CURSOR "cursor/acme/threats"

static struct ledger_key
key_of(struct spool *spool, uint64_t number)
{
	struct text part = {(const char *)&number, sizeof(number)};

	return ledger_key(spool, &part, 1);
}

/* Batches that the cursor says are there. */
static uint64_t
read_cursor(struct spool *spool)
{
	struct err err = {0};
	char value[32];
	int found = cursor_get(spool, CURSOR, value, sizeof(value), &err);

	assert_true(found != -1);
	return found == 0 ? 0 : strtoull(value, NULL, 10);
}

/* Batch number `n`, counted from 1: records, ledger, cursor. */
static int
commit_batch(
    struct spool *spool, struct queue *queue, struct batch *batch, uint64_t n)
{
	char text[700];
	struct err err;
	unsigned i;

	batch_reset(batch);
	memset(text, '.', sizeof(text));
	for (i = 0; i < BATCH_RECORDS; i++) {
		uint64_t number = batch_next(batch, queue);
		int len = snprintf(text, sizeof(text), "<14>rec %012llu>",
		    (unsigned long long)number);

		text[len] = '.';
		batch_put_record(batch, queue, text, sizeof(text));
		batch_put_ledger(batch, key_of(spool, number), n, 1000);
	}
	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	batch_put_cursor(batch, CURSOR, text);
	return spool_commit(spool, batch, &err);
}

/* Never returns: the parent ends it. Releases now and then, too. */
static void
child(const char *folder, int out)
{
	struct batch *batch = batch_new();
	struct spool *spool;
	struct queue *queue;
	struct err err;
	uint64_t n;

	if (spool_open(&spool, folder, KIT_QUOTA, &err) == -1 ||
	    queue_open(spool, "q", &queue, &err) == -1)
		_exit(1);
	for (n = read_cursor(spool) + 1;; n++) {
		if (commit_batch(spool, queue, batch, n) == -1)
			_exit(2);
		if (write(out, &n, sizeof(n)) != sizeof(n))
			_exit(3);
		if (n % 16 == 0 &&
		    queue_release(queue, queue_next(queue) - 500, &err) == -1)
			_exit(4);
	}
}

/* Run a child until it has committed `batches`, then kill it within moments. */
static uint64_t
run_and_kill(const char *folder, unsigned batches, useconds_t later_us)
{
	uint64_t acknowledged = 0;
	struct pollfd ready;
	int pipe_fds[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(pipe_fds[0]);
		child(folder, pipe_fds[1]);
	}
	(void)close(pipe_fds[1]);
	ready = (struct pollfd){pipe_fds[0], POLLIN, 0};
	while (batches-- > 0) {
		assert_int_equal(poll(&ready, 1, 30000), 1);
		if (read(pipe_fds[0], &acknowledged, sizeof(acknowledged)) !=
		    sizeof(acknowledged))
			break;
	}
	(void)usleep(later_us);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	/* What it still said before it died. */
	while (read(pipe_fds[0], &acknowledged, sizeof(acknowledged)) ==
	    sizeof(acknowledged))
		;
	(void)close(pipe_fds[0]);
	return acknowledged;
}

static void
look(const char *folder, uint64_t acknowledged)
{
	struct spool *spool = kit_open(folder, KIT_QUOTA);
	struct queue *queue = kit_queue(spool, "q");
	uint64_t batches = read_cursor(spool);
	struct queue_stat stat;
	struct err err;
	uint64_t number, value;

	assert_true(batches >= acknowledged);
	assert_int_equal(queue_next(queue), batches * BATCH_RECORDS);
	assert_int_equal(queue_stat(queue, &stat, &err), 0);
	assert_int_equal(kit_count(queue, 0), stat.next - stat.head);
	assert_int_equal(queue_stat(queue, &stat, &err), 0);
	assert_int_equal(stat.set_aside, 0);
	for (number = 0; number < stat.next; number++) {
		assert_int_equal(ledger_get(spool, key_of(spool, number),
		                     &value, NULL, &err),
		    1);
		assert_int_equal(value, number / BATCH_RECORDS + 1);
	}
	assert_int_equal(
	    ledger_get(spool, key_of(spool, number), &value, NULL, &err), 0);
	spool_close(spool);
}

static void
test_killed_at_any_moment_nothing_is_lost_or_half(void **state)
{
	char *folder = kit_folder();
	struct rng rng;
	int round;

	(void)state;
	rng_init(&rng, (uint64_t)getpid());
	for (round = 0; round < ROUNDS; round++)
		look(folder,
		    run_and_kill(folder, (unsigned)rng_below(&rng, 12),
		        (useconds_t)rng_below(&rng, 4000)));
	kit_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_killed_at_any_moment_nothing_is_lost_or_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
