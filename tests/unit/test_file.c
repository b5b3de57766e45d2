/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is known by what its path leads to, and is kept when another takes its
 * place, in folders that know no links as well. One in memory is read like any.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/memory_file.h"
#include "io/replace.h"
#include "spool_kit.h"

/* One that is not there yet is known by its folder. */
static void
all_names_of_a_file_are_the_same(void **state)
{
	static const struct {
		const char *one, *other;
		bool same;
	} rows[] = {
	    {"there", "there", true},
	    {"there", "hard", true},
	    {"there", "soft", true},
	    {"soft", "hard", true},
	    {"there", "./there", true},
	    {"there", "this/there", true},
	    {"there", "twin", false},
	    {"new", "this/new", true},
	    {"new", "./new", true},
	    {"new", "newer", false},
	    {"new", "there", false},
	    {"new", "dangling", true},
	    {"this/new", "twice", true},
	    {"dangling", "twice", true},
	    {"newer", "dangling", false},
	    {"round", "there", false},
	    {"nowhere/new", "elsewhere/new", false},
	};
	char *folder = kit_folder();
	char *command = xasprintf("cd %s && echo >there && cp there twin && "
	                          "ln there hard && ln -s there soft && "
	                          "ln -s . this && ln -s new dangling && "
	                          "ln -s $PWD/this/dangling twice && "
	                          "ln -s round round",
	    folder);

	(void)state;
	assert_int_equal(system(command), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *one = xasprintf("%s/%s", folder, rows[i].one);
		char *other = xasprintf("%s/%s", folder, rows[i].other);

		if (file_is_same(one, other) != rows[i].same ||
		    file_is_same(other, one) != rows[i].same)
			fail_msg("%s and %s", rows[i].one, rows[i].other);
		free(one);
		free(other);
	}
	free(command);
	kit_remove(folder);
}

/* As vfat answers. */
int
link(const char *from, const char *to)
{
	(void)from;
	(void)to;
	errno = EPERM;
	return -1;
}

static void
write_one(const char *path, const char *text)
{
	const struct replace how = {
	    .mode = 0640, .group = (gid_t)-1, .keep = true};

	assert_int_equal(replace_file(path, text_of(text), &how, NULL), 0);
}

static void
assert_holds(const char *path, const char *expected)
{
	struct stat st;
	struct buf out;

	buf_init(&out, 100000);
	assert_int_equal(file_read(path, &out, NULL), 0);
	assert_int_equal(out.len, strlen(expected));
	assert_memory_equal(out.data, expected, out.len);
	buf_clear(&out);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void
what_is_kept_is_copied_where_no_links_are(void **state)
{
	char *folder = kit_folder(), *path = xasprintf("%s/token", folder);
	char *old = xasprintf("%s.old", path), *older, *ret_old;
	char large[9000];

	(void)state;
	older = xasprintf("%s.1", old);
	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(replace_keep(path, &ret_old), 0);
	assert_null(ret_old);
	write_one(path, large);
	assert_int_equal(access(old, F_OK), -1);
	write_one(path, "two");
	assert_holds(old, large);
	write_one(path, "three");
	assert_holds(path, "three");
	assert_holds(old, large);
	assert_holds(older, "two");
	free(older);
	free(old);
	free(path);
	kit_remove(folder);
}

/* Read as often as one likes, by its path, until it is let go. */
static void
a_secret_in_memory_is_read_as_from_a_file(void **state)
{
	struct memory_file *file;
	struct err err;
	char *path, *secret;

	(void)state;
	assert_int_equal(memory_file_new(&file, TEXT("a-token\n"), &err), 0);
	path = xstrdup(memory_file_path(file));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(file_read_secret(path, &secret, &err), 0);
		assert_string_equal(secret, "a-token");
		secret_free(secret);
	}
	memory_file_free(file);
	assert_int_equal(file_read_secret(path, &secret, &err), -1);
	free(path);
}

/* Descriptors may be out: that is told, and no file is left half made. */
static void
what_has_no_room_says_what_to_do(void **state)
{
	struct memory_file *file = NULL;
	struct rlimit before, low;
	struct err err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = (struct rlimit){0, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(memory_file_new(&file, TEXT("x"), &err), -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_null(file);
	assert_non_null(strstr(err.text, "try again"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_names_of_a_file_are_the_same),
	    cmocka_unit_test(what_is_kept_is_copied_where_no_links_are),
	    cmocka_unit_test(a_secret_in_memory_is_read_as_from_a_file),
	    cmocka_unit_test(what_has_no_room_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
