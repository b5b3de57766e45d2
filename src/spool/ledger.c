/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger of what was taken. A ledger key is a keyed hash,
 * so its rows lie in no order that anybody chose; pruning goes round and round
 * the table a little at a time.
 */
#include "config.h"

#include <string.h>

#include "base/err.h"
#include "io/log.h"
#include "spool/ledger.h"
#include "spool/store.h"

/* What one call of ledger_prune has deleted. */
struct pruned {
	unsigned old;
	unsigned damaged;
};

static bool read_row(MDB_val name, MDB_val value, struct ledger_row *ret);
static void note_damaged(struct spool *spool, struct ledger_key key);
static int find_place(struct spool *spool, MDB_cursor *cursor, MDB_val *key);
static int prune_some(struct spool *spool, MDB_cursor *cursor,
    int64_t before_ms, unsigned max, struct pruned *ret, MDB_val *key);
static int prune_row(
    MDB_cursor *cursor, int64_t before_ms, struct pruned *pruned);
static void tell_damaged(struct spool *spool, unsigned count);

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
	bool is_whole;
	int rc;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_get(txn, spool->tables[STORE_LEDGER].dbi, &name, &value);
	is_whole = rc == 0 && read_row(name, value, &row);
	env_read_end(&spool->env);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return env_err(rc, "cannot read the ledger", err);
	if (!is_whole) {
		note_damaged(spool, key);
		return LEDGER_DAMAGED;
	}
	*ret_state = row.state;
	if (ret_seen_ms != NULL)
		*ret_seen_ms = (int64_t)row.seen_s * 1000;
	return 1;
}

int
ledger_prune(
    struct spool *spool, int64_t before_ms, unsigned max, struct err *err)
{
	struct table *ledger = &spool->tables[STORE_LEDGER];
	struct ledger_name place = {0, 0};
	struct pruned pruned = {0, 0};
	MDB_cursor *cursor;
	MDB_txn *txn;
	MDB_val key;
	int rc;

	if (env_write_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, ledger->dbi, &cursor);
	if (rc == 0) {
		rc = prune_some(spool, cursor, before_ms, max, &pruned, &key);
		if (rc == 0)
			memcpy(&place, key.mv_data, sizeof(place));
		mdb_cursor_close(cursor);
	}
	if (rc == 0 || rc == MDB_NOTFOUND) {
		bool more = rc == 0, freed = pruned.old + pruned.damaged != 0;

		ledger->dirty = ledger->dirty || freed;
		if (store_end(spool, txn, 0, "cannot prune", err) == -1)
			return -1;
		if (freed)
			store_freed(spool);
		if (pruned.damaged != 0)
			tell_damaged(spool, pruned.damaged);
		spool->prune_begun = more;
		spool->prune_at = place;
		return more ? 1 : 0;
	}
	return store_end(spool, txn, rc, "cannot prune the ledger", err);
}

/* False when it is not as it was put. */
static bool
read_row(MDB_val name, MDB_val value, struct ledger_row *ret)
{
	struct ledger_name octets;

	if (name.mv_size != sizeof(octets) || value.mv_size != sizeof(*ret))
		return false;
	memcpy(&octets, name.mv_data, sizeof(octets));
	memcpy(ret, value.mv_data, sizeof(*ret));
	return ret->sum == ledger_row_sum(&octets, ret);
}

/* Once, however often it is asked for: it goes when the key is put again. */
static void
note_damaged(struct spool *spool, struct ledger_key key)
{
	struct ledger_noted *noted = &spool->noted;

	for (unsigned i = 0; i < LEDGER_NOTED_MAX; i++)
		if (noted->keys[i].lo == key.lo && noted->keys[i].hi == key.hi)
			return;
	noted->keys[noted->next++ % LEDGER_NOTED_MAX] = key;
	spool->damaged++;
	log_warn("spool",
	    "a row of the ledger is damaged and taken for one that is not "
	    "there: what it stood for is fetched, and may be sent, once more; "
	    "check the disk");
}

/*
 * Go over at most `max` rows. 0 and the key to go on at, MDB_NOTFOUND after
 * the last row, or what is wrong.
 */
static int
prune_some(struct spool *spool, MDB_cursor *cursor, int64_t before_ms,
    unsigned max, struct pruned *ret, MDB_val *key)
{
	MDB_val value;
	unsigned i;
	int rc;

	rc = find_place(spool, cursor, key);
	for (i = 0; rc == 0 && i < max; i++) {
		rc = prune_row(cursor, before_ms, ret);
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

static int
prune_row(MDB_cursor *cursor, int64_t before_ms, struct pruned *pruned)
{
	struct ledger_row row;
	MDB_val key, value;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT);

	if (rc != 0)
		return rc;
	if (!read_row(key, value, &row))
		pruned->damaged++;
	else if ((int64_t)row.seen_s * 1000 < before_ms)
		pruned->old++;
	else
		return 0;
	return mdb_cursor_del(cursor, 0);
}

static void
tell_damaged(struct spool *spool, unsigned count)
{
	spool->damaged += count;
	log_warn("spool",
	    "rows of the ledger were damaged and are removed: as many messages "
	    "or other documents may be sent again; check the disk rows=%u",
	    count);
}
