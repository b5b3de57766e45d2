/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_delay_relay: a long way on one machine. It hands octets on both ways
 * after a delay, and holds no more of them than a window's worth until their
 * acknowledgement would be back. It takes the connection at once, so the first
 * octets wait for the round trip of the handshake of TCP, too. Slow start,
 * loss and a limit of bandwidth are not in it.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench_frames.h"
#include "bench_kit.h"

#define CONNS_MAX 64
#define CHUNK_BYTES ((size_t)64 << 10)
/* What Linux's largest send buffer is by default. */
#define WINDOW_BYTES ((size_t)4 << 20)

static const char usage[] = "-t PORT -p PORT-FILE [-d MS] [-w WINDOW]";

/* What is on the way; `len` 0 is the end. */
struct chunk {
	struct chunk *next;
	double due_s; /* when it is there; then, when that is known here */
	size_t len, done;
	char data[CHUNK_BYTES];
};

struct chunks {
	struct chunk *first, **last;
};

struct way {
	int from, to;
	double not_before_s;
	size_t window; /* octets that may still be taken */
	bool ended;    /* no more comes in */
	struct chunks travelling, acknowledging;
};

struct pair {
	bool used;
	struct way ways[2];
};

struct relay {
	const char *target, *port_file;
	double delay_s;
	size_t window;
	int listener;
	struct pair pairs[CONNS_MAX];
};

static void parse(struct relay *r, int argc, char **argv);
static void start_listening(struct relay *r);
static void turn(struct relay *r);
static double next_due_s(const struct relay *r);
static void take_connection(struct relay *r);
static void way_init(struct way *way, int from, int to, size_t window);
static bool take(struct relay *r, struct way *way);
static bool hand_on(struct relay *r, struct way *way, double now_s);
static void pair_end(struct pair *pair, bool reset);
static void put(struct chunks *chunks, struct chunk *chunk);
static struct chunk *pop(struct chunks *chunks);

int
main(int argc, char **argv)
{
	static struct relay r = {.window = WINDOW_BYTES};

	parse(&r, argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	start_listening(&r);
	for (;;)
		turn(&r);
}

static void
parse(struct relay *r, int argc, char **argv)
{
	unsigned long delay_ms = 50;
	int opt;

	for (;;) {
		opt = getopt(argc, argv, "t:p:d:w:");
		if (opt == -1)
			break;
		if (opt == 't')
			r->target = optarg;
		else if (opt == 'p')
			r->port_file = optarg;
		else if (opt == 'd')
			delay_ms = bench_number(optarg, 10000, usage);
		else if (opt == 'w')
			r->window = bench_number(optarg, 1UL << 30, usage);
		else
			(void)bench_number("", 1, usage);
	}
	if (optind != argc || r->target == NULL || r->port_file == NULL)
		(void)bench_number("", 1, usage);
	r->delay_s = (double)delay_ms / 1000;
}

static void
start_listening(struct relay *r)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sin);
	FILE *file;

	r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (r->listener == -1 ||
	    bind(r->listener, (struct sockaddr *)&sin, len) == -1 ||
	    listen(r->listener, CONNS_MAX) == -1 ||
	    getsockname(r->listener, (struct sockaddr *)&sin, &len) == -1)
		bench_die("cannot listen: %s", strerror(errno));
	file = fopen(r->port_file, "we");
	if (file == NULL || fprintf(file, "%u\n", ntohs(sin.sin_port)) < 0 ||
	    fclose(file) != 0)
		bench_die("%s: %s", r->port_file, strerror(errno));
}

static void
turn(struct relay *r)
{
	struct pollfd fds[2 * CONNS_MAX + 1] = {
	    {.fd = r->listener, .events = POLLIN}};
	double wait_s = next_due_s(r) - bench_now_s();
	int wait_ms = wait_s < 0 ? 0 : wait_s > 1 ? 1000 : (int)(wait_s * 1000);
	size_t i, k;

	for (i = 0; i < CONNS_MAX; i++)
		for (k = 0; k < 2; k++) {
			const struct way *way = &r->pairs[i].ways[k];
			bool open =
			    r->pairs[i].used && !way->ended && way->window != 0;

			fds[1 + 2 * i + k] = (struct pollfd){
			    .fd = open ? way->from : -1, .events = POLLIN};
		}
	if (poll(fds, 2 * CONNS_MAX + 1, wait_ms) == -1 && errno != EINTR)
		bench_die("poll: %s", strerror(errno));
	for (i = 0; i < CONNS_MAX; i++)
		for (k = 0; k < 2 && r->pairs[i].used; k++) {
			struct way *way = &r->pairs[i].ways[k];

			if ((fds[1 + 2 * i + k].revents != 0 &&
			        !take(r, way)) ||
			    !hand_on(r, way, bench_now_s()))
				pair_end(&r->pairs[i], true);
		}
	for (i = 0; i < CONNS_MAX; i++) {
		struct pair *pair = &r->pairs[i];

		if (pair->used && pair->ways[0].ended && pair->ways[1].ended &&
		    pair->ways[0].travelling.first == NULL &&
		    pair->ways[1].travelling.first == NULL)
			pair_end(pair, false);
	}
	if (fds[0].revents != 0)
		take_connection(r);
}

static double
next_due_s(const struct relay *r)
{
	double due_s = bench_now_s() + 1;

	for (size_t i = 0; i < CONNS_MAX; i++)
		for (size_t k = 0; k < 2 && r->pairs[i].used; k++) {
			const struct way *way = &r->pairs[i].ways[k];
			const struct chunk *a = way->travelling.first;
			const struct chunk *b = way->acknowledging.first;

			if (a != NULL && a->due_s < due_s)
				due_s = a->due_s;
			if (b != NULL && b->due_s < due_s)
				due_s = b->due_s;
		}
	return due_s;
}

static void
take_connection(struct relay *r)
{
	int from =
	    accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int on = 1, to;
	size_t i;

	if (from == -1)
		return;
	for (i = 0; i < CONNS_MAX && r->pairs[i].used; i++)
		;
	if (i == CONNS_MAX)
		bench_die("more than %d connections", CONNS_MAX);
	(void)setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	to = bench_connect(r->target);
	r->pairs[i].used = true;
	way_init(&r->pairs[i].ways[0], from, to, r->window);
	way_init(&r->pairs[i].ways[1], to, from, r->window);
	r->pairs[i].ways[0].not_before_s = bench_now_s() + 3 * r->delay_s;
}

static void
way_init(struct way *way, int from, int to, size_t window)
{
	*way = (struct way){.from = from, .to = to, .window = window};
	way->travelling.last = &way->travelling.first;
	way->acknowledging.last = &way->acknowledging.first;
}

/* False: the connection is to be reset. */
static bool
take(struct relay *r, struct way *way)
{
	while (!way->ended && way->window != 0) {
		struct chunk *chunk = xmalloc(sizeof(*chunk));
		size_t most =
		    way->window < CHUNK_BYTES ? way->window : CHUNK_BYTES;
		ssize_t n = recv(way->from, chunk->data, most, MSG_DONTWAIT);

		if (n == -1) {
			free(chunk);
			return errno == EAGAIN || errno == EINTR;
		}
		way->ended = n == 0;
		chunk->len = (size_t)n;
		chunk->done = 0;
		chunk->due_s = bench_now_s() + r->delay_s;
		if (chunk->due_s < way->not_before_s)
			chunk->due_s = way->not_before_s;
		way->window -= chunk->len;
		put(&way->travelling, chunk);
	}
	return true;
}

static bool
hand_on(struct relay *r, struct way *way, double now_s)
{
	struct chunk *chunk;

	for (;;) {
		ssize_t n;

		chunk = way->travelling.first;
		if (chunk == NULL || chunk->due_s > now_s)
			break;
		if (chunk->len == 0) {
			(void)shutdown(way->to, SHUT_WR);
			free(pop(&way->travelling));
			continue;
		}
		n = send(way->to, chunk->data + chunk->done,
		    chunk->len - chunk->done, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
			/* Its window is shut: look again soon. */
			chunk->due_s = now_s + 0.001;
			break;
		}
		if (n == -1)
			return false;
		chunk->done += (size_t)n;
		if (chunk->done < chunk->len)
			continue;
		chunk = pop(&way->travelling);
		chunk->due_s = now_s + r->delay_s;
		put(&way->acknowledging, chunk);
	}
	for (;;) {
		chunk = way->acknowledging.first;
		if (chunk == NULL || chunk->due_s > now_s)
			return true;
		way->window += chunk->len;
		free(pop(&way->acknowledging));
	}
}

static void
pair_end(struct pair *pair, bool reset)
{
	const struct linger hard = {.l_onoff = 1, .l_linger = 0};

	for (size_t k = 0; k < 2; k++) {
		struct way *way = &pair->ways[k];

		if (reset)
			(void)setsockopt(way->from, SOL_SOCKET, SO_LINGER,
			    &hard, sizeof(hard));
		(void)close(way->from);
		while (way->travelling.first != NULL)
			free(pop(&way->travelling));
		while (way->acknowledging.first != NULL)
			free(pop(&way->acknowledging));
	}
	pair->used = false;
}

static void
put(struct chunks *chunks, struct chunk *chunk)
{
	chunk->next = NULL;
	*chunks->last = chunk;
	chunks->last = &chunk->next;
}

static struct chunk *
pop(struct chunks *chunks)
{
	struct chunk *chunk = chunks->first;

	chunks->first = chunk->next;
	if (chunks->first == NULL)
		chunks->last = &chunks->first;
	return chunk;
}
