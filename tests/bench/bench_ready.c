/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_ready: starts a program and prints how many milliseconds it took: until
 * it ends by itself, or with -n until it tells its supervisor READY=1 (see
 * sd_notify(3)); then it is sent SIGTERM and waited for.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_kit.h"

#define LIMIT_MS 60000

static pid_t start(char **program);
static int notify_socket(char *path, size_t path_size);
static void wait_ready(int fd, const char *program);
static void wait_end(pid_t pid, const char *program);

int
main(int argc, char **argv)
{
	bool ready = argc > 1 && !strcmp(argv[1], "-n");
	char **program = argv + (ready ? 2 : 1);
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	double start_s, end_s;
	int fd = -1;
	pid_t pid;

	if (argc < (ready ? 3 : 2)) {
		fputs(
		    "usage: bench_ready [-n] PROGRAM [ARGUMENT...]\n", stderr);
		return 64;
	}
	if (ready)
		fd = notify_socket(path, sizeof(path));
	start_s = bench_now_s();
	pid = start(program);
	if (ready)
		wait_ready(fd, program[0]);
	else
		wait_end(pid, program[0]);
	end_s = bench_now_s();
	if (ready) {
		(void)kill(pid, SIGTERM);
		wait_end(pid, program[0]);
		(void)close(fd);
		(void)unlink(path);
	}
	printf("%.1f\n", (end_s - start_s) * 1000);
	return 0;
}

/* What it prints is not wanted: our own line stands alone. */
static pid_t
start(char **program)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(
	    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawn(&pid, program[0], &actions, NULL, program, environ);
	if (error != 0)
		bench_die("%s: %s", program[0], strerror(error));
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* Bound to a name, which NOTIFY_SOCKET then says. */
static int
notify_socket(char *path, size_t path_size)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	const char *base = getenv("TMPDIR");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(path, path_size, "%s/cefd-ready.%ld",
	    base != NULL ? base : "/var/tmp", (long)getpid());
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    setenv("NOTIFY_SOCKET", path, 1) == -1)
		bench_die("%s: %s", path, strerror(errno));
	return fd;
}

static void
wait_ready(int fd, const char *program)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};
	char said[512];
	ssize_t n;

	do {
		if (poll(&pollfd, 1, LIMIT_MS) != 1)
			bench_die("%s is not ready", program);
		n = recv(fd, said, sizeof(said) - 1, 0);
		if (n == -1)
			bench_die("%s: %s", program, strerror(errno));
		said[n] = '\0';
	} while (strstr(said, "READY=1") == NULL);
}

static void
wait_end(pid_t pid, const char *program)
{
	int status;

	if (waitpid(pid, &status, 0) == -1 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		bench_die("%s failed", program);
}
