/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling and reading back.
 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "bench_frames.h"
#include "bench_kit.h"
#include "deliver/frame.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define QUOTA_BYTES (UINT64_C(64) << 30)

static bool put_frame(uint64_t number, const char *data, size_t len, void *arg);

void
bench_fill(const char *program, const char *folder, unsigned long records,
    unsigned long size)
{
	char records_text[32], size_text[32];
	const char *argv[] = {program, "--spool", folder, "--queue",
	    BENCH_QUEUE, "--records", records_text, "--size", size_text, NULL};
	int error, status;
	pid_t pid;

	(void)snprintf(records_text, sizeof(records_text), "%lu", records);
	(void)snprintf(size_text, sizeof(size_text), "%lu", size);
	error = posix_spawn(
	    &pid, program, NULL, NULL, (char *const *)(uintptr_t)argv, environ);
	if (error != 0)
		bench_die("%s: %s", program, strerror(error));
	if (waitpid(pid, &status, 0) == -1 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		bench_die("%s failed", program);
}

void
bench_frames_read(struct buf *out, const char *folder)
{
	struct spool *spool;
	struct queue *queue;
	uint64_t next = 0;
	struct err err;

	if (spool_open(&spool, folder, QUOTA_BYTES, &err) == -1 ||
	    queue_open(spool, BENCH_QUEUE, &queue, &err) == -1)
		bench_die("%s", err.text);
	while (next < queue_next(queue))
		if (queue_read(queue, next, put_frame, out, &next, &err) == -1)
			bench_die("%s", err.text);
	spool_close(spool);
}

int
bench_connect(const char *port)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *ai;
	int fd, on = 1;

	if (getaddrinfo("127.0.0.1", port, &hints, &ai) != 0)
		bench_die("%s: no port", port);
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		bench_die("port %s: %s", port, strerror(errno));
	freeaddrinfo(ai);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static bool
put_frame(uint64_t number, const char *data, size_t len, void *arg)
{
	(void)number;
	if (frame_put(arg, FRAMING_OCTET_COUNTING, data, len) == -1)
		bench_die("too many records for the memory's ceiling");
	return true;
}
