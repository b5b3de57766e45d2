/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the benchmarks share: a clock, the figures of several rounds, a folder
 * on disk that goes away again, and one way of saying how it went.
 *
 * Two things that are compared are measured in turns (A B A B ...), so that
 * what else the machine does falls on both; then medians are compared.
 */
#ifndef CEFD_BENCH_BENCH_KIT_H
#define CEFD_BENCH_BENCH_KIT_H

#include <limits.h>
#include <stddef.h>

#define BENCH_ROUNDS_MAX 100

struct bench_rounds {
	double values[BENCH_ROUNDS_MAX];
	size_t count;
};

/* Seconds of a clock that never steps. */
double bench_now_s(void);

void bench_add(struct bench_rounds *rounds, double value);
double bench_median(const struct bench_rounds *rounds);

/* One line: "PROGRAM: WHAT: median UNIT (lowest-highest, N rounds)". */
void bench_print(
    const char *what, const struct bench_rounds *rounds, const char *unit);

/* The same for the median of a/b, round by round; and how `least` compares. */
void bench_print_ratio(const char *what, const struct bench_rounds *a,
    const struct bench_rounds *b, double least);

/* A whole number from 1 to `max`, or the program ends with `usage`. */
unsigned long bench_number(
    const char *arg, unsigned long max, const char *usage);

/* A new folder below TMPDIR, else /var/tmp: a disk, where /tmp may be none. */
void bench_folder_make(char path[PATH_MAX]);

/* Remove a folder and the files in it; it has no folders. */
void bench_folder_remove(const char *path);

/* Say what is wrong and exit 1. */
void bench_die(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

#endif
