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
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/buf.h"
#include "bench_frames.h"
#include "bench_kit.h"
#include "bench_sender.h"

#define TLS_RECORD_BYTES 16384 /* RFC 8446 section 5.1 */
#define FRAMES_MAX_BYTES ((size_t)8 << 30)

static const char usage[] =
    "-p PORT -a CA -f FILL [-n RECORDS] [-s SIZE] [-r ROUNDS] [-o FILE]";

struct bench {
	const char *port, *ca, *fill;
	const char *out; /* gets the medians of both, or NULL */
	unsigned long records, size, rounds;
	struct buf frames;
	SSL_CTX *tls;
	struct bench_rounds bare, sender;
	uint64_t sessions; /* of the last round */
};

static void parse(struct bench *b, int argc, char **argv);
static SSL_CTX *bare_context(const char *ca);
static void run_bare(struct bench *b);
static void bare_end(SSL *ssl, int fd);
static void run_sender(struct bench *b);
static void write_rates(const struct bench *b);

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
	if (b.out != NULL)
		write_rates(&b);
	return 0;
}

static void
parse(struct bench *b, int argc, char **argv)
{
	int opt;

	for (;;) {
		opt = getopt(argc, argv, "p:a:f:n:s:r:o:");
		if (opt == -1)
			break;
		if (opt == 'p')
			b->port = optarg;
		else if (opt == 'a')
			b->ca = optarg;
		else if (opt == 'f')
			b->fill = optarg;
		else if (opt == 'o')
			b->out = optarg;
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
	const struct bench_sender job = {
	    .port = b->port,
	    .ca = b->ca,
	    .fill = b->fill,
	    .records = b->records,
	    .size = b->size,
	};

	bench_add(&b->sender, bench_sender_run(&job, &b->sessions));
}

static void
write_rates(const struct bench *b)
{
	FILE *file = fopen(b->out, "we");

	if (file == NULL ||
	    fprintf(file, "%.0f %.0f\n", bench_median(&b->sender),
	        bench_median(&b->bare)) < 0 ||
	    fclose(file) != 0)
		bench_die("%s: cannot be written", b->out);
}
