/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "io/log.h"
#include "spool/secret.h"

struct secret_row {
	struct sum_secret secret;
	uint64_t sum;
};

static const char *const names[] = {"secret", "secret-copy"};
#define ROWS (sizeof(names) / sizeof(names[0]))

static int put(MDB_txn *txn, MDB_dbi meta, const struct secret_row *row);
static int get(
    MDB_txn *txn, MDB_dbi meta, const char *name, struct secret_row *ret);

int
secret_make(struct spool *spool, MDB_txn *txn)
{
	struct table *meta = &spool->tables[STORE_META];
	struct secret_row row;
	int rc = EIO;

	if (getrandom(&row.secret, sizeof(row.secret), 0) ==
	    sizeof(row.secret)) {
		row.sum = sum64(&row.secret, sizeof(row.secret));
		meta->dirty = true;
		rc = put(txn, meta->dbi, &row);
	}
	mem_wipe(&row, sizeof(row));
	return rc;
}

int
secret_read(struct spool *spool, MDB_txn *txn, MDB_dbi meta)
{
	struct secret_row row;
	unsigned whole = 0;
	int rc = MDB_NOTFOUND;

	for (size_t i = 0; i < ROWS; i++) {
		if (get(txn, meta, names[i], &row) == -1)
			continue;
		spool->secret = row.secret;
		whole++;
	}
	if (whole != 0) {
		row.secret = spool->secret;
		row.sum = sum64(&row.secret, sizeof(row.secret));
		rc = 0;
	}
	if (whole == 1) {
		log_warn("spool",
		    "the row of the spool's secret was damaged, and is mended "
		    "from the second one");
		spool->damaged++;
		rc = put(txn, meta, &row);
	}
	mem_wipe(&row, sizeof(row));
	return rc;
}

static int
put(MDB_txn *txn, MDB_dbi meta, const struct secret_row *row)
{
	MDB_val value = store_val(row, sizeof(*row));
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ROWS; i++) {
		MDB_val key = store_val(names[i], strlen(names[i]));

		rc = mdb_put(txn, meta, &key, &value, 0);
	}
	return rc;
}

static int
get(MDB_txn *txn, MDB_dbi meta, const char *name, struct secret_row *ret)
{
	MDB_val key = store_val(name, strlen(name));
	MDB_val value;

	if (mdb_get(txn, meta, &key, &value) != 0 ||
	    value.mv_size != sizeof(*ret))
		return -1;
	memcpy(ret, value.mv_data, sizeof(*ret));
	return ret->sum == sum64(&ret->secret, sizeof(ret->secret)) ? 0 : -1;
}
