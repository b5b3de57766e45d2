/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library that is given no memory does not go on: the process ends, and says
 * why. By whichever function it asks; and what it gives back is wiped.
 */
#include "config.h"

#include <errno.h>
#include <malloc.h>
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

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HAS_SANITIZER 1
#endif

#define LARGE ((size_t)64 << 20)
#define SMALL 512
#define HUGE_LEN ((size_t)3 << 20)
/* Of a free block, what the C library keeps its own notes in. */
#define NOTES 32

typedef void *ask_fn(size_t size);

static void *
ask_copy(size_t size)
{
	static char large[LARGE];

	memset(large, 'x', size - 1);
	return strdup(large);
}

static void *
ask_array(size_t size)
{
	return reallocarray(NULL, size / 16, 16);
}

static void *
ask_posix(size_t size)
{
	void *ptr;

	return posix_memalign(&ptr, 64, size) == 0 ? ptr : NULL;
}

static void *
ask_aligned(size_t size)
{
	return aligned_alloc(64, size);
}

static void *
ask_memalign(size_t size)
{
	return memalign(64, size);
}

/* A compiler may leave out what nobody looks at. */
static const struct {
	const char *name;
	ask_fn *volatile ask;
	size_t alignment;
} ways[] = {
    {"strdup", ask_copy, 1},
    {"malloc", malloc, 1},
    {"reallocarray", ask_array, 1},
    {"posix_memalign", ask_posix, 64},
    {"aligned_alloc", ask_aligned, 64},
    {"memalign", ask_memalign, 64},
    {"valloc", valloc, 4096},
    {"pvalloc", pvalloc, 4096},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void
skip_without_glibc(void)
{
#if !defined(__GLIBC__) || defined(HAS_SANITIZER)
	skip();
#endif
}

/* How a process ends that may not have so much; what it says is in `said`. */
static int
ask_too_much(size_t way, char said[128])
{
	const struct rlimit limit = {LARGE / 2, LARGE / 2};
	const struct rlimit none = {0, 0};
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		(void)signal(SIGABRT, SIG_DFL);
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)setrlimit(RLIMIT_AS, &limit);
		_exit(ways[way].ask(LARGE) == NULL ? 1 : 2);
	}
	(void)close(ends[1]);
	assert_true(waitpid(pid, &status, 0) == pid);
	n = read(ends[0], said, 127);
	assert_true(n >= 0);
	said[n] = '\0';
	(void)close(ends[0]);
	return status;
}

static void
a_library_without_memory_ends_the_process(void **state)
{
	char said[128];
	int status;

	(void)state;
	skip_without_glibc();
	for (size_t i = 0; i < WAYS; i++) {
		status = ask_too_much(i, said);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg("%s: status %d", ways[i].name, status);
		assert_string_equal(said,
		    "cefd: out of memory: end what needs it, or allow more "
		    "(MemoryMax)\n");
	}
}

static void
what_was_aligned_is_and_is_wiped_when_it_is_given_back(void **state)
{
	(void)state;
	skip_without_glibc();
	for (size_t i = 1; i < WAYS; i++) {
		char *ptr = ways[i].ask(SMALL);
		const volatile char *volatile gone = ptr;
		size_t left = 0;

		assert_non_null(ptr);
		assert_int_equal((uintptr_t)ptr % ways[i].alignment, 0);
		memset(ptr, 'x', SMALL);
		free(ptr);
		for (size_t at = NOTES; at < SMALL; at++)
			left += gone[at] == 'x';
		if (left != 0)
			fail_msg("%s: %zu octets stay", ways[i].name, left);
	}
}

static size_t
count_of(const volatile char *from, const volatile char *to, char octet)
{
	size_t count = 0;

	while (from < to)
		count += *from++ == octet;
	return count;
}

/* Page by page, but for what is no whole page. It lies in the heap, and stays
 * there. */
static void
a_large_block_is_wiped_too(void **state)
{
	const size_t kept = HUGE_LEN / 2 + 100;
	char *ptr, *after;
	const volatile char *volatile gone;

	(void)state;
	skip_without_glibc();
	assert_int_equal(mallopt(M_MMAP_THRESHOLD, 32 << 20), 1);
	assert_int_equal(mallopt(M_TRIM_THRESHOLD, 64 << 20), 1);
	ptr = malloc(HUGE_LEN);
	after = malloc(SMALL);
	memset(ptr, 'x', HUGE_LEN);
	memset(after, 'y', SMALL);
	gone = ptr;
	ptr = realloc(ptr, kept);
	assert_ptr_equal(ptr, gone);
	assert_int_equal(count_of(gone, gone + kept, 'x'), kept);
	assert_int_equal(
	    count_of(gone + kept + NOTES, gone + HUGE_LEN, 'x'), 0);
	free(ptr);
	assert_int_equal(count_of(gone + NOTES, gone + HUGE_LEN, 'x'), 0);
	assert_int_equal(count_of(after, after + SMALL, 'y'), SMALL);
	free(after);
}

/* That is the caller's fault, and not a lack of memory. */
static void
an_alignment_that_is_none_is_refused(void **state)
{
	volatile size_t alignment = 24;
	void *ptr = state;

	skip_without_glibc();
	assert_int_equal(posix_memalign(&ptr, alignment, 8), EINVAL);
	assert_ptr_equal(ptr, state);
	alignment = 4;
	assert_int_equal(posix_memalign(&ptr, alignment, 8), EINVAL);
	alignment = 0;
	assert_int_equal(posix_memalign(&ptr, alignment, 8), EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_library_without_memory_ends_the_process),
	    cmocka_unit_test(
	        what_was_aligned_is_and_is_wiped_when_it_is_given_back),
	    cmocka_unit_test(a_large_block_is_wiped_too),
	    cmocka_unit_test(an_alignment_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
