/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger of what was taken. A ledger key is a keyed hash,
 * so its rows lie in no order that anybody chose; pruning goes round and round
 * the table a little at a time.
 */
#include "config.h"

#include <string.h>

#include "base/err.h"
#include "spool/ledger.h"
#include "spool/store.h"

static int find_place(struct spool *spool, MDB_cursor *cursor, MDB_val *key);
static int prune_some(struct spool *spool, MDB_cursor *cursor,
    int64_t before_ms, unsigned max, unsigned *ret_deleted, MDB_val *key);
static bool is_old(MDB_val value, int64_t before_ms);

struct ledger_key
ledger_key(const struct spool *spool, const struct text *parts, unsigned count)
{
	struct sum128 sum = sum_keyed(&spool->secret, 'K', parts, count);

	return (struct ledger_key){sum.lo, sum.hi};
}

struct ledger_key
ledger_key_near(struct ledger_key key, int64_t time_ms)
{
	uint64_t seconds = (uint64_t)(time_ms / 1000) & UINT32_MAX;

	key.hi = seconds << 32 | (key.hi & UINT32_MAX);
	return key;
}

uint64_t
ledger_state(
    const struct spool *spool, const struct text *parts, unsigned count)
{
	return sum_keyed(&spool->secret, 'S', parts, count).lo;
}

int
ledger_get(struct spool *spool, struct ledger_key key, uint64_t *ret_state,
    int64_t *ret_seen_ms, struct err *err)
{
	struct ledger_name octets = ledger_name_of(key);
	MDB_val name = store_val(&octets, sizeof(octets));
	struct ledger_row row;
	MDB_val value;
	MDB_txn *txn;
	int rc;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_get(txn, spool->tables[STORE_LEDGER].dbi, &name, &value);
	if (rc == 0 && value.mv_size != sizeof(row))
		rc = MDB_CORRUPTED;
	if (rc == 0) {
		memcpy(&row, value.mv_data, sizeof(row));
		*ret_state = row.state;
		if (ret_seen_ms != NULL)
			*ret_seen_ms = row.seen_ms;
	}
	env_read_end(&spool->env);
	if (rc == MDB_NOTFOUND)
		return 0;
	return rc == 0 ? 1 : env_err(rc, "cannot read the ledger", err);
}

int
ledger_prune(
    struct spool *spool, int64_t before_ms, unsigned max, struct err *err)
{
	struct table *ledger = &spool->tables[STORE_LEDGER];
	struct ledger_name place = {0, 0};
	unsigned deleted = 0;
	MDB_cursor *cursor;
	MDB_txn *txn;
	MDB_val key;
	int rc;

	if (env_write_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, ledger->dbi, &cursor);
	if (rc == 0) {
		rc = prune_some(spool, cursor, before_ms, max, &deleted, &key);
		if (rc == 0)
			memcpy(&place, key.mv_data, sizeof(place));
		mdb_cursor_close(cursor);
	}
	if (rc == 0 || rc == MDB_NOTFOUND) {
		bool more = rc == 0;

		ledger->dirty = ledger->dirty || deleted != 0;
		if (store_end(spool, txn, 0, "cannot prune", err) == -1)
			return -1;
		if (deleted != 0)
			store_freed(spool);
		spool->prune_begun = more;
		spool->prune_at = place;
		return more ? 1 : 0;
	}
	return store_end(spool, txn, rc, "cannot prune the ledger", err);
}

/*
 * Go over at most `max` rows. 0 and the key to go on at, MDB_NOTFOUND after
 * the last row, or what is wrong.
 */
static int
prune_some(struct spool *spool, MDB_cursor *cursor, int64_t before_ms,
    unsigned max, unsigned *ret_deleted, MDB_val *key)
{
	MDB_val value;
	unsigned i;
	int rc;

	rc = find_place(spool, cursor, key);
	for (i = 0; rc == 0 && i < max; i++) {
		rc = mdb_cursor_get(cursor, key, &value, MDB_GET_CURRENT);
		if (rc == 0 && is_old(value, before_ms)) {
			rc = mdb_cursor_del(cursor, 0);
			(*ret_deleted)++;
		}
		if (rc == 0)
			rc = mdb_cursor_get(cursor, key, &value, MDB_NEXT);
	}
	return rc == 0 && key->mv_size != sizeof(struct ledger_name)
	    ? MDB_CORRUPTED
	    : rc;
}

static int
find_place(struct spool *spool, MDB_cursor *cursor, MDB_val *key)
{
	MDB_val value;

	*key = store_val(&spool->prune_at, sizeof(spool->prune_at));
	return mdb_cursor_get(cursor, key, &value,
	    spool->prune_begun ? MDB_SET_RANGE : MDB_FIRST);
}

/* A row that is not one of ours may go too. */
static bool
is_old(MDB_val value, int64_t before_ms)
{
	struct ledger_row row;

	if (value.mv_size != sizeof(row))
		return true;
	memcpy(&row, value.mv_data, sizeof(row));
	return row.seen_ms < before_ms;
}
