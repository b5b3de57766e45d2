/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of what TLS itself can do is left when the records come from the
 * spool and leave it only once the receiver has confirmed them: the sender, on
 * a full queue, and in turns a bare loop that does nothing but hand the same
 * frames from memory to SSL_write, 16 KiB at a time, to the same receiver.
 * Both are timed from before the connection to after the receiver's own end.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench_frames.h"
#include "bench_kit.h"
#include "conf/conf.h"
#include "deliver/sender.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/tls_context.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define TLS_RECORD_BYTES 16384 /* RFC 8446 section 5.1 */
#define QUOTA_BYTES (UINT64_C(64) << 30)
#define FRAMES_MAX_BYTES ((size_t)8 << 30)
#define DRAIN_LIMIT_MS 120000

static const char usage[] =
    "-p PORT -a CA -f FILL [-n RECORDS] [-s SIZE] [-r ROUNDS]";

struct bench {
	const char *port, *ca, *fill;
	unsigned long records, size, rounds;
	struct buf frames;
	SSL_CTX *tls;
	struct bench_rounds bare, sender;
	uint64_t sessions; /* of the last round */
};

/* One drain by the sender. */
struct drain {
	struct loop *loop;
	struct timer *limit;
	struct spool *spool;
	struct queue *queue;
	struct conf *conf;
	struct sender *sender;
};

static void parse(struct bench *b, int argc, char **argv);
static SSL_CTX *bare_context(const char *ca);
static void run_bare(struct bench *b);
static void bare_end(SSL *ssl, int fd);
static void run_sender(struct bench *b);
static void drain_begin(
    struct drain *d, const struct bench *b, const char *folder);
static struct conf *drain_conf(const struct bench *b);
static void drain_end(struct drain *d, struct bench *b);
static void on_released(void *arg);
static void on_limit(void *arg);

int
main(int argc, char **argv)
{
	static struct bench b = {.records = 500000, .size = 700, .rounds = 7};
	char folder[PATH_MAX];

	parse(&b, argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	buf_init(&b.frames, FRAMES_MAX_BYTES);
	bench_folder_make(folder);
	bench_fill(b.fill, folder, b.records, b.size);
	bench_frames_read(&b.frames, folder);
	bench_folder_remove(folder);
	b.tls = bare_context(b.ca);
	for (unsigned long i = 0; i < b.rounds; i++) {
		run_bare(&b);
		run_sender(&b);
	}
	SSL_CTX_free(b.tls);
	buf_clear(&b.frames);
	printf("%s: %lu records of %lu octets a round\n",
	    program_invocation_short_name, b.records, b.size);
	bench_print("bare SSL_write loop", &b.bare, "records/s");
	bench_print(
	    "cefd's sender, spooled and confirmed", &b.sender, "records/s");
	printf("%s: the last round took %llu sessions\n",
	    program_invocation_short_name, (unsigned long long)b.sessions);
	bench_print_ratio("sender / bare loop", &b.sender, &b.bare, 0.4);
	return 0;
}

static void
parse(struct bench *b, int argc, char **argv)
{
	int opt;

	for (;;) {
		opt = getopt(argc, argv, "p:a:f:n:s:r:");
		if (opt == -1)
			break;
		if (opt == 'p')
			b->port = optarg;
		else if (opt == 'a')
			b->ca = optarg;
		else if (opt == 'f')
			b->fill = optarg;
		else if (opt == 'n')
			b->records = bench_number(optarg, 10000000, usage);
		else if (opt == 's')
			b->size = bench_number(optarg, 8000, usage);
		else if (opt == 'r')
			b->rounds =
			    bench_number(optarg, BENCH_ROUNDS_MAX, usage);
		else
			(void)bench_number("", 1, usage);
	}
	if (optind != argc || b->port == NULL || b->ca == NULL ||
	    b->fill == NULL)
		(void)bench_number("", 1, usage);
}

static SSL_CTX *
bare_context(const char *ca)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL || SSL_CTX_load_verify_file(ctx, ca) != 1)
		bench_die("%s: cannot be used", ca);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
	return ctx;
}

static void
run_bare(struct bench *b)
{
	double start_s = bench_now_s();
	int fd = bench_connect(b->port);
	SSL *ssl = SSL_new(b->tls);
	size_t done = 0;

	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1 || SSL_connect(ssl) != 1)
		bench_die("the receiver refuses TLS");
	while (done < b->frames.len) {
		size_t len = b->frames.len - done;

		if (len > TLS_RECORD_BYTES)
			len = TLS_RECORD_BYTES;
		if (SSL_write(ssl, b->frames.data + done, (int)len) != (int)len)
			bench_die("the receiver broke the connection");
		done += len;
	}
	bare_end(ssl, fd);
	bench_add(&b->bare, (double)b->records / (bench_now_s() - start_s));
	SSL_free(ssl);
	(void)close(fd);
}

/* Our end, then the receiver's: it has read everything. */
static void
bare_end(SSL *ssl, int fd)
{
	char none[64];

	(void)SSL_shutdown(ssl);
	(void)shutdown(fd, SHUT_WR);
	while (SSL_read(ssl, none, sizeof(none)) > 0)
		;
	if ((SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) == 0)
		bench_die("the receiver broke the connection at its end");
}

static void
run_sender(struct bench *b)
{
	char folder[PATH_MAX];
	struct drain d = {.loop = NULL};
	double start_s;

	bench_folder_make(folder);
	bench_fill(b->fill, folder, b->records, b->size);
	drain_begin(&d, b, folder);
	start_s = bench_now_s();
	sender_kick(d.sender);
	loop_run(d.loop);
	bench_add(&b->sender, (double)b->records / (bench_now_s() - start_s));
	drain_end(&d, b);
	bench_folder_remove(folder);
}

static void
drain_begin(struct drain *d, const struct bench *b, const char *folder)
{
	const struct sender_hooks hooks = {on_released, d};
	struct tls_context *tls;
	struct err err;

	d->conf = drain_conf(b);
	d->loop = loop_new(&err);
	if (d->loop == NULL ||
	    spool_open(&d->spool, folder, QUOTA_BYTES, &err) == -1 ||
	    queue_open(d->spool, BENCH_QUEUE, &d->queue, &err) == -1)
		bench_die("%s", err.text);
	tls = sender_tls_context(&d->conf->destinations[0], &err);
	if (tls == NULL)
		bench_die("%s", err.text);
	d->sender = sender_new(
	    d->loop, d->queue, &d->conf->destinations[0], tls, &hooks);
	d->limit = timer_new(d->loop, on_limit, d);
	timer_set(d->limit, DRAIN_LIMIT_MS);
}

/* All the defaults, and where to. */
static struct conf *
drain_conf(const struct bench *b)
{
	struct conf *conf = conf_defaults();
	struct conf_destination *destination = &conf->destinations[0];

	destination->servers.items =
	    xcalloc(1, sizeof(*destination->servers.items));
	destination->servers.items[0] = xasprintf("127.0.0.1:%s", b->port);
	destination->servers.count = 1;
	destination->ca_file = xstrdup(b->ca);
	return conf;
}

static void
drain_end(struct drain *d, struct bench *b)
{
	struct sender_stats stats;

	sender_stats(d->sender, &stats);
	if (!queue_is_empty(d->queue) || stats.confirmed != b->records ||
	    stats.resent != 0)
		bench_die("%llu of %lu confirmed, %llu sent again: %s",
		    (unsigned long long)stats.confirmed, b->records,
		    (unsigned long long)stats.resent, stats.last_error);
	b->sessions = stats.sessions;
	timer_free(d->limit);
	sender_free(d->sender);
	loop_free(d->loop);
	spool_close(d->spool);
	conf_unref(d->conf);
}

static void
on_released(void *arg)
{
	struct drain *d = arg;

	if (queue_is_empty(d->queue))
		loop_stop(d->loop);
}

static void
on_limit(void *arg)
{
	struct drain *d = arg;

	loop_stop(d->loop);
}
