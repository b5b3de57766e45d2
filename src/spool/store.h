/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the spool, for spool/ alone: tables, memory, transactions. */
#ifndef CEFD_SPOOL_STORE_H
#define CEFD_SPOOL_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "spool/compact.h"
#include "spool/lmdb_env.h"
#include "spool/rows.h"
#include "spool/sum.h"
#include "spool/turn.h"

/* Of the names of the tables that are queues. */
#define QUEUE_PREFIX "queue."

enum store_table {
	STORE_META,     /* name: version and secret (twin.h), proof */
	STORE_CURSOR,   /* name: text, see cursor_row.h */
	STORE_COPY,     /* the same once more, on other pages */
	STORE_LEDGER,   /* ledger_name: ledger_row */
	STORE_RETRY,    /* hash of stream, hash of id: see retry.c */
	STORE_POSITION, /* queue's name: position_row */
	STORE_ASIDE,    /* a damaged block, see keep.c */
	STORE_TABLES,
};
extern const char *const store_table_names[STORE_TABLES];

struct table {
	MDB_dbi dbi;
	uint64_t pages;
	unsigned depth;
	bool dirty; /* pages and depth are to be looked up again */
};

/* The table "queue.NAME" holds blocks by the number of their first record. */
struct queue {
	struct spool *spool;
	char *name;
	unsigned slot;  /* place among the spool's queues */
	uint64_t owner; /* stands for its name in what is summed */
	struct table table;
	struct position_row at;
	uint64_t seen;     /* damaged records met from head on */
	uint64_t counted;  /* up to this number they are in `seen` */
	uint64_t tidied;   /* where it began when spool_tidy last looked */
	bool removed;      /* it has no table, until it is opened again */
	unsigned setbacks; /* see queue_setbacks */
};

struct spool {
	struct env env;
	char *folder, *file;
	int lock_fd;
	uint64_t quota;
	uint64_t used_bytes;    /* all tables */
	uint64_t kept_too_many; /* see keep_tell */
	bool is_new;            /* see spool_usage */
	bool quota_full, disk_full;
	struct compaction compaction;
	struct sum_secret secret;
	struct table tables[STORE_TABLES];
	struct queue **queues;
	unsigned queue_count;
	bool prune_begun;
	struct ledger_name prune_at; /* to go on at */
	uint64_t damaged; /* rows found damaged since it was opened */
	struct ledger_noted noted;
	bool cursors_damaged; /* the next commit mends them */
	struct spool_turn turn;
};

static inline MDB_val
store_val(const void *data, size_t size)
{
	return (MDB_val){size, (void *)data};
}

/* Store in a table and mark it dirty. LMDB's answer: 0, or for store_end. */
int store_put(MDB_txn *txn, struct table *table, MDB_val key, MDB_val value);

/*
 * End a transaction begun with env_write_begin: commit when rc is 0, give up
 * otherwise. Counts the pages of dirty tables and notes a full disk.
 */
int store_end(struct spool *spool, MDB_txn *txn, int rc, const char *what,
    struct err *err);

/* Have room for so many new pages; else the disk is full, or has failed. */
int store_make_room(struct spool *spool, uint64_t pages, struct err *err);

/* The small file has the large one's name: go on with it. */
int spool_change_file(struct spool *spool, struct err *err);

void store_compare_quota(struct spool *spool); /* set or end being full */
void store_freed(struct spool *spool);         /* after a commit that deleted */
int64_t store_now_ms(void);                    /* by the wall clock */

#endif
