/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spoil: flips a bit in the value of a row of a spool that no cefd has open, as
 * a disk may. Exit 1: there is no such row.
 */
#include "config.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES_MAX 300
#define MAP_BYTES ((size_t)4 << 30)

static void
check(int rc, const char *what)
{
	if (rc == 0)
		return;
	(void)fprintf(stderr, "spoil: %s: %s\n", what, mdb_strerror(rc));
	exit(rc == MDB_NOTFOUND ? 1 : 2);
}

static void
flip(MDB_cursor *cursor, MDB_val key, MDB_val value)
{
	char *name = malloc(key.mv_size), *copy = malloc(value.mv_size);

	if (name == NULL || copy == NULL || value.mv_size == 0)
		exit(2);
	memcpy(name, key.mv_data, key.mv_size);
	memcpy(copy, value.mv_data, value.mv_size);
	copy[0] ^= 1;
	key.mv_data = name;
	value.mv_data = copy;
	check(mdb_cursor_put(cursor, &key, &value, MDB_CURRENT), "put");
	free(copy);
	free(name);
}

int
main(int argc, char **argv)
{
	MDB_val key, value;
	MDB_cursor *cursor;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	long nth;

	if (argc != 4 && argc != 5) {
		(void)fputs("usage: spoil FILE TABLE PREFIX [NTH]\n", stderr);
		return 64;
	}
	nth = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
	check(mdb_env_create(&env), "create");
	check(mdb_env_set_maxdbs(env, TABLES_MAX), "maxdbs");
	check(mdb_env_set_mapsize(env, MAP_BYTES), "mapsize");
	check(mdb_env_open(env, argv[1], MDB_NOSUBDIR | MDB_NOLOCK, 0600),
	    "open");
	check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
	check(mdb_dbi_open(txn, argv[2], 0, &dbi), argv[2]);
	check(mdb_cursor_open(txn, dbi, &cursor), "cursor");
	key = (MDB_val){strlen(argv[3]), argv[3]};
	check(mdb_cursor_get(cursor, &key, &value,
	          argv[3][0] == '\0' ? MDB_FIRST : MDB_SET_RANGE),
	    argv[3]);
	while (nth-- > 0)
		check(mdb_cursor_get(cursor, &key, &value, MDB_NEXT), "next");
	if (key.mv_size < strlen(argv[3]) ||
	    memcmp(key.mv_data, argv[3], strlen(argv[3])) != 0)
		check(MDB_NOTFOUND, argv[3]);
	flip(cursor, key, value);
	mdb_cursor_close(cursor);
	check(mdb_txn_commit(txn), "commit");
	mdb_env_close(env);
	return 0;
}
