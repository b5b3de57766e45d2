/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a drain the file shrinks while the spool is open; what is left, and what
 * comes meanwhile, is all there, whenever the process ends.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define RECORDS 120000
#define LARGE ((off_t)64 << 20)

static bool folders_fail;

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

static void
the_file_shrinks_while_it_is_used(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct queue *queue;
	struct spool *spool = drained(folder, &queue);
	unsigned steps = 0;
	struct err err;

	(void)state;
	assert_true(size_of(file) >= LARGE);
	assert_true(spool_tidy(spool, &err) > 0);
	/* What comes between the steps makes the copy an old one. */
	kit_fill(spool, queue, 5, 700);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_true(size_of(file) >= LARGE);
	assert_true(spool_tidy(spool, &err) > 0);
	assert_true(size_of(file) < LARGE / 4);
	assert_int_equal(kit_count(queue, 0), 105);
	kit_fill(spool, queue, 5, 700);
	/* The old one is freed a bit at a time, while there are commits. */
	while (spool_tidy(spool, &err) > 0)
		steps++;
	assert_true(steps > 5);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_file_shrinks_while_it_is_used),
	    cmocka_unit_test(an_end_between_the_steps_costs_nothing),
	    cmocka_unit_test(a_folder_that_cannot_be_synced_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
