/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is known by what its path leads to.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "io/file.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_names_of_a_file_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
