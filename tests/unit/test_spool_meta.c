/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every bit of both meta pages, flipped: the spool is refused, or everything is
 * there. It never dies. A number of a commit may become that of the commit that
 * would be next; then the last commit is as if it had not been, which is what a
 * loss of power may do: whole, and fetched or sent again.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "in_memory.h"
#include "spool/aside.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define BATCH 100
#define RECORDS (3 * BATCH)
#define META_BYTES 152
#define COMMIT_AT 144

enum { REFUSED, WHOLE, BEFORE, OTHER };

/* In a child, which may die of it. */
static int
look(const char *folder)
{
	struct spool *spool;
	struct queue *queue;
	struct queue_stat stat;
	struct err err;
	int status;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0) {
		(void)alarm(20);
		if (spool_open(&spool, folder, KIT_QUOTA, &err) == -1)
			_exit(err.code == ERR_CORRUPT ? REFUSED : OTHER);
		if (queue_open(spool, "q", &queue, &err) == -1 ||
		    queue_stat(queue, &stat, &err) == -1 ||
		    stat.set_aside != 0 || kit_count(queue, 0) != stat.next)
			_exit(OTHER);
		_exit(stat.next == RECORDS             ? WHOLE
		        : stat.next == RECORDS - BATCH ? BEFORE
		                                       : OTHER);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Nothing is written by looking, so that flipping it again mends the file. */
static void
flip(int fd, size_t at, unsigned bit)
{
	unsigned char octet;

	assert_true(pread(fd, &octet, 1, (off_t)at) == 1);
	octet ^= (unsigned char)(1U << bit);
	assert_true(pwrite(fd, &octet, 1, (off_t)at) == 1);
}

static void
a_flipped_bit_in_a_meta_page_is_refused_or_harmless(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct spool *spool = kit_open(folder, KIT_QUOTA);
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	unsigned counts[3] = {0};
	int fd;

	(void)state;
	for (unsigned i = 0; i < RECORDS / BATCH; i++)
		kit_fill(spool, kit_queue(spool, "q"), BATCH, 200);
	spool_close(spool);
	fd = open(file, O_RDWR | O_CLOEXEC);
	assert_true(fd != -1);
	assert_int_equal(look(folder), WHOLE);
	for (size_t bit = 0; bit < 2 * META_BYTES * 8; bit++) {
		size_t at = bit / 8 % META_BYTES +
		    (bit / 8 >= META_BYTES ? page_bytes : 0);
		int found;

		flip(fd, at, bit % 8);
		found = look(folder);
		flip(fd, at, bit % 8);
		if (found > BEFORE ||
		    (found == BEFORE && bit / 8 % META_BYTES < COMMIT_AT))
			fail_msg(
			    "bit %zu of octet %zu: %d", bit % 8, at, found);
		counts[found]++;
	}
	print_message("refused %u, harmless %u, a commit back %u\n",
	    counts[REFUSED], counts[WHOLE], counts[BEFORE]);
	assert_true(counts[BEFORE] <= 2);
	assert_true(counts[REFUSED] > 800);
	assert_int_equal(look(folder), WHOLE);
	(void)close(fd);
	kit_remove(folder);
	free(file);
}

/* A page that is not there any more is met, wherever it is. */
static void
all_of_a_spool_is_looked_through(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct spool *spool = kit_open(folder, KIT_QUOTA);
	int status;
	pid_t pid;

	(void)state;
	kit_fill(spool, kit_queue(spool, "q"), 2000, 1000);
	assert_int_equal(spool_look_through(spool, NULL), 0);
	pid = fork();
	if (pid == 0) {
		(void)signal(SIGBUS, SIG_DFL);
		if (truncate(file, 1 << 20) == 0)
			(void)spool_look_through(spool, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	spool_close(spool);
	kit_remove(folder);
	free(file);
}

static void
what_is_set_aside_is_kept(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder), *aside;
	struct spool *spool = kit_open(folder, KIT_QUOTA);
	struct err err;

	(void)state;
	kit_fill(spool, kit_queue(spool, "q"), 10, 100);
	assert_int_equal(spool_set_aside(folder, &aside, &err), -1);
	assert_int_equal(err.code, ERR_DENIED);
	spool_close(spool);
	assert_int_equal(spool_set_aside(folder, &aside, &err), 0);
	assert_int_equal(access(file, F_OK), -1);
	assert_int_equal(access(aside, F_OK), 0);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(queue_next(kit_queue(spool, "q")), 0);
	spool_close(spool);
	/* It is whole: back in its place it is as before. */
	assert_int_equal(rename(aside, file), 0);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 10);
	spool_close(spool);
	kit_remove(folder);
	free(aside);
	free(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_flipped_bit_in_a_meta_page_is_refused_or_harmless),
	    cmocka_unit_test(all_of_a_spool_is_looked_through),
	    cmocka_unit_test(what_is_set_aside_is_kept),
	};

	in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
