/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_feed: gives another sender the records that bench_drain drains, over
 * plain TCP in octet-counting frames, and waits until it has read them all.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "bench_frames.h"
#include "bench_kit.h"

#define FRAMES_MAX_BYTES ((size_t)8 << 30)

static const char usage[] = "-p PORT -f FILL [-n RECORDS] [-s SIZE]";

static void feed(const char *port, const struct buf *frames);

int
main(int argc, char **argv)
{
	unsigned long records = 500000, size = 700;
	const char *port = NULL, *fill = NULL;
	char folder[PATH_MAX];
	struct buf frames;
	int opt;

	for (;;) {
		opt = getopt(argc, argv, "p:f:n:s:");
		if (opt == -1)
			break;
		if (opt == 'p')
			port = optarg;
		else if (opt == 'f')
			fill = optarg;
		else if (opt == 'n')
			records = bench_number(optarg, 10000000, usage);
		else if (opt == 's')
			size = bench_number(optarg, 8000, usage);
		else
			(void)bench_number("", 1, usage);
	}
	if (optind != argc || port == NULL || fill == NULL)
		(void)bench_number("", 1, usage);
	buf_init(&frames, FRAMES_MAX_BYTES);
	bench_folder_make(folder);
	bench_fill(fill, folder, records, size);
	bench_frames_read(&frames, folder);
	bench_folder_remove(folder);
	feed(port, &frames);
	buf_clear(&frames);
	return 0;
}

/* Its own end of the connection says that it has read ours. */
static void
feed(const char *port, const struct buf *frames)
{
	int fd = bench_connect(port);
	size_t done = 0;
	char none;

	while (done < frames->len) {
		ssize_t n = send(
		    fd, frames->data + done, frames->len - done, MSG_NOSIGNAL);

		if (n == -1)
			bench_die("port %s: the connection broke", port);
		done += (size_t)n;
	}
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, &none, 1) > 0)
		;
	(void)close(fd);
}
