/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmarks' kit.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench_kit.h"

static int compare(const void *a, const void *b);
static void sort(struct bench_rounds *rounds);

double
bench_now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void
bench_add(struct bench_rounds *rounds, double value)
{
	if (rounds->count == BENCH_ROUNDS_MAX)
		bench_die("too many rounds");
	rounds->values[rounds->count++] = value;
}

double
bench_median(const struct bench_rounds *rounds)
{
	struct bench_rounds sorted = *rounds;
	size_t middle = sorted.count / 2;

	if (sorted.count == 0)
		return 0;
	sort(&sorted);
	if (sorted.count % 2 == 1)
		return sorted.values[middle];
	return (sorted.values[middle - 1] + sorted.values[middle]) / 2;
}

void
bench_print(
    const char *what, const struct bench_rounds *rounds, const char *unit)
{
	struct bench_rounds sorted = *rounds;

	if (sorted.count == 0)
		return;
	sort(&sorted);
	printf("%s: %s: %.0f %s (%.0f-%.0f, %zu rounds)\n",
	    program_invocation_short_name, what, bench_median(rounds), unit,
	    sorted.values[0], sorted.values[sorted.count - 1], sorted.count);
	(void)fflush(stdout);
}

void
bench_print_ratio(const char *what, const struct bench_rounds *a,
    const struct bench_rounds *b, double least)
{
	struct bench_rounds ratios = {.count = 0};
	double median;

	for (size_t i = 0; i < a->count && i < b->count; i++)
		bench_add(&ratios, a->values[i] / b->values[i]);
	sort(&ratios);
	median = bench_median(&ratios);
	printf("%s: %s: %.3f (%.3f-%.3f, %zu rounds), at least %.2f: %s\n",
	    program_invocation_short_name, what, median, ratios.values[0],
	    ratios.values[ratios.count - 1], ratios.count, least,
	    median >= least ? "PASS" : "FAIL");
	(void)fflush(stdout);
}

unsigned long
bench_number(const char *arg, unsigned long max, const char *usage)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno == 0 && end != arg && *end == '\0' && n >= 1 && n <= max)
		return n;
	fprintf(stderr, "usage: %s %s\n", program_invocation_short_name, usage);
	exit(64);
}

void
bench_folder_make(char path[PATH_MAX])
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(path, PATH_MAX, "%s/cefd-bench.XXXXXX",
	    base != NULL ? base : "/var/tmp");
	if (mkdtemp(path) == NULL)
		bench_die("%s: %s", path, strerror(errno));
}

void
bench_folder_remove(const char *path)
{
	DIR *dir = opendir(path);

	if (dir == NULL)
		return;
	for (;;) {
		const struct dirent *entry = readdir(dir);

		if (entry == NULL)
			break;
		if (entry->d_name[0] != '.' || entry->d_name[1] != '\0')
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	(void)closedir(dir);
	(void)rmdir(path);
}

void
bench_die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	exit(1);
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
sort(struct bench_rounds *rounds)
{
	qsort(
	    rounds->values, rounds->count, sizeof(rounds->values[0]), compare);
}
