/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sys/random.h>

#include "base/mem.h"
#include "spool/secret.h"
#include "spool/twin.h"

#define NAME "secret"

int
secret_make(struct spool *spool, MDB_txn *txn)
{
	struct table *meta = &spool->tables[STORE_META];
	struct sum_secret secret;
	int rc = EIO;

	if (getrandom(&secret, sizeof(secret), 0) == sizeof(secret)) {
		meta->dirty = true;
		rc = twin_put(txn, meta->dbi, NAME, &secret, sizeof(secret));
	}
	mem_wipe(&secret, sizeof(secret));
	return rc;
}

int
secret_read(struct spool *spool, MDB_txn *txn, MDB_dbi meta)
{
	return twin_get(
	    spool, txn, meta, NAME, &spool->secret, sizeof(spool->secret));
}
