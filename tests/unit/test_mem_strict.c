/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library that is given no memory does not go on: the process ends, and says
 * why.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HAS_SANITIZER 1
#endif

#define LARGE ((size_t)64 << 20)

static void
a_library_without_memory_ends_the_process(void **state)
{
	const struct rlimit limit = {LARGE / 2, LARGE / 2};
	const struct rlimit none = {0, 0};
	char *large;
	char said[64] = "";
	int ends[2], status;
	pid_t pid;

	(void)state;
#if !defined(__GLIBC__) || defined(HAS_SANITIZER)
	skip();
#endif
	large = xmalloc(LARGE);
	memset(large, 'x', LARGE - 1);
	large[LARGE - 1] = '\0';
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		(void)signal(SIGABRT, SIG_DFL);
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)setrlimit(RLIMIT_AS, &limit);
		/* The C library is one, too. */
		_exit(strdup(large) == NULL ? 1 : 2);
	}
	(void)close(ends[1]);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(read(ends[0], said, sizeof(said) - 1) >= 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_string_equal(said, "cefd: out of memory\n");
	(void)close(ends[0]);
	free(large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_library_without_memory_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
