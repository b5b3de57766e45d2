/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending to a file: whole records, in the file that has the name, and no
 * other file harmed.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/append.h"
#include "spool_kit.h"

#define RECORD_MAX 100000

static char *folder;
static char *path;
static bool folder_fails;
static unsigned folder_syncs;

int fsync(int fd);

/* In place of libc's: a folder's may fail, and is counted. */
int
fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		folder_syncs++;
		if (folder_fails) {
			errno = EIO;
			return -1;
		}
	}
	return (int)syscall(SYS_fsync, fd);
}

static int
setup(void **state)
{
	(void)state;
	folder = kit_folder();
	path = xasprintf("%s/log", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	kit_remove(folder);
	free(path);
	return 0;
}

static void
fill(const char *text, size_t times)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	while (times-- != 0)
		(void)fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
holds(const char *text)
{
	char got[200];
	FILE *f = fopen(path, "r");
	size_t len;

	assert_non_null(f);
	len = fread(got, 1, sizeof(got) - 1, f);
	got[len] = '\0';
	(void)fclose(f);
	assert_string_equal(got, text);
}

static struct append *
opened(void)
{
	struct append *append;
	struct err err = {0};

	if (append_open(&append, path, '\n', RECORD_MAX, &err) == -1)
		fail_msg("%s", err.text);
	return append;
}

static void
put(struct append *append, const char *text)
{
	size_t len;

	assert_int_equal(
	    append_write(append, text, strlen(text), &len, NULL), 0);
	assert_int_equal(len, strlen(text));
}

static void
refused(enum err_code code, const char *why)
{
	struct append *append;
	struct err err = {0};

	assert_int_equal(
	    append_open(&append, path, '\n', RECORD_MAX, &err), -1);
	assert_int_equal(err.code, code);
	if (strstr(err.text, why) == NULL)
		fail_msg("told: %s", err.text);
}

static void
a_new_file_is_for_its_owner_and_group(void **state)
{
	struct append *append;
	struct stat st;

	(void)state;
	(void)umask(0022);
	append = opened();
	put(append, "one\n");
	assert_int_equal(append_sync(append, NULL), 0);
	append_close(append);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	append = opened();
	put(append, "two\n");
	append_close(append);
	holds("one\ntwo\n");
}

static void
a_torn_record_is_cut_off(void **state)
{
	static const char *const torn[] = {
	    "<", "<134>1 2026", "CE", "CEF:0|Abn", "LEEF:2.0|", "{\"id"};

	(void)state;
	fill("one\ntwo\n<134>1 20", 1);
	append_close(opened());
	holds("one\ntwo\n");
	append_close(opened());
	holds("one\ntwo\n");
	for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
		fill(torn[i], 1);
		assert_int_equal(append_try(path, '\n', NULL), 1);
		append_close(opened());
		holds("");
		assert_int_equal(append_try(path, '\n', NULL), 0);
	}
}

static void
what_is_cut_off_is_kept_and_told(void **state)
{
	static const char mine[] = "{\"settings\":{\"important\":true}}";
	char *kept = xasprintf("%s.cut", path);
	struct append *append;
	struct stat st;
	struct err err;
	bool is_kept;

	(void)state;
	fill(mine, 1);
	assert_int_equal(append_try(path, '\n', &err), 1);
	assert_non_null(strstr(err.text, "its last 31 octets"));
	assert_non_null(strstr(err.text, kept));
	holds(mine);
	append = opened();
	assert_int_equal(append_cut_octets(append, &is_kept), 31);
	append_close(append);
	fill("one\n<134>1 20", 1);
	append = opened();
	assert_int_equal(append_cut_octets(append, &is_kept), 9);
	assert_true(is_kept);
	append_close(append);
	append = opened();
	assert_int_equal(append_cut_octets(append, &is_kept), 0);
	append_close(append);
	assert_int_equal(rename(kept, path), 0);
	holds("{\"settings\":{\"important\":true}}\n<134>1 20\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(kept);
}

static void
a_full_disk_leaves_no_empty_file_beside_it(void **state)
{
	struct rlimit before, full = {4, RLIM_INFINITY};
	char *kept = xasprintf("%s.cut", path);

	(void)state;
	fill("<134>1 20", 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	full.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	refused(ERR_FULL, ".cut");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	holds("<134>1 20");
	fill("one\n<134>1 20", 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	refused(ERR_FULL, ".cut");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	holds("one\n<134>1 20");
	assert_int_equal(access(kept, F_OK), -1);
	free(kept);
}

/* Unless whole records stand before it: then it is the rest of one of ours. */
static void
what_cannot_be_kept_is_not_cut_off(void **state)
{
	char *kept = xasprintf("%s.cut", path);
	struct append *append;
	bool is_kept = true;

	(void)state;
	assert_int_equal(mkdir(kept, 0700), 0);
	fill("<134>1 20", 1);
	refused(ERR_IO, ".cut");
	holds("<134>1 20");
	fill("one\n<134>1 20", 1);
	append = opened();
	assert_int_equal(append_cut_octets(append, &is_kept), 9);
	assert_false(is_kept);
	append_close(append);
	holds("one\n");
	assert_int_equal(rmdir(kept), 0);
	free(kept);
}

static void
a_long_torn_record_is_cut_off(void **state)
{
	struct stat st;

	(void)state;
	/* More than is looked at in one piece. */
	fill("\n", 5000);
	assert_int_equal(truncate(path, 5000 + RECORD_MAX - 1), 0);
	append_close(opened());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 5000);
}

static void
a_foreign_file_is_left_alone(void **state)
{
	struct stat st;

	(void)state;
	fill("no line of ours ", 10000);
	refused(ERR_BAD, "not a file of cefd's");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 160000);
}

static void
a_short_foreign_text_is_left_alone(void **state)
{
	struct err err;

	(void)state;
	fill("not ours", 1);
	assert_int_equal(append_try(path, '\n', &err), -1);
	assert_non_null(strstr(err.text, "not a file of cefd's"));
	refused(ERR_BAD, "not a file of cefd's");
	holds("not ours");
	fill("a\nCEFD", 1);
	refused(ERR_BAD, "not a file of cefd's");
	holds("a\nCEFD");
}

static void
two_do_not_write_to_one_file(void **state)
{
	struct append *append = opened();

	(void)state;
	refused(ERR_AGAIN, "another destination");
	append_close(append);
	append_close(opened());
}

static void
only_regular_files_are_opened(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(ERR_BAD, "not a regular file");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	refused(ERR_IO, "Is a directory");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	refused(ERR_BAD, "not a regular file");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("nowhere/log", path), 0);
	refused(ERR_IO, "No such file");
}

static void
a_file_that_was_moved_is_told(void **state)
{
	char *other = xasprintf("%s/log.1", folder);
	struct append *append;
	struct err err;

	(void)state;
	append = opened();
	put(append, "one\n");
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(append_sync(append, &err), -1);
	assert_int_equal(err.code, ERR_AGAIN);
	fill("another\n", 1);
	assert_int_equal(append_sync(append, &err), -1);
	append_close(append);

	append = opened();
	put(append, "one\n");
	assert_int_equal(append_sync(append, NULL), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(append_sync(append, &err), -1);
	append_close(append);
	free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void
a_folder_is_synced_before_anything_is_written(void **state)
{
	struct append *append;
	struct err err = {0};

	(void)state;
	folder_syncs = 0;
	folder_fails = true;
	assert_int_equal(
	    append_open(&append, path, '\n', RECORD_MAX, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	/* The file is there now, but its name is not on the disk. */
	assert_int_equal(
	    append_open(&append, path, '\n', RECORD_MAX, &err), -1);
	folder_fails = false;
	append_close(opened());
	assert_int_equal(folder_syncs, 3);
	fill("a\n", 1);
	append_close(opened());
	assert_int_equal(folder_syncs, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_new_file_is_for_its_owner_and_group),
	    TEST(a_torn_record_is_cut_off),
	    TEST(what_is_cut_off_is_kept_and_told),
	    TEST(a_full_disk_leaves_no_empty_file_beside_it),
	    TEST(what_cannot_be_kept_is_not_cut_off),
	    TEST(a_long_torn_record_is_cut_off),
	    TEST(a_foreign_file_is_left_alone),
	    TEST(a_short_foreign_text_is_left_alone),
	    TEST(two_do_not_write_to_one_file),
	    TEST(only_regular_files_are_opened),
	    TEST(a_file_that_was_moved_is_told),
	    TEST(a_folder_is_synced_before_anything_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
