/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver in a child process, one connection after the other, that does
 * what the test tells it to. What it saw is in shared memory.
 */
#ifndef CEFD_TESTS_RECEIVER_H
#define CEFD_TESTS_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECEIVER_SEEN_MAX 32
#define RECEIVER_SUITES_MAX 64
#define RECEIVER_DATA_MAX ((size_t)48 << 20)

/* What it does with a connection. */
enum receiver_deed {
	RECEIVER_ANSWER, /* read to the end, answer, close */
	RECEIVER_GATE,   /* the same, after stopping itself with SIGSTOP */
	RECEIVER_EOF,    /* the same, but close without close_notify */
	RECEIVER_RESET,  /* after `octets`, close with a reset */
	RECEIVER_LIMIT,  /* answer; reset what has more than `octets` */
	RECEIVER_CLOSE,  /* after `octets`, close_notify and close */
	RECEIVER_SILENT, /* read everything, never end */
	RECEIVER_STUCK,  /* stop reading after `octets`, never end */
	RECEIVER_TALK,   /* send data all the while, then answer */
	RECEIVER_HALF,   /* close_notify and FIN at once, SIGSTOP, read on */
	RECEIVER_MUTE,   /* accept, then never say a word */
	RECEIVER_AGAIN,  /* ask for a renegotiation, read on */
	RECEIVER_ALERT,  /* read `octets`, alert as TLS does, take the rest */
};

struct receiver_plan {
	const char *folder; /* with the certificates; NULL: plain TCP */
	const char *cert;   /* name of the certificate */
	int max_version;    /* of TLS; 0: any */
	bool demand;        /* a client certificate */
	bool slow;          /* reads 4 KiB at a time */
	size_t octets;
	enum receiver_deed deeds[RECEIVER_SEEN_MAX]; /* by connection */
};

/* What was seen on one connection. */
struct receiver_seen {
	volatile bool done; /* the child has closed it */
	bool shaken;        /* the handshake was good */
	bool resumed;
	bool early_data; /* was offered */
	bool clean;      /* close_notify (or, without TLS, a FIN) was read */
	char sni[64];
	uint16_t suites[RECEIVER_SUITES_MAX];
	size_t suite_count;
	size_t start; /* in the data */
	volatile size_t len;
};

struct receiver_log {
	volatile size_t count; /* connections accepted */
	struct receiver_seen seen[RECEIVER_SEEN_MAX];
	char data[RECEIVER_DATA_MAX];
};

struct receiver {
	struct receiver_log *log;
	char server[32]; /* "127.0.0.1:port" */
	uint16_t port;
	int pid;
};

void receiver_start(struct receiver *r, const struct receiver_plan *plan);
void receiver_stop(struct receiver *r);

/* Wait until one (GATE, HALF) has stopped itself; and let it go on. */
void receiver_await_gate(const struct receiver *r);
void receiver_open_gate(const struct receiver *r);

#endif
