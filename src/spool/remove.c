/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a queue out of the spool. It is empty by then, so that this is one
 * small transaction, whatever it held; and what is stored beside it goes in the
 * same, so that no part is left of what nobody could ask to drop again.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "spool/cursor_row.h"
#include "spool/keep.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool/store.h"

static int delete_all(
    struct queue *queue, MDB_txn *txn, const char *const cursors[]);

int
queue_remove(struct queue *queue, const char *const cursors[], struct err *err)
{
	struct spool *spool = queue->spool;
	MDB_txn *txn;
	int rc;

	if (queue->removed)
		return 0;
	if (!queue_is_empty(queue))
		return err_set(
		    err, ERR_BAD, "%s: records wait in it", queue->name);
	if (env_write_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = delete_all(queue, txn, cursors);
	FAULT_POINT("remove-put");
	/* Counted as a table that there is no more. */
	queue->removed = rc == 0;
	queue->table = (struct table){.dbi = 0};
	if (store_end(spool, txn, rc, queue->name, err) == -1) {
		/* LMDB has closed the table's handle: see spool_recover. */
		if (!spool_is_failed(spool))
			(void)env_err(EIO, queue->name, &spool->env.why);
		spool->env.broken = true;
		queue->removed = false;
		return -1;
	}
	FAULT_POINT("remove-synced");
	queue->at = (struct position_row){0};
	queue->seen = 0;
	queue->counted = 0;
	return 0;
}

static int
delete_all(struct queue *queue, MDB_txn *txn, const char *const cursors[])
{
	struct table *positions = &queue->spool->tables[STORE_POSITION];
	MDB_val key = store_val(queue->name, strlen(queue->name));
	int rc = mdb_drop(txn, queue->table.dbi, 1);

	if (rc == 0)
		rc = mdb_del(txn, positions->dbi, &key, NULL);
	positions->dirty = true;
	if (rc == 0 || rc == MDB_NOTFOUND)
		rc = keep_forget(queue, txn);
	for (size_t i = 0; rc == 0 && cursors[i] != NULL; i++)
		rc = cursor_rows_forget(queue->spool, txn, cursors[i]);
	return rc;
}
