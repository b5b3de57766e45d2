/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a drain the file shrinks while the spool is open; what is left, and what
 * comes meanwhile, is all there, whenever the process ends.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/batch.h"
#include "spool/ledger.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define RECORDS 120000
#define LARGE ((off_t)64 << 20)
/* Rows of a ledger that is more than a copy that nobody feels. */
#define ROWS 220000

static bool folders_fail, copiers_hang, copiers_fail;

/* Before the C library's. */
int
fsync(int fd)
{
	struct stat st;

	if (folders_fail && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	pid_t got;

	if (copiers_hang && (options & WNOHANG) != 0)
		return 0;
	got = (pid_t)syscall(SYS_wait4, pid, status, options, NULL);
	if (copiers_fail && got > 0 && status != NULL)
		*status = EIO << 8;
	return got;
}

static off_t
size_of(const char *file)
{
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	return st.st_size;
}

/* A large file with 100 records in it. */
static struct spool *
drained(const char *folder, struct queue **ret_queue)
{
	struct spool *spool = kit_open(folder, KIT_QUOTA);
	struct err err;

	*ret_queue = kit_queue(spool, "q");
	for (unsigned i = 0; i < RECORDS / 1000; i++)
		kit_fill(spool, *ret_queue, 1000, 700);
	assert_int_equal(spool_tidy(spool, &err), 0);
	assert_int_equal(queue_release(*ret_queue, RECORDS - 100, &err), 0);
	return spool;
}

/* How long until the next copy, once the one that is late is freed. */
static int
waited_for(struct spool *spool)
{
	struct err err;
	int ms;

	do {
		ms = spool_tidy(spool, &err);
		assert_true(ms > 0);
	} while (ms < 1000);
	return ms;
}

static void
the_file_shrinks_while_it_is_used(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	int old_fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat old;
	struct err err;

	(void)state;
	assert_true(size_of(file) >= LARGE);
	assert_true(spool_tidy(spool, &err) > 0);
	/* What comes between the steps makes the copy an old one. */
	kit_fill(spool, queue, 5, 700);
	assert_true(waited_for(spool) > 0);
	assert_true(size_of(file) >= LARGE);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_true(size_of(file) < LARGE / 4);
	assert_int_equal(kit_count(queue, 0), 105);
	kit_fill(spool, queue, 5, 700);
	/* The old one is freed beside all of this. */
	while (spool_tidy(spool, &err) > 0)
		(void)poll(NULL, 0, 1);
	assert_int_equal(fstat(old_fd, &old), 0);
	assert_int_equal(old.st_size, 0);
	(void)close(old_fd);
	spool_close(spool);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 110);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

static void
an_end_between_the_steps_costs_nothing(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	struct err err;

	(void)state;
	assert_true(spool_tidy(spool, &err) > 0);
	kit_fill(spool, queue, 5, 700);
	spool_close(spool);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 105);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

/* Until the folder is on the disk a power cut may bring the old file back: so
 * nothing is committed to the new one, and nothing is cut off the old one. */
static void
a_folder_that_cannot_be_synced_is_waited_for(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	struct err err;

	(void)state;
	assert_true(spool_tidy(spool, &err) > 0);
	folders_fail = true;
	assert_int_equal(spool_tidy(spool, &err), -1);
	assert_true(size_of(file) < LARGE / 4);
	assert_true(spool_is_failed(spool));
	assert_int_equal(spool_tidy(spool, &err), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(spool_recover(spool, &err), -1);
	assert_true(spool_is_failed(spool));
	folders_fail = false;
	assert_int_equal(spool_recover(spool, &err), 0);
	kit_fill(spool, queue, 5, 700);
	assert_int_equal(kit_count(queue, 0), 105);
	assert_int_not_equal(spool_tidy(spool, &err), -1);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

static struct ledger_key
row_of(uint64_t number)
{
	return (struct ledger_key){
	    .lo = number * UINT64_C(0x9e3779b97f4a7c15), .hi = number};
}

/* What a drained backlog leaves of one that was fetched. */
static void
fill_ledger(struct spool *spool)
{
	struct batch *batch = batch_new();
	struct err err;

	for (uint64_t n = 0; n < ROWS; n++) {
		batch_put_ledger(batch, row_of(n), n, 1700000000000);
		if (n % 20000 == 19999) {
			assert_int_equal(spool_commit(spool, batch, &err), 0);
			batch_reset(batch);
		}
	}
	assert_int_equal(spool_commit(spool, batch, &err), 0);
	batch_free(batch);
}

static void
check_ledger(struct spool *spool)
{
	struct err err;

	for (uint64_t n = 0; n < ROWS; n++) {
		uint64_t state;

		assert_int_equal(
		    ledger_get(spool, row_of(n), &state, NULL, &err), 1);
		assert_int_equal(state, n);
	}
}

/* Looks again without waiting, a minute at the most. */
static void
tidy_until(struct spool *spool, const char *file, off_t size)
{
	struct err err;
	unsigned looks = 0;

	while (size_of(file) > size) {
		if (spool_tidy(spool, &err) == -1)
			fail_msg("%s", err.text);
		assert_true(looks++ < 60000);
		(void)usleep(1000);
	}
}

static void
a_large_ledger_is_copied_by_another_process(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	off_t before;
	int waited;
	struct err err;

	(void)state;
	fill_ledger(spool);
	before = size_of(file);
	waited = spool_tidy(spool, &err);
	assert_true(waited > 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	/* A commit overtakes the copy, and a second one waits for longer. */
	kit_fill(spool, queue, 5, 700);
	assert_true(waited_for(spool) > waited);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(size_of(file), before);
	tidy_until(spool, file, before / 3);
	assert_int_equal(kit_count(queue, 0), 105);
	check_ledger(spool);
	kit_fill(spool, queue, 5, 700);
	spool_close(spool);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 110);
	check_ledger(spool);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

/* Two copies are overtaken by a commit. */
static void
overtake(struct spool *spool, struct queue *queue)
{
	int waited = 0;
	struct err err;

	for (unsigned i = 0; i < 2; i++) {
		int longer;

		assert_true(spool_tidy(spool, &err) > 0);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
		assert_false(spool_wants_quiet(spool));
		kit_fill(spool, queue, 5, 700);
		longer = waited_for(spool);
		assert_true(longer > waited);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		waited = longer;
	}
}

/* The third look begins the copy, and so long it is quiet. */
static void
where_copies_are_overtaken_quiet_is_asked_for(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	struct err err;
	off_t before;

	(void)state;
	fill_ledger(spool);
	before = size_of(file);
	overtake(spool, queue);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_false(spool_wants_quiet(spool));
	assert_true(spool_tidy(spool, &err) > 0);
	assert_true(spool_wants_quiet(spool));
	/* What had begun before is waited for. */
	kit_fill(spool, queue, 5, 700);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	assert_true(spool_wants_quiet(spool));
	tidy_until(spool, file, before / 3);
	assert_false(spool_wants_quiet(spool));
	assert_int_equal(kit_count(queue, 0), 115);
	check_ledger(spool);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

static void
quiet_has_an_end(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	unsigned looks = 0;
	struct err err;

	(void)state;
	fill_ledger(spool);
	overtake(spool, queue);
	copiers_hang = true;
	while (!spool_wants_quiet(spool))
		assert_true(spool_tidy(spool, &err) > 0);
	while (spool_wants_quiet(spool)) {
		assert_true(spool_tidy(spool, &err) > 0);
		assert_true(looks++ < 70);
	}
	assert_true(looks > 30);
	copiers_hang = false;
	assert_true(waited_for(spool) >= 8000);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

static void
no_quiet_is_asked_for_while_a_queue_is_drained(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	struct err err;

	(void)state;
	fill_ledger(spool);
	overtake(spool, queue);
	for (unsigned i = 1; i <= 5; i++) {
		assert_true(spool_tidy(spool, &err) > 0);
		assert_false(spool_wants_quiet(spool));
		assert_int_equal(
		    queue_release(queue, RECORDS - 100 + i, &err), 0);
	}
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

/* And what is freed meanwhile leaves no child behind. */
static void
after_a_copy_that_failed_the_next_one_waits(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	int ms;
	struct err err;

	(void)state;
	fill_ledger(spool);
	copiers_fail = true;
	do {
		ms = spool_tidy(spool, &err);
		(void)poll(NULL, 0, 1);
	} while (ms > 0);
	copiers_fail = false;
	assert_int_equal(ms, -1);
	assert_true(waited_for(spool) >= 600000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

/* What it has copied so far is in the way of nobody. */
static void
an_end_ends_the_copy(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	char *draft = xasprintf("%s.new", file);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	struct err err;

	(void)state;
	fill_ledger(spool);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_int_equal(access(draft, F_OK), 0);
	spool_close(spool);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(access(draft, F_OK), -1);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 100);
	check_ledger(spool);
	spool_close(spool);
	kit_remove(folder);
	free(draft);
	free(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_file_shrinks_while_it_is_used),
	    cmocka_unit_test(an_end_between_the_steps_costs_nothing),
	    cmocka_unit_test(a_folder_that_cannot_be_synced_is_waited_for),
	    cmocka_unit_test(a_large_ledger_is_copied_by_another_process),
	    cmocka_unit_test(where_copies_are_overtaken_quiet_is_asked_for),
	    cmocka_unit_test(quiet_has_an_end),
	    cmocka_unit_test(no_quiet_is_asked_for_while_a_queue_is_drained),
	    cmocka_unit_test(after_a_copy_that_failed_the_next_one_waits),
	    cmocka_unit_test(an_end_ends_the_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
