/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/log.h"
#include "spool/twin.h"

#define NAME_SIZE 32
#define ROWS 2

static void name_of(char out[NAME_SIZE], const char *name, int i);
static int get(
    MDB_txn *txn, MDB_dbi meta, const char *name, void *value, size_t len);

int
twin_put(
    MDB_txn *txn, MDB_dbi meta, const char *name, const void *value, size_t len)
{
	char row[TWIN_MAX + sizeof(uint64_t)];
	uint64_t sum = sum64(value, len);
	int rc = 0;

	assert(len <= TWIN_MAX);
	memcpy(row, value, len);
	memcpy(row + len, &sum, sizeof(sum));
	for (int i = 0; rc == 0 && i < ROWS; i++) {
		MDB_val octets = store_val(row, len + sizeof(sum)), key;
		char full[NAME_SIZE];

		name_of(full, name, i);
		key = store_val(full, strlen(full));
		rc = mdb_put(txn, meta, &key, &octets, 0);
	}
	mem_wipe(row, sizeof(row));
	return rc;
}

int
twin_get(struct spool *spool, MDB_txn *txn, MDB_dbi meta, const char *name,
    void *value, size_t len)
{
	int whole = 0;

	for (int i = 0; i < ROWS; i++) {
		char full[NAME_SIZE];

		name_of(full, name, i);
		whole += get(txn, meta, full, value, len) == 0;
	}
	if (whole == 0)
		return MDB_NOTFOUND;
	if (whole == ROWS)
		return 0;
	log_warn("spool",
	    "the row of the spool's %s was damaged, and is mended from the "
	    "second one: check the disk",
	    name);
	spool->damaged++;
	return twin_put(txn, meta, name, value, len);
}

static void
name_of(char out[NAME_SIZE], const char *name, int i)
{
	(void)snprintf(out, NAME_SIZE, "%s%s", name, i == 0 ? "" : "-copy");
}

/* -1 when it is not whole; `value` is untouched then. */
static int
get(MDB_txn *txn, MDB_dbi meta, const char *name, void *value, size_t len)
{
	MDB_val key = store_val(name, strlen(name));
	MDB_val row;
	uint64_t sum;

	if (mdb_get(txn, meta, &key, &row) != 0 ||
	    row.mv_size != len + sizeof(sum))
		return -1;
	memcpy(&sum, (const char *)row.mv_data + len, sizeof(sum));
	if (sum != sum64(row.mv_data, len))
		return -1;
	memcpy(value, row.mv_data, len);
	return 0;
}
