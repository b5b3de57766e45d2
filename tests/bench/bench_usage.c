/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_usage FILE PROGRAM ARGUMENT...: runs it, hands SIGTERM on, and writes
 * into FILE what it has cost when it ends: seconds of processor, of it and
 * what it waited for, and octets that it has handed to the disk (what the
 * kernel calls write_bytes; getrusage(2) counts them in 512).
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_kit.h"

#define OUBLOCK_BYTES 512ULL

static volatile pid_t child;

static void on_term(int sig);
static void run(char **argv) __attribute__((noreturn));
static double seconds(const struct timeval *tv);

int
main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = on_term};
	struct rusage usage;
	int status;
	FILE *file;

	if (argc < 3)
		(void)bench_number("", 1, "FILE PROGRAM [ARGUMENT...]");
	child = fork();
	if (child == -1)
		bench_die("fork: %s", strerror(errno));
	if (child == 0)
		run(argv + 2);
	(void)sigaction(SIGTERM, &action, NULL);
	while (wait4(child, &status, 0, &usage) == -1)
		if (errno != EINTR)
			bench_die("wait: %s", strerror(errno));
	file = fopen(argv[1], "we");
	if (file == NULL ||
	    fprintf(file, "%.3f %llu\n",
	        seconds(&usage.ru_utime) + seconds(&usage.ru_stime),
	        (unsigned long long)usage.ru_oublock * OUBLOCK_BYTES) < 0 ||
	    fclose(file) != 0)
		bench_die("%s: %s", argv[1], strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static void
on_term(int sig)
{
	(void)kill(child, sig);
}

static void
run(char **argv)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)execvp(argv[0], argv);
	bench_die("%s: %s", argv[0], strerror(errno));
}

static double
seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}
