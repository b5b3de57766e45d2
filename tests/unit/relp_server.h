/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RELP server in a child process, one connection after the other, that
 * follows the test's script. It reads frames in its own way, not with ours.
 */
#ifndef CEFD_TESTS_UNIT_RELP_SERVER_H
#define CEFD_TESTS_UNIT_RELP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELP_SERVER_SEEN_MAX 8
#define RELP_SERVER_RECORDS_MAX 50000

/* What it does with a connection; `at` counts its records from 0. */
enum relp_deed {
	RELP_ANSWER,      /* acknowledge all, close in order */
	RELP_DRIP,        /* the same, each reply an octet at a time */
	RELP_BACKWARDS,   /* replies of ten records, the newest first */
	RELP_HOLD,        /* nothing more from record `at` on, but read on */
	RELP_RESET,       /* read record `at`, and reset without a reply */
	RELP_REFUSE,      /* 500 for record `at` */
	RELP_SERVERCLOSE, /* instead of the reply to record `at` */
	RELP_SAY,         /* `words` instead of the reply to record `at` */
	RELP_OFFER,       /* `words` instead of offers */
	RELP_HINT,        /* `words` again and again, from record `at` on */
	RELP_HINT_OFFER,  /* the same instead of offers */
};

struct relp_script {
	enum relp_deed deed;
	size_t at;
	const char *words;
};

/* What was seen on one connection. */
struct relp_seen {
	volatile size_t records;
	volatile size_t acknowledged;
	uint64_t first; /* number of its first record */
	bool opened;
	volatile bool closed; /* "close" was read */
};

struct relp_server_log {
	volatile size_t count;       /* connections */
	volatile bool bad;           /* a frame that should not be */
	volatile bool differs;       /* a record came again, but not the same */
	volatile size_t outstanding; /* most records without a reply, ever */
	struct relp_seen seen[RELP_SERVER_SEEN_MAX];
	uint64_t sums[RELP_SERVER_RECORDS_MAX]; /* by number; 0: not seen */
};

struct relp_server {
	struct relp_server_log *log;
	char server[32]; /* "127.0.0.1:port" */
	int pid;
};

/* The last script is for all connections after it. */
void relp_server_start(
    struct relp_server *r, const struct relp_script *scripts, size_t count);
void relp_server_stop(struct relp_server *r);

#endif
