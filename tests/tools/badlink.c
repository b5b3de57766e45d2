/* SPDX-License-Identifier: Apache-2.0 */
/*
 * badlink: a bad stretch of the way to a receiver. It takes TCP connections and
 * hands their octets on to another address, as one line in a control file says,
 * which is looked at all the time:
 *
 *   delay=MS        both ways, everything that much later
 *   rate=BYTES      read no more of the client's octets in a second
 *   reset-after=N   a connection is reset after N octets of the client's
 *   swallow-after=N as mode=swallow after N octets of a connection's client
 *   mode=pass       (the default)
 *   mode=stall      nothing is read or handed on: the window closes
 *   mode=swallow    the client's octets are read and go nowhere, and nothing
 *                   comes back: acknowledged by a kernel, read by nobody
 *   mode=reset      connections are reset, new ones too
 *
 * What is not said has its default. One thread, one poll(2).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>

#define PAIRS_MAX 64
#define CHUNK_BYTES 16384
/* What one way may hold: the delay times the speed of a fast link. */
#define HELD_MAX ((size_t)32 << 20)
#define TICK_MS 5

enum mode { PASS, STALL, SWALLOW, RESET };

struct chunk {
	TAILQ_ENTRY(chunk) next;
	int64_t due_ms;
	size_t len, at; /* len 0: the end */
	char data[CHUNK_BYTES];
};

/* One direction. */
struct way {
	int from, to;
	bool ended; /* nothing more to read */
	size_t held;
	TAILQ_HEAD(, chunk) chunks;
};

struct pair {
	int fds[2]; /* the client's, the server's; -1: free */
	struct way there, back;
	uint64_t read_bytes;  /* of the client's */
	uint64_t paced_bytes; /* of them, since the rate was set, which was */
	int64_t paced_ms;
};

static struct pair pairs[PAIRS_MAX];
static enum mode mode;
static uint64_t delay_ms, rate, reset_after, swallow_after;
static struct sockaddr_in target;
static const char *control_file;

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "badlink: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static uint64_t
number_after(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	return at != NULL ? strtoull(at + strlen(word), NULL, 10) : 0;
}

static void
look_at_control(void)
{
	uint64_t before = rate;
	char line[256] = "";
	int fd = open(control_file, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	(void)!read(fd, line, sizeof(line) - 1);
	(void)close(fd);
	delay_ms = number_after(line, "delay=");
	rate = number_after(line, "rate=");
	reset_after = number_after(line, "reset-after=");
	swallow_after = number_after(line, "swallow-after=");
	mode = strstr(line, "mode=stall") != NULL  ? STALL
	    : strstr(line, "mode=swallow") != NULL ? SWALLOW
	    : strstr(line, "mode=reset") != NULL   ? RESET
	                                           : PASS;
	for (int i = 0; i < PAIRS_MAX && rate != before; i++) {
		pairs[i].paced_bytes = 0;
		pairs[i].paced_ms = now_ms();
	}
}

static void
way_init(struct way *way, int from, int to)
{
	*way = (struct way){.from = from, .to = to};
	TAILQ_INIT(&way->chunks);
}

static void
drop_first(struct way *way)
{
	struct chunk *chunk = TAILQ_FIRST(&way->chunks);

	TAILQ_REMOVE(&way->chunks, chunk, next);
	way->held -= chunk->len;
	free(chunk);
}

/* Both sides; with a reset, or as ended as they are. */
static void
pair_close(struct pair *pair, bool with_reset)
{
	const struct linger now = {.l_onoff = 1, .l_linger = 0};

	for (int i = 0; i < 2; i++) {
		if (with_reset)
			(void)setsockopt(pair->fds[i], SOL_SOCKET, SO_LINGER,
			    &now, sizeof(now));
		(void)close(pair->fds[i]);
	}
	while (!TAILQ_EMPTY(&pair->there.chunks))
		drop_first(&pair->there);
	while (!TAILQ_EMPTY(&pair->back.chunks))
		drop_first(&pair->back);
	pair->fds[0] = -1;
}

static void
pair_open(int client)
{
	struct pair *pair = NULL;
	int server;

	for (int i = 0; i < PAIRS_MAX && pair == NULL; i++)
		if (pairs[i].fds[0] == -1)
			pair = &pairs[i];
	server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pair == NULL || server == -1)
		die("too many connections");
	pair->fds[0] = client;
	pair->fds[1] = server;
	way_init(&pair->there, client, server);
	way_init(&pair->back, server, client);
	pair->read_bytes = pair->paced_bytes = 0;
	pair->paced_ms = now_ms();
	if (connect(server, (struct sockaddr *)&target, sizeof(target)) == -1) {
		pair_close(pair, true);
		return;
	}
	(void)fcntl(client, F_SETFL, O_NONBLOCK);
	(void)fcntl(server, F_SETFL, O_NONBLOCK);
}

/* How much may be read now. */
static size_t
allowance(const struct pair *pair, const struct way *way)
{
	uint64_t due;

	if (way->ended || mode == STALL || way->held >= HELD_MAX)
		return 0;
	if (rate == 0 || way != &pair->there)
		return CHUNK_BYTES;
	due = (uint64_t)(now_ms() - pair->paced_ms) * rate / 1000;
	if (due <= pair->paced_bytes)
		return 0;
	due -= pair->paced_bytes;
	return due < CHUNK_BYTES ? (size_t)due : CHUNK_BYTES;
}

static bool
is_hole(const struct pair *pair)
{
	return mode == SWALLOW ||
	    (swallow_after != 0 && pair->read_bytes >= swallow_after);
}

/* False: the pair is gone. */
static bool
read_some(struct pair *pair, struct way *way)
{
	size_t want = allowance(pair, way);
	struct chunk *chunk;
	ssize_t n;

	if (want == 0)
		return true;
	chunk = malloc(sizeof(*chunk));
	if (chunk == NULL)
		die("memory");
	n = read(way->from, chunk->data, want);
	if (n == -1 || (is_hole(pair) && n > 0)) {
		free(chunk);
		if (n == -1 && errno != EAGAIN)
			pair_close(pair, true);
		return n != -1 || errno == EAGAIN;
	}
	way->ended = n == 0;
	if (way == &pair->there) {
		pair->read_bytes += (size_t)n;
		pair->paced_bytes += (size_t)n;
	}
	chunk->due_ms = now_ms() + (int64_t)delay_ms;
	chunk->len = (size_t)n;
	chunk->at = 0;
	way->held += chunk->len;
	TAILQ_INSERT_TAIL(&way->chunks, chunk, next);
	return true;
}

/* False: the pair is gone. */
static bool
write_some(struct pair *pair, struct way *way)
{
	struct chunk *chunk;
	ssize_t n;

	while ((chunk = TAILQ_FIRST(&way->chunks)) != NULL &&
	    chunk->due_ms <= now_ms() && mode == PASS && !is_hole(pair)) {
		if (chunk->len == 0) {
			(void)shutdown(way->to, SHUT_WR);
			drop_first(way);
			continue;
		}
		n = send(way->to, chunk->data + chunk->at,
		    chunk->len - chunk->at, MSG_NOSIGNAL);
		if (n == -1 && errno != EAGAIN) {
			pair_close(pair, true);
			return false;
		}
		if (n == -1)
			break;
		chunk->at += (size_t)n;
		if (chunk->at == chunk->len)
			drop_first(way);
	}
	return true;
}

static void
work(struct pair *pair)
{
	if (mode == RESET ||
	    (reset_after != 0 && pair->read_bytes >= reset_after)) {
		pair_close(pair, true);
		return;
	}
	if (!read_some(pair, &pair->there) || !read_some(pair, &pair->back) ||
	    !write_some(pair, &pair->there) || !write_some(pair, &pair->back))
		return;
	if (pair->there.ended && pair->back.ended &&
	    TAILQ_EMPTY(&pair->there.chunks) && TAILQ_EMPTY(&pair->back.chunks))
		pair_close(pair, false);
}

static int
listen_at(const char *port_file, int rcvbuf)
{
	struct sockaddr_in here = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	char aside[4096];
	FILE *f;

	/* Accepted sockets inherit it. */
	if (rcvbuf != 0)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	if (bind(fd, (struct sockaddr *)&here, sizeof(here)) == -1 ||
	    listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&here, &len) == -1)
		die("cannot listen");
	(void)snprintf(aside, sizeof(aside), "%s.new", port_file);
	f = fopen(aside, "w");
	if (f == NULL || fprintf(f, "%d\n", ntohs(here.sin_port)) < 0 ||
	    fclose(f) != 0 || rename(aside, port_file) == -1)
		die(port_file);
	return fd;
}

static void
run(int listener)
{
	struct pollfd fds[1 + 2 * PAIRS_MAX];

	for (;;) {
		nfds_t count = 1;
		bool waits = false;
		int client;

		look_at_control();
		fds[0] = (struct pollfd){.fd = listener, .events = POLLIN};
		for (int i = 0; i < PAIRS_MAX; i++) {
			struct pair *pair = &pairs[i];

			if (pair->fds[0] != -1)
				work(pair);
			if (pair->fds[0] == -1)
				continue;
			waits |= !TAILQ_EMPTY(&pair->there.chunks) ||
			    !TAILQ_EMPTY(&pair->back.chunks);
			for (int k = 0; k < 2; k++)
				if (allowance(pair,
				        k == 0 ? &pair->there : &pair->back) >
				    0)
					fds[count++] =
					    (struct pollfd){.fd = pair->fds[k],
					        .events = POLLIN};
		}
		(void)poll(fds, count, waits ? 1 : TICK_MS);
		client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (client != -1)
			pair_open(client);
	}
}

int
main(int argc, char **argv)
{
	const char *port_file = NULL;
	int opt, to = 0, rcvbuf = 0;

	while ((opt = getopt(argc, argv, "p:c:r:")) != -1) {
		if (opt == 'p')
			port_file = optarg;
		else if (opt == 'c')
			control_file = optarg;
		else if (opt == 'r')
			rcvbuf = (int)strtol(optarg, NULL, 10);
	}
	if (argc - optind == 1)
		to = (int)strtol(argv[optind], NULL, 10);
	if (port_file == NULL || control_file == NULL || to == 0) {
		fputs("usage: badlink -p PORT-FILE -c CONTROL-FILE [-r RCVBUF] "
		      "PORT\n",
		    stderr);
		return 64;
	}
	target = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)to),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	for (int i = 0; i < PAIRS_MAX; i++)
		pairs[i].fds[0] = -1;
	run(listen_at(port_file, rcvbuf));
}
