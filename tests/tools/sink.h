/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receiver of the tests and of the benchmark: what its parts share. One
 * thread, one poll(2); each connection is read to the end of what is there
 * before the next one has its turn.
 */
#ifndef CEFD_TESTS_TOOLS_SINK_H
#define CEFD_TESTS_TOOLS_SINK_H

#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_mode {
	SINK_NORMAL,
	SINK_CLOSE_AT_ACCEPT,
	SINK_SILENT_AT_ACCEPT,
	SINK_RESET_AFTER,
	SINK_CLOSE_AFTER,
	SINK_HALF_CLOSE_AFTER,
	SINK_STOP_READING_AFTER,
	SINK_EXIT_AFTER,
	SINK_KEY_UPDATES,
	SINK_IDLE_CLOSE,
	SINK_NEVER_ANSWER_CLOSE,
	SINK_EOF_ONLY,
	SINK_SLOW,
};

struct sink_options {
	const char *listen;
	const char *port_file;
	const char *cert, *key, *ca;
	const char *out;
	const char *stats_file;
	bool tls, lf, verify_client, count_only;
	int tls_min, tls_max; /* 0: the library's own */
	long tickets;         /* -1: the library's own number */
	long rcvbuf;          /* 0: the kernel's */
	enum sink_mode mode;
	uint64_t mode_value;
	uint64_t mode_connections; /* the first so many behave like that */
};

/* Counted over all connections; what --stats-file shows. */
struct sink_stats {
	uint64_t connections, ended, records, bytes;
	uint64_t resumed, handshake_failed;
	uint64_t close_notify, eof, reset; /* how the peers ended */
	uint64_t torn;                     /* frames cut off by an end */
	uint64_t bad_frames;
	int64_t first_ns, last_ns; /* of the first and the last octet read */
	char tls_version[16];
	char server_name[256];
	char client_name[256];
};

struct sink {
	struct sink_options options;
	struct sink_stats stats;
	SSL_CTX *tls;
	int out_fd; /* -1: only count */
	bool dirty; /* the statistics changed since they were written */
	int64_t written_ns;
};

/* Fill in the defaults, then what the arguments say; ends with 64 if wrong. */
void sink_options_parse(struct sink_options *o, int argc, char **argv);

/* The context for the options; ends the program when a file is unusable. */
SSL_CTX *sink_tls_new(const struct sink_options *o);

/* Write the statistics aside and rename them into place. */
void sink_stats_write(struct sink *s);
int64_t sink_now_ns(void);

#endif
