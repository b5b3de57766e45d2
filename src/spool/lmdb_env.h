/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB as the spool uses it: one file, one process, one thread, durable
 * commits. Only spool/ includes this. A caller has at most one transaction
 * open at a time that writes, and none that reads while it does.
 */
#ifndef CEFD_SPOOL_LMDB_ENV_H
#define CEFD_SPOOL_LMDB_ENV_H

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "spool/resident.h"

struct env {
	MDB_env *mdb;    /* NULL: closed */
	MDB_txn *reader; /* reset between its uses */
	unsigned reads;  /* uses of the reader that are open, nested */
	int fd;          /* of the data file; LMDB's own */
	uint64_t page_bytes;
	uint64_t file_bytes; /* size of the data file, allocated ahead */
	uint64_t map_bytes;
	struct resident resident;
	bool broken;    /* a write failed in a way that cannot be trusted */
	struct err why; /* of that, or of its not being open */
};

/* Open a data file that exists, or make a new one. */
int env_open(
    struct env *env, const char *file, uint64_t map_bytes, struct err *err);
/* The meaning of the file's absence is the caller's: see env_open. */
int env_create(
    struct env *env, const char *file, uint64_t map_bytes, struct err *err);
void env_close(struct env *env);

/* Make the map larger; smaller is not done while the spool is open. */
int env_grow_map(struct env *env, uint64_t map_bytes, struct err *err);

/*
 * Have disk space for a transaction that may need `pages` new pages, beside
 * what is kept back for transactions that make room. `in_use` is the pages
 * that the tables take now. ERR_FULL; anything else is a disk that fails.
 */
int env_make_room(
    struct env *env, uint64_t pages, uint64_t in_use, struct err *err);

int env_write_begin(struct env *env, MDB_txn **ret_txn, struct err *err);
int env_write_commit(struct env *env, MDB_txn *txn, struct err *err);

/* One view of the tables; may be nested. env_read_end ends what was begun. */
int env_read_begin(struct env *env, MDB_txn **ret_txn, struct err *err);
void env_read_end(struct env *env);

/* Say in `err` what LMDB's answer means. */
int env_err(int rc, const char *what, struct err *err);

#endif
