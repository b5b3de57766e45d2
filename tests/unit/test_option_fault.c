/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a command line that getopt_long() refuses, the very word that is wrong is
 * named, wherever it stands, and what is wrong with it.
 */
#include "config.h"

#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/option_fault.h"

static const struct option known[] = {
    {"check", no_argument, NULL, 'n'},
    {"config", required_argument, NULL, 'c'},
    {"verbose", no_argument, NULL, 'v'},
    {"version", no_argument, NULL, 256},
    {NULL, 0, NULL, 0},
};

/* The words behind the program's name, parted by blanks. */
static void
says(const char *line, const char *expected)
{
	char copy[100], *argv[10], *rest = copy, *fault;
	int argc = 0, got;

	(void)snprintf(copy, sizeof(copy), "cefd %s", line);
	while ((argv[argc] = strsep(&rest, " ")) != NULL)
		argc++;
	optind = 0; /* begin anew, GNU's way */
	opterr = 0;
	do
		got = getopt_long(argc, argv, ":nc:v", known, NULL);
	while (got != -1 && got != '?' && got != ':');
	assert_int_not_equal(got, -1);
	fault = option_fault(got, argv, known);
	assert_string_equal(fault, expected);
	free(fault);
}

static void
the_word_is_named(void **state)
{
	(void)state;
	says("--none", "--none: no such option");
	says("-n word --none=1 --check", "--none: no such option");
	says("-x", "-x: no such option");
	says("--config=file -vxn", "-x: no such option");
	says("--check -xn", "-x: no such option");
	says("-n -vx --check", "-x: no such option");
}

static void
what_is_wrong_is_said(void **state)
{
	(void)state;
	says("-c", "-c: needs an argument");
	says("word -nc", "-nc: needs an argument");
	says("--config", "--config: needs an argument");
	says("--check=1 word", "--check: takes no argument");
	says("--version=1", "--version: takes no argument");
	says("--ver", "--ver: may be more than one option");
	says("--ver=1", "--ver: may be more than one option");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_word_is_named),
	    cmocka_unit_test(what_is_wrong_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
