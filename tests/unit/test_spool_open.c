/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening the spool: what is made, what is refused and in which words, and
 * that a large backlog costs neither time nor memory.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <lmdb.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

/* A sanitizer keeps freed memory for itself. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define BACKLOG_KIB (1 << 20)
#else
#define BACKLOG_KIB 4096
#endif

struct fixture {
	char *folder;
	char *file;
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->folder = kit_folder();
	f->file = kit_file(f->folder);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	kit_remove(f->folder);
	free(f->file);
	free(f);
	return 0;
}

/* Opening must fail with `code` and say `word`. */
static void
refused(const char *folder, enum err_code code, const char *word)
{
	struct spool *spool = NULL;
	struct err err = {0};

	assert_int_equal(spool_open(&spool, folder, KIT_QUOTA, &err), -1);
	assert_null(spool);
	assert_int_equal(err.code, code);
	if (strstr(err.text, word) == NULL)
		fail_msg("%s: %s", word, err.text);
}

static off_t
size_of(const char *file)
{
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	return st.st_size;
}

static void
fill(struct fixture *f, unsigned count)
{
	struct spool *spool = kit_open(f->folder, KIT_QUOTA);

	kit_fill(spool, kit_queue(spool, "q"), count, 700);
	spool_close(spool);
}

static void
test_the_folder_is_private(void **state)
{
	struct fixture *f = *state;
	char *inner = xasprintf("%s/cefd", f->folder);
	char *data = kit_file(inner);
	struct spool *spool = kit_open(inner, KIT_QUOTA);
	struct stat st;

	assert_int_equal(stat(inner, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(data, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	spool_close(spool);
	free(data);
	free(inner);
}

static void
test_a_second_one_is_kept_out(void **state)
{
	struct fixture *f = *state;
	char *lock = xasprintf("%s/cefd.lock", f->folder);
	struct spool *spool = kit_open(f->folder, KIT_QUOTA);

	refused(f->folder, ERR_DENIED, "another cefd");
	/* Whatever is deleted that is not the spool itself. */
	(void)unlink(lock);
	refused(f->folder, ERR_DENIED, "another cefd");
	free(lock);
	spool_close(spool);
	spool_close(kit_open(f->folder, KIT_QUOTA));
}

static void
test_a_folder_that_cannot_be_is_named(void **state)
{
	struct fixture *f = *state;
	char *missing = xasprintf("%s/no/such", f->folder);

	refused(missing, ERR_IO, missing);
	free(missing);
	fill(f, 1);
	refused(f->file, ERR_IO, "data.mdb");
}

static void
test_every_cut_of_the_file_is_refused(void **state)
{
	struct fixture *f = *state;
	const off_t cuts[] = {0, 1, 100, 4096, 4200, 5000, 8192, 65536, 600000};
	size_t i;

	fill(f, 2000);
	assert_true(size_of(f->file) > 1400000);
	for (i = sizeof(cuts) / sizeof(*cuts); i-- > 0;) {
		assert_int_equal(truncate(f->file, cuts[i]), 0);
		refused(f->folder, ERR_CORRUPT, "data.mdb");
		/* And left as it was found. */
		assert_int_equal(size_of(f->file), cuts[i]);
	}
}

/* The file is allocated ahead of its last page: that part holds nothing. */
static void
test_a_cut_behind_the_last_page_costs_nothing(void **state)
{
	struct fixture *f = *state;
	struct spool *spool;

	fill(f, 2000);
	assert_int_equal(truncate(f->file, 1600000), 0);
	spool = kit_open(f->folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 2000);
	kit_fill(spool, kit_queue(spool, "q"), 2000, 700);
	spool_close(spool);
}

static void
test_what_is_no_spool_is_left_alone(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->file, O_WRONLY | O_CREAT, 0600);
	char text[16384];

	memset(text, 't', sizeof(text));
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	(void)close(fd);
	refused(f->folder, ERR_CORRUPT, "no spool of cefd");
	assert_int_equal(size_of(f->file), sizeof(text));
	assert_int_equal(unlink(f->file), 0);
	assert_int_equal(mkdir(f->file, 0700), 0);
	refused(f->folder, ERR_BAD, "no regular file");
}

/* Change a number in the table "meta" behind the spool's back. */
static void
set_version(const char *file, uint32_t version, bool remove)
{
	char name[] = "version", copy_name[] = "version-copy";
	MDB_val key = {sizeof(name) - 1, name};
	MDB_val copy = {sizeof(copy_name) - 1, copy_name};
	MDB_val value = {sizeof(version), &version};
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 4), 0);
	assert_int_equal(
	    mdb_env_open(env, file, MDB_NOSUBDIR | MDB_NOLOCK, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "meta", MDB_CREATE, &meta), 0);
	(void)mdb_del(txn, meta, &copy, NULL);
	if (remove)
		assert_int_equal(mdb_del(txn, meta, &key, NULL), 0);
	else
		assert_int_equal(mdb_put(txn, meta, &key, &value, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
test_a_newer_layout_is_refused(void **state)
{
	struct fixture *f = *state;

	fill(f, 1);
	set_version(f->file, 1, false);
	refused(f->folder, ERR_BAD, "version 1");
	set_version(f->file, 2, false);
	refused(f->folder, ERR_BAD, "version 2");
	set_version(f->file, 3, false);
	refused(f->folder, ERR_BAD, "version 3");
	/* That one has a checksum. */
	set_version(f->file, 4, false);
	refused(f->folder, ERR_CORRUPT, "no version");
	set_version(f->file, 3, true);
	refused(f->folder, ERR_CORRUPT, "no version");
}

static void
test_a_start_that_was_broken_off_is_begun_again(void **state)
{
	struct fixture *f = *state;
	char *draft = xasprintf("%s.new", f->file);
	int fd = open(draft, O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "half", 4), 4);
	(void)close(fd);
	fill(f, 1);
	assert_int_equal(access(draft, F_OK), -1);
	free(draft);
}

static void
test_a_drained_file_shrinks_and_keeps_what_is_left(void **state)
{
	struct fixture *f = *state;
	struct spool *spool = kit_open(f->folder, KIT_QUOTA);
	struct queue *queue = kit_queue(spool, "q");
	struct batch *batch = batch_new();
	struct text part = TEXT("id");
	uint64_t value = 0;
	struct err err;

	kit_fill(spool, queue, 120000, 700);
	batch_put_ledger(batch, ledger_key(spool, &part, 1), 42, 1);
	assert_int_equal(spool_commit(spool, batch, &err), 0);
	assert_int_equal(queue_release(queue, 119000, &err), 0);
	spool_close(spool);
	assert_true(size_of(f->file) > 84000000);
	spool = kit_open(f->folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	assert_true(size_of(f->file) < 16000000);
	assert_int_equal(kit_count(queue, 0), 1000);
	assert_int_equal(queue_next(queue), 120000);
	assert_int_equal(
	    ledger_get(spool, ledger_key(spool, &part, 1), &value, NULL, &err),
	    1);
	assert_int_equal(value, 42);
	kit_fill(spool, queue, 1000, 700);
	spool_close(spool);
	spool = kit_open(f->folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 2000);
	spool_close(spool);
	batch_free(batch);
}

/* KiB of memory that is this process's alone. */
static long
private_kib(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	char line[200];
	long sum = 0;

	if (file == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL)
		if (!strncmp(line, "Private_Dirty:", 14))
			sum += strtol(line + 14, NULL, 10);
	(void)fclose(file);
	return sum;
}

static double
seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
test_a_backlog_costs_neither_time_nor_memory(void **state)
{
	struct fixture *f = *state;
	struct spool *spool = kit_open(f->folder, KIT_QUOTA);
	struct queue *queue = kit_queue(spool, "q");
	double begun;
	long before;
	int i;

	kit_fill(spool, queue, 2000, 200);
	before = private_kib();
	for (i = 0; i < 100; i++)
		kit_fill(spool, queue, 2000, 200);
	assert_int_equal(kit_count(queue, 0), 202000);
	assert_true(private_kib() - before < BACKLOG_KIB);
	spool_close(spool);
	begun = seconds();
	spool = kit_open(f->folder, KIT_QUOTA);
	/* About a millisecond; the limit is for a machine that is busy. */
	assert_true(seconds() - begun < 1.0);
	spool_close(spool);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_the_folder_is_private),
	    TEST(test_a_second_one_is_kept_out),
	    TEST(test_a_folder_that_cannot_be_is_named),
	    TEST(test_every_cut_of_the_file_is_refused),
	    TEST(test_a_cut_behind_the_last_page_costs_nothing),
	    TEST(test_what_is_no_spool_is_left_alone),
	    TEST(test_a_newer_layout_is_refused),
	    TEST(test_a_start_that_was_broken_off_is_begun_again),
	    TEST(test_a_drained_file_shrinks_and_keeps_what_is_left),
	    TEST(test_a_backlog_costs_neither_time_nor_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
