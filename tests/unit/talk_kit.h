/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of streams share: a folder of certificates, and one stream
 * that is opened, written to and ended.
 */
#ifndef CEFD_TESTS_UNIT_TALK_KIT_H
#define CEFD_TESTS_UNIT_TALK_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/conn.h"

struct tls_context;

/* A stream and what became of it. */
struct talk {
	struct loop *loop;
	struct timer *limit;
	struct conn *conn;
	const char *data; /* to send once open; then our end */
	size_t len;
	bool hold; /* send nothing, end nothing */
	bool opened;
	bool ended;
	bool timed_out;
	enum conn_end end;
	struct err why;
	bool resumed;
	int64_t expires_ms;
};

/* The certificates' folder, between talk_setup and talk_teardown. */
extern char *talk_folder;

int talk_setup(void **state);
int talk_teardown(void **state);

/* FOLDER/name, for free; NULL for NULL. */
char *talk_path(const char *name);

/* Copy a file of the folder in one go, by renaming: its path, for free. */
char *talk_copy(const char *from, const char *to);

/* Make a file of these octets, mode 0600, or write over it. */
void talk_write(const char *path, const char *data, size_t len);

/* A context with those files of the folder; NULL where there is none. */
struct tls_context *talk_context(
    const char *ca, const char *cert, const char *key, int min);

/* Only the right authority. */
struct tls_context *talk_context_plain(void);

/* Open, write, end, and wait for the peer's end, with a limit. */
void talk_to(struct talk *talk, const char *server, const char *name,
    struct tls_context *tls);

#endif
