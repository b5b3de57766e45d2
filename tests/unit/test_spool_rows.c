/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damage to the rows of the spool's small tables: what can be mended is, with
 * nothing lost and nothing told twice, and all else is counted.
 */
#include "config.h"

#include <lmdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "in_memory.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_fixture.h"
#include "spool_kit.h"

#define TABLES 300

static uint64_t
damaged(struct fixture *f)
{
	struct spool_usage usage;

	spool_usage(f->spool, &usage);
	return usage.damaged;
}

/* The tables, behind the spool's back. */
struct hand {
	MDB_env *env;
	MDB_txn *txn;
};

static MDB_dbi
hand_open(struct fixture *f, struct hand *hand, const char *table)
{
	char *file = kit_file(f->folder);
	MDB_dbi dbi;

	spool_close(f->spool);
	f->spool = NULL;
	assert_int_equal(mdb_env_create(&hand->env), 0);
	assert_int_equal(mdb_env_set_maxdbs(hand->env, TABLES), 0);
	assert_int_equal(mdb_env_set_mapsize(hand->env, (size_t)1 << 30), 0);
	assert_int_equal(
	    mdb_env_open(hand->env, file, MDB_NOSUBDIR | MDB_NOLOCK, 0600), 0);
	assert_int_equal(mdb_txn_begin(hand->env, NULL, 0, &hand->txn), 0);
	assert_int_equal(mdb_dbi_open(hand->txn, table, 0, &dbi), 0);
	free(file);
	return dbi;
}

static void
hand_close(struct fixture *f, struct hand *hand)
{
	assert_int_equal(mdb_txn_commit(hand->txn), 0);
	mdb_env_close(hand->env);
	f->spool = kit_open(f->folder, KIT_QUOTA);
}

struct row {
	char key[512], value[4096];
	size_t key_len, value_len;
};

/* Take out the row whose key begins so, or the first. */
static struct row
take_out(struct hand *hand, MDB_dbi dbi, const char *prefix)
{
	MDB_val key = {strlen(prefix), (void *)(uintptr_t)prefix}, value;
	MDB_cursor *cursor;
	struct row row;

	assert_int_equal(mdb_cursor_open(hand->txn, dbi, &cursor), 0);
	assert_int_equal(mdb_cursor_get(cursor, &key, &value,
	                     *prefix == '\0' ? MDB_FIRST : MDB_SET_RANGE),
	    0);
	row.key_len = key.mv_size;
	row.value_len = value.mv_size;
	assert_true(row.value_len <= sizeof(row.value));
	memcpy(row.key, key.mv_data, key.mv_size);
	memcpy(row.value, value.mv_data, value.mv_size);
	assert_int_equal(mdb_cursor_del(cursor, 0), 0);
	mdb_cursor_close(cursor);
	return row;
}

static void
put_in(struct hand *hand, MDB_dbi dbi, struct row *row)
{
	MDB_val key = {row->key_len, row->key};
	MDB_val value = {row->value_len, row->value};

	assert_int_equal(mdb_put(hand->txn, dbi, &key, &value, 0), 0);
}

/* Flip a bit of a row's key, or behind it of its value. False: it has none. */
static bool
flip(struct fixture *f, const char *table, const char *prefix, size_t bit)
{
	struct hand hand;
	MDB_dbi dbi = hand_open(f, &hand, table);
	struct row row = take_out(&hand, dbi, prefix);
	bool is_there = bit / 8 < row.key_len + row.value_len;

	if (bit / 8 < row.key_len)
		row.key[bit / 8] ^= (char)(1 << bit % 8);
	else if (is_there)
		row.value[bit / 8 - row.key_len] ^= (char)(1 << bit % 8);
	put_in(&hand, dbi, &row);
	hand_close(f, &hand);
	return is_there;
}

static void
take_away(struct fixture *f, const char *table, const char *prefix)
{
	struct hand hand;
	MDB_dbi dbi = hand_open(f, &hand, table);

	(void)take_out(&hand, dbi, prefix);
	hand_close(f, &hand);
}

static size_t
rows_of(struct fixture *f, const char *table)
{
	struct hand hand;
	MDB_dbi dbi = hand_open(f, &hand, table);
	MDB_stat stat;

	assert_int_equal(mdb_stat(hand.txn, dbi, &stat), 0);
	hand_close(f, &hand);
	return stat.ms_entries;
}

static struct ledger_key
key_of(struct fixture *f, uint64_t n)
{
	struct text part = {(const char *)&n, sizeof(n)};

	return ledger_key(f->spool, &part, 1);
}

static int
get(struct fixture *f, uint64_t n, uint64_t *ret_state)
{
	return ledger_get(f->spool, key_of(f, n), ret_state, NULL, NULL);
}

static void
a_damaged_state_is_not_known_and_counted_once(void **state)
{
	struct fixture *f = *state;
	uint64_t value;

	for (size_t bit = 16 * 8; bit < 32 * 8; bit++) {
		batch_put_ledger(f->batch, key_of(f, 1), 77, 1000);
		fixture_commit(f);
		assert_true(flip(f, "ledger", "", bit));
		assert_int_equal(get(f, 1, &value), LEDGER_DAMAGED);
		assert_int_equal(get(f, 1, &value), LEDGER_DAMAGED);
		assert_int_equal(damaged(f), 1);
	}
	batch_put_ledger(f->batch, key_of(f, 1), 78, 1000);
	fixture_commit(f);
	assert_int_equal(get(f, 1, &value), 1);
	assert_int_equal(value, 78);
}

static void
pruning_meets_a_row_whose_key_is_damaged(void **state)
{
	struct fixture *f = *state;
	uint64_t value;
	struct err err;

	for (size_t bit = 0; bit < 16 * 8; bit++) {
		batch_put_ledger(f->batch, key_of(f, 1), 77, 5000);
		fixture_commit(f);
		assert_true(flip(f, "ledger", "", bit));
		assert_int_equal(get(f, 1, &value), 0);
		batch_put_ledger(f->batch, key_of(f, 2), 5, 5000);
		fixture_commit(f);
		assert_int_equal(ledger_prune(f->spool, 1000, 99, &err), 0);
		assert_int_equal(damaged(f), 1);
		assert_int_equal(get(f, 2, &value), 1);
		assert_int_equal(ledger_prune(f->spool, 9000, 99, &err), 0);
		assert_int_equal(damaged(f), 1);
	}
	assert_int_equal(rows_of(f, "ledger"), 0);
}

#define STREAM "acme/threats"
#define ID "id-0123456789"

static bool
see(const struct retry *retry, void *arg)
{
	int64_t *next_ms = arg;

	assert_true(text_eq(retry->stream, TEXT(STREAM)));
	assert_true(text_eq(retry->id, TEXT(ID)));
	assert_true(retry->attempts == 3 || retry->attempts == 1);
	assert_int_equal(*next_ms, -1);
	*next_ms = retry->next_ms;
	return true;
}

/* When it is due; -1: it is not there. */
static int64_t
due(struct fixture *f)
{
	int64_t next_ms = -1;

	assert_int_equal(retry_each(f->spool, STREAM, see, &next_ms, NULL), 0);
	return next_ms;
}

static void
what_is_to_be_fetched_again_survives_all_but_its_name(void **state)
{
	struct fixture *f = *state;
	const struct retry retry = {TEXT(STREAM), TEXT(ID), 3, 10, 20};
	const size_t key = 32 * 8, head = 32 * 8;
	size_t bit;

	for (bit = 0;; bit++) {
		batch_put_retry(f->batch, &retry);
		fixture_commit(f);
		if (!flip(f, "retry", "", bit))
			break;
		assert_int_equal(damaged(f), 1);
		assert_int_equal(due(f),
		    bit < key              ? 20
		        : bit < key + head ? 0
		                           : -1);
		/* It is so on the disk as well. */
		fixture_reopen(f);
		assert_int_equal(damaged(f), 0);
		assert_int_equal(due(f) == -1, bit >= key + head);
	}
	assert_int_equal(bit, key + head + 8 * strlen(STREAM ID));
}

static bool
has(struct fixture *f, const char *name, const char *expected)
{
	char value[64];

	return cursor_get(f->spool, name, value, sizeof(value), NULL) == 1 &&
	    strcmp(value, expected) == 0;
}

static void
a_cursor_survives_in_its_second_row(void **state)
{
	struct fixture *f = *state;
	const char *const tables[] = {"cursor", "copy"};

	for (size_t t = 0; t < 2; t++) {
		for (size_t bit = 0;; bit++) {
			batch_put_cursor(f->batch, "start/siem", "new 1234");
			batch_put_cursor(f->batch, "a", "first");
			batch_put_cursor(f->batch, "z", "last");
			fixture_commit(f);
			if (!flip(f, tables[t], "start/siem", bit))
				break;
			assert_int_equal(damaged(f), 1);
			assert_true(has(f, "start/siem", "new 1234"));
			assert_true(has(f, "a", "first"));
			assert_true(has(f, "z", "last"));
			fixture_reopen(f);
			assert_int_equal(damaged(f), 0);
		}
		take_away(f, tables[t], "start/siem");
		assert_int_equal(damaged(f), 1);
		assert_true(has(f, "start/siem", "new 1234"));
	}
	assert_int_equal(rows_of(f, "cursor"), 3);
	assert_int_equal(rows_of(f, "copy"), 3);
}

static void
a_cursor_without_a_whole_row_is_gone_and_counted(void **state)
{
	struct fixture *f = *state;
	char *file = kit_file(f->folder);

	batch_put_cursor(f->batch, "cursor/a", "2026-03-01T00:00:00Z");
	fixture_commit(f);
	assert_in_range(kit_damage(file, "2026-03-01T00:00:00Z", 3), 2, 9);
	assert_false(has(f, "cursor/a", "2026-03-01T00:00:00Z"));
	/* While it is open, the next commit finds out. */
	batch_put_cursor(f->batch, "cursor/b", "b");
	fixture_commit(f);
	assert_int_equal(damaged(f), 2);
	assert_int_equal(rows_of(f, "cursor"), 1);
	assert_int_equal(rows_of(f, "copy"), 1);
	free(file);
}

static void
cursors_of_a_name_go_with_a_queue(void **state)
{
	struct fixture *f = *state;
	const char *const names[] = {"habit/a/1", "habit/a", "habit/a/2",
	    "start/a", "habit/a-b", "habit/ab/1", "habit/b/1", "start/"};
	const char *const cursors[] = {"habit/a", "start/a", "none", NULL};

	for (size_t i = 0; i < 8; i++)
		batch_put_cursor(f->batch, names[i], "eof");
	fixture_commit(f);
	assert_int_equal(
	    queue_remove(kit_queue(f->spool, "q"), cursors, NULL), 0);
	fixture_reopen(f);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(has(f, names[i], "eof"), i >= 4);
	assert_int_equal(damaged(f), 0);
}

static void
secret_and_version_survive_in_their_second_rows(void **state)
{
	struct fixture *f = *state;
	const char *const names[] = {
	    "secret", "secret-copy", "version", "version-copy"};
	const size_t lens[] = {200, 200, 12, 12};
	uint64_t value = 0;

	batch_put_ledger(f->batch, key_of(f, 1), 77, 1000);
	fixture_commit(f);
	for (size_t i = 0; i < 4; i++) {
		size_t at = strlen(names[i]);

		for (;
		     at<strlen(names[i]) + lens[i]; at += lens[i]> 20 ? 7 : 1) {
			assert_true(flip(f, "meta", names[i], 8 * at + i));
			assert_int_equal(damaged(f), 1);
			assert_int_equal(get(f, 1, &value), 1);
			assert_int_equal(value, 77);
			fixture_reopen(f);
			assert_int_equal(damaged(f), 0);
		}
	}
}

static void
release_all(struct queue *queue)
{
	struct err err = {0};

	if (queue_release(queue, queue_next(queue), &err) == -1)
		fail_msg("queue_release: %s", err.text);
}

/* Ten records, of which one is damaged and set aside, and an empty queue. */
static void
set_one_aside(struct fixture *f, const char *record)
{
	char *file = kit_file(f->folder);

	kit_fill(f->spool, kit_queue(f->spool, "q"), 10, 700);
	spool_close(f->spool);
	assert_true(kit_damage(file, record, 3) > 0);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	release_all(kit_queue(f->spool, "q"));
	free(file);
}

static struct queue_stat
stat_of(struct fixture *f)
{
	struct queue_stat stat;

	assert_int_equal(queue_stat(kit_queue(f->spool, "q"), &stat, NULL), 0);
	return stat;
}

static void
a_flipped_bit_in_a_queues_place_is_mended(void **state)
{
	struct fixture *f = *state;

	set_one_aside(f, "<14>rec 000000000004>");
	for (size_t bit = 8; flip(f, "position", "q", bit); bit++) {
		assert_int_equal(damaged(f), 1);
		assert_int_equal(stat_of(f).head, 10);
		assert_int_equal(stat_of(f).next, 10);
		assert_int_equal(stat_of(f).set_aside, 1);
		fixture_reopen(f);
		assert_int_equal(damaged(f), 0);
	}
}

static void
an_empty_queue_without_its_place_begins_behind_what_is_aside(void **state)
{
	struct fixture *f = *state;

	set_one_aside(f, "<14>rec 000000000004>");
	take_away(f, "position", "q");
	assert_int_equal(damaged(f), 1);
	assert_int_equal(stat_of(f).head, 10);
	assert_int_equal(stat_of(f).next, 10);
	set_one_aside(f, "<14>rec 000000000012>");
	assert_int_equal(rows_of(f, "aside"), 2);
}

static void
what_is_aside_goes_with_its_queue_only(void **state)
{
	struct fixture *f = *state;
	const char *const none[] = {NULL};
	struct queue *other;
	struct err err;

	set_one_aside(f, "<14>rec 000000000004>");
	set_one_aside(f, "<14>rec 000000000014>");
	assert_int_equal(rows_of(f, "aside"), 2);
	other = kit_queue(f->spool, "qq");
	assert_int_equal(queue_remove(other, none, &err), 0);
	assert_int_equal(rows_of(f, "aside"), 2);
	assert_int_equal(queue_remove(kit_queue(f->spool, "q"), none, &err), 0);
	assert_int_equal(rows_of(f, "aside"), 0);
}

static void
a_damaged_block_behind_the_end_is_set_aside(void **state)
{
	struct fixture *f = *state;
	struct hand hand;
	struct row row;
	MDB_dbi dbi;

	kit_fill(f->spool, kit_queue(f->spool, "q"), 5, 100);
	kit_fill(f->spool, kit_queue(f->spool, "q"), 5, 100);
	dbi = hand_open(f, &hand, "queue.q");
	row = take_out(&hand, dbi, "");
	/* Key and index are both damaged. */
	row.key[2] = 1;
	row.value[9] ^= 3;
	put_in(&hand, dbi, &row);
	hand_close(f, &hand);
	assert_int_equal(kit_count(kit_queue(f->spool, "q"), 0), 5);
	assert_int_equal(stat_of(f).set_aside, 5);
	assert_int_equal(stat_of(f).next, 10);
	release_all(kit_queue(f->spool, "q"));
	assert_int_equal(rows_of(f, "aside"), 1);
	assert_int_equal(stat_of(f).set_aside, 5);
}

/* Without its place nobody knows that there was more than the good ones. */
static void
damaged_blocks_count_when_the_place_is_lost_too(void **state)
{
	struct fixture *f = *state;
	struct hand hand;
	struct row row;
	MDB_dbi dbi;

	kit_fill(f->spool, kit_queue(f->spool, "q"), 5, 100);
	dbi = hand_open(f, &hand, "queue.q");
	row = take_out(&hand, dbi, "");
	row.value[9] ^= 3;
	put_in(&hand, dbi, &row);
	hand_close(f, &hand);
	take_away(f, "position", "q");
	assert_true(queue_is_empty(kit_queue(f->spool, "q")));
	assert_int_equal(stat_of(f).set_aside, 5);
	assert_int_equal(rows_of(f, "aside"), 1);
	assert_true(stat_of(f).next > 0);
	kit_fill(f->spool, kit_queue(f->spool, "q"), 5, 100);
	assert_int_equal(kit_count(kit_queue(f->spool, "q"), 0), 5);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_damaged_state_is_not_known_and_counted_once),
	    TEST(pruning_meets_a_row_whose_key_is_damaged),
	    TEST(what_is_to_be_fetched_again_survives_all_but_its_name),
	    TEST(a_cursor_survives_in_its_second_row),
	    TEST(a_cursor_without_a_whole_row_is_gone_and_counted),
	    TEST(cursors_of_a_name_go_with_a_queue),
	    TEST(secret_and_version_survive_in_their_second_rows),
	    TEST(a_flipped_bit_in_a_queues_place_is_mended),
	    TEST(an_empty_queue_without_its_place_begins_behind_what_is_aside),
	    TEST(what_is_aside_goes_with_its_queue_only),
	    TEST(a_damaged_block_behind_the_end_is_set_aside),
	    TEST(damaged_blocks_count_when_the_place_is_lost_too),
	};

	in_memory();
	log_silence();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
