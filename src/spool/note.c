/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes are rows of the table of the spool's own, "note.QUEUE.NAME".
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/note.h"
#include "spool/spool.h"
#include "spool/store.h"

/* LMDB takes 511 octets. */
#define KEY_MAX 500
#define NOTE_PAGES 16

static char *key_of(const struct queue *queue, const char *name);
static int put(
    struct spool *spool, const char *key, char value, struct err *err);

int
note_put(struct queue *queue, const char *name, char value, struct err *err)
{
	char *key = key_of(queue, name);
	int rc;

	if (strlen(key) > KEY_MAX)
		rc = err_set(err, ERR_BAD, "the name is too long");
	else
		rc = put(queue->spool, key, value, err);
	free(key);
	return rc;
}

char
note_get(struct queue *queue, const char *name)
{
	char *key = key_of(queue, name);
	size_t len = strlen(key);
	struct spool *spool = queue->spool;
	char result = '\0';
	MDB_val value;
	MDB_txn *txn;

	if (len <= KEY_MAX && env_read_begin(&spool->env, &txn, NULL) == 0) {
		MDB_val k = store_val(key, len);

		if (mdb_get(txn, spool->tables[STORE_META].dbi, &k, &value) ==
		        0 &&
		    value.mv_size == 1)
			memcpy(&result, value.mv_data, 1);
		env_read_end(&spool->env);
	}
	free(key);
	return result;
}

static char *
key_of(const struct queue *queue, const char *name)
{
	return xasprintf("note.%s.%s", queue->name, name);
}

static int
put(struct spool *spool, const char *key, char value, struct err *err)
{
	MDB_txn *txn;
	int rc;

	if (spool_is_failed(spool))
		return err_set(err, ERR_IO, "the spool has failed");
	if (store_make_room(spool, NOTE_PAGES, err) == -1 ||
	    env_write_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = store_put(txn, &spool->tables[STORE_META],
	    store_val(key, strlen(key)), store_val(&value, sizeof(value)));
	return store_end(spool, txn, rc, "cannot remember", err);
}
