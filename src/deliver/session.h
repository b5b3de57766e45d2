/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit of delivery. Syslog over a stream has no acknowledgement, but every
 * receiver must answer an orderly end; so what was sent in a session counts as
 * delivered when the peer ends it after us, and not before. (Where there are
 * acknowledgements, or a disk of our own, that is what ends a session well.)
 *
 * This is the book-keeping and the verdict, without I/O: how much a session
 * may hold, what it holds, what is confirmed of it, and what its end means.
 */
#ifndef CEFD_DELIVER_SESSION_H
#define CEFD_DELIVER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"

/* From weakest to strongest. */
enum session_level {
	SESSION_NONE,
	SESSION_KERNEL,       /* the peer's kernel has all octets */
	SESSION_EOF,          /* the peer ended after us, without a reset */
	SESSION_CLOSE_NOTIFY, /* and said so within TLS */
	SESSION_RELP,         /* the peer acknowledged each record */
	SESSION_FILE,         /* on the disk of this machine */
};

/* How a session can end. */
enum session_end {
	SESSION_END_CLOSED, /* close_notify, then a clean end */
	SESSION_END_EOF,    /* a clean end only */
	SESSION_END_BROKEN, /* reset, TLS error, no progress */
	SESSION_END_SILENT, /* nothing until confirm-timeout */
};

struct session_caps {
	uint64_t records;
	uint64_t bytes; /* framed */
	int64_t time_ms;
};

struct session {
	struct session_caps caps;
	int64_t began_ms;
	uint64_t next; /* number to go on reading at; all before it is ours */
	uint64_t records;
	uint64_t bytes;   /* framed */
	uint64_t written; /* octets that went out */
	uint64_t
	    confirmed_to;   /* all before this number is confirmed; 0: none */
	uint64_t confirmed; /* records of this session that are */
	/* Of all sessions so far; zero before the first. */
	uint64_t sent_before; /* records below this were sent before, in vain */
	uint64_t resent;      /* how many of those were put again */
};

/* What is known when a session has ended. */
struct session_facts {
	enum session_end end;
	bool finished;           /* our own end was with the kernel before */
	uint64_t unacknowledged; /* octets the peer's kernel has not taken */
	enum conf_confirm confirm;
};

void session_begin(
    struct session *s, const struct session_caps *caps, int64_t now_ms);

/* May another record join? One always may, whatever its size. */
bool session_has_room(const struct session *s, int64_t now_ms);

/* Record `number`, `framed` octets long in its frame, joined. */
void session_put(struct session *s, uint64_t number, size_t framed);

/* `count` of its records are confirmed so far: all before number `before`. */
void session_confirm(struct session *s, uint64_t before, uint64_t count);

/* It failed: what is not confirmed will be sent again. */
void session_fail(struct session *s);

/* The numbers of what was sent before mean nothing any more. */
void session_forget(struct session *s);

/* What the end means for all records of the session together. */
enum session_level session_verdict(const struct session_facts *facts);

/* Why it takes no more, in words: a cap that is reached, or that none wait. */
const char *session_end_str(const struct session *s, int64_t now_ms);

/* The name in `status`: "relp", "file", "close-notify", "eof", "kernel",
 * "none". */
const char *session_level_str(enum session_level level);

#endif
