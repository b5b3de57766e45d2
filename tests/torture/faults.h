/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of the system, made to order, inside tests/bin/cefd_torture: the
 * daemon itself, linked with functions of these names that stand before the C
 * library's for all libraries too. They are asked for in the environment:
 *
 *   CEFD_FAULTS    "KIND:N:ACT,...": the N-th call of this kind, and with N+
 *                  each later one, is to end so
 *                  "malloc:N@PLACE:ACT": the first at or after the N-th that is
 *                  called from there (stacks.c)
 *   CEFD_PLACES    tell those places at an orderly end
 *   CEFD_JOURNAL   a file to which lines are appended; see journal.c
 *
 * KIND is a name of fault_kinds below, or point-NAME for a FAULT_POINT of src.
 * ACT is the name of an errno; "short", half of it is done and told; "torn",
 * half of it is done and the process dies; "kill", all of it is done and the
 * process dies.
 */
#ifndef CEFD_TESTS_TORTURE_FAULTS_H
#define CEFD_TESTS_TORTURE_FAULTS_H

#include <stddef.h>

#define FAULT_KINDS(X) \
	X(write)       \
	X(writev)      \
	X(pwrite)      \
	X(fdatasync)   \
	X(fsync)       \
	X(fallocate)   \
	X(ftruncate)   \
	X(rename)      \
	X(unlink)      \
	X(close)       \
	X(shutdown)    \
	X(open)        \
	X(read)        \
	X(mmap)        \
	X(socket)      \
	X(connect)     \
	X(send)        \
	X(recv)        \
	X(ssl_write)   \
	X(epoll_wait)  \
	X(malloc)

enum fault_kind {
#define FAULT_ENUM(name) FAULT_##name,
	FAULT_KINDS(FAULT_ENUM)
#undef FAULT_ENUM
	    FAULT_COUNT
};

enum fault_act {
	FAULT_NONE,
	FAULT_ERROR, /* errno is set */
	FAULT_SHORT,
	FAULT_TORN,
	FAULT_KILL,
};

/* Count one call: how it is to end. */
enum fault_act fault_next(enum fault_kind kind);

/* SIGKILL, unless `act` leaves the process alive. */
void fault_die(enum fault_act act);

/* How much of `size` octets is to be done. */
size_t fault_size(enum fault_act act, size_t size);

/* What FAULT_POINT of src/base/fault_point.h calls. */
void fault_point(const char *name);

/* Append a line, without the C library's memory or streams. */
void journal_put(const char *word, const char *text, size_t len);

/* Append who has called. */
void journal_trace(void);

/* Open it. */
void journal_open(const char *path);

/* The descriptor that a child, too, is to keep; -1: there is none. */
int journal_file(void);

#endif
