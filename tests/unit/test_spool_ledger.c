/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the intake remembers: the ledger, the cursors and what to fetch again,
 * in the batch and on disk.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_fixture.h"
#include "spool_kit.h"

static struct ledger_key
key_of(struct fixture *f, uint64_t n)
{
	struct text part = {(const char *)&n, sizeof(n)};

	return ledger_key(f->spool, &part, 1);
}

/* The state stored for number n, or 0. */
static uint64_t
stored(struct fixture *f, uint64_t n)
{
	uint64_t value = 0;
	struct err err = {0};

	if (ledger_get(f->spool, key_of(f, n), &value, NULL, &err) == -1)
		fail_msg("ledger_get: %s", err.text);
	return value;
}

static void
test_a_state_is_known_from_the_batch_and_from_disk(void **state)
{
	struct fixture *f = *state;
	uint64_t value = 0;
	uint64_t n;

	assert_int_equal(batch_get_ledger(f->batch, key_of(f, 1), &value), 0);
	for (n = 0; n < 5000; n++)
		batch_put_ledger(f->batch, key_of(f, n), n + 1, 1000);
	batch_put_ledger(f->batch, key_of(f, 7), 77, 1000);
	for (n = 0; n < 5000; n++) {
		assert_int_equal(
		    batch_get_ledger(f->batch, key_of(f, n), &value), 1);
		assert_int_equal(value, n == 7 ? 77 : n + 1);
	}
	assert_int_equal(
	    batch_get_ledger(f->batch, key_of(f, 5000), &value), 0);
	assert_int_equal(stored(f, 7), 0);
	fixture_commit(f);
	assert_int_equal(batch_get_ledger(f->batch, key_of(f, 7), &value), 0);
	/* The secret that the keys are made with is on disk too. */
	fixture_reopen(f);
	for (n = 0; n < 5000; n++)
		assert_int_equal(stored(f, n), n == 7 ? 77 : n + 1);
}

static void
test_states_and_keys_depend_on_every_part(void **state)
{
	struct fixture *f = *state;
	struct text a[] = {TEXT("x"), TEXT("")};
	struct text b[] = {TEXT(""), TEXT("x")};
	struct ledger_key key = ledger_key(f->spool, a, 2);

	assert_true(
	    ledger_state(f->spool, a, 2) == ledger_state(f->spool, a, 2));
	assert_true(
	    ledger_state(f->spool, a, 2) != ledger_state(f->spool, b, 2));
	assert_true(key.lo != ledger_key(f->spool, b, 2).lo);
}

static void
test_another_spool_has_another_secret(void **state)
{
	struct fixture *f = *state;
	char *folder = kit_folder();
	struct spool *other = kit_open(folder, KIT_QUOTA);
	struct text part = TEXT("same");

	assert_true(ledger_key(f->spool, &part, 1).lo !=
	    ledger_key(other, &part, 1).lo);
	spool_close(other);
	kit_remove(folder);
}

static void
test_a_key_near_a_time_stays_its_own(void **state)
{
	struct fixture *f = *state;
	struct ledger_key one = ledger_key_near(key_of(f, 1), 1700000000123);
	struct ledger_key same = ledger_key_near(key_of(f, 1), 1700000000999);
	struct ledger_key two = ledger_key_near(key_of(f, 2), 1700000000123);
	uint64_t value = 0;
	struct err err;

	batch_put_ledger(f->batch, one, 11, 1000);
	batch_put_ledger(f->batch, two, 22, 1000);
	fixture_commit(f);
	assert_int_equal(ledger_get(f->spool, same, &value, NULL, &err), 1);
	assert_int_equal(value, 11);
	assert_int_equal(ledger_get(f->spool, two, &value, NULL, &err), 1);
	assert_int_equal(value, 22);
	assert_int_equal(stored(f, 1), 0);
}

static unsigned
prune_all(struct fixture *f, int64_t before_ms, unsigned max)
{
	struct err err = {0};
	unsigned calls = 0;
	int more;

	do {
		more = ledger_prune(f->spool, before_ms, max, &err);
		if (more == -1)
			fail_msg("ledger_prune: %s", err.text);
		calls++;
	} while (more == 1);
	return calls;
}

static void
test_pruning_forgets_what_was_not_confirmed(void **state)
{
	struct fixture *f = *state;
	uint64_t n;

	for (n = 0; n < 3000; n++)
		batch_put_ledger(f->batch, key_of(f, n), 1, 1000);
	fixture_commit(f);
	for (n = 0; n < 3000; n += 3)
		batch_put_ledger(f->batch, key_of(f, n), 1, 2000);
	fixture_commit(f);
	assert_int_equal(prune_all(f, 1000, 5000), 1);
	for (n = 0; n < 3000; n++)
		assert_int_equal(stored(f, n), 1);
	assert_in_range(prune_all(f, 1001, 100), 30, 31);
	for (n = 0; n < 3000; n++)
		assert_int_equal(stored(f, n), n % 3 == 0);
	/* And again from the start. */
	(void)prune_all(f, 2001, 7);
	for (n = 0; n < 3000; n++)
		assert_int_equal(stored(f, n), 0);
	assert_int_equal(prune_all(f, 9999, 7), 1);
}

/* A place that was kept may be gone when pruning goes on. */
static void
test_pruning_goes_on_after_its_place_went(void **state)
{
	struct fixture *f = *state;
	struct err err;
	uint64_t n;

	for (n = 0; n < 100; n++)
		batch_put_ledger(f->batch, key_of(f, n), 1, 1000);
	fixture_commit(f);
	assert_int_equal(ledger_prune(f->spool, 500, 50, &err), 1);
	assert_int_equal(ledger_prune(f->spool, 5000, 60, &err), 0);
	(void)prune_all(f, 5000, 60);
	for (n = 0; n < 100; n++)
		assert_int_equal(stored(f, n), 0);
}

static void
test_cursors_keep_their_last_value(void **state)
{
	struct fixture *f = *state;
	char value[32];
	struct err err;

	assert_int_equal(
	    cursor_get(f->spool, "cursor/a", value, sizeof(value), &err), 0);
	batch_put_cursor(f->batch, "cursor/a", "one");
	batch_put_cursor(f->batch, "cursor/b", "");
	batch_put_cursor(f->batch, "cursor/a", "2026-03-01T00:00:00Z");
	fixture_commit(f);
	fixture_reopen(f);
	assert_int_equal(
	    cursor_get(f->spool, "cursor/a", value, sizeof(value), &err), 1);
	assert_string_equal(value, "2026-03-01T00:00:00Z");
	assert_int_equal(
	    cursor_get(f->spool, "cursor/b", value, sizeof(value), &err), 1);
	assert_string_equal(value, "");
	assert_int_equal(cursor_get(f->spool, "cursor/a", value, 20, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
}

/* Change the last octet of each such text in the file: how many there were. */
static unsigned
spoil(const char *path, const char *text)
{
	static char data[8 << 20];
	FILE *file = fopen(path, "r+");
	size_t len, size = strlen(text);
	unsigned count = 0;

	assert_non_null(file);
	len = fread(data, 1, sizeof(data), file);
	for (size_t at = 0; at + size <= len; at++) {
		if (memcmp(data + at, text, size) != 0)
			continue;
		count++;
		assert_int_equal(
		    fseek(file, (long)(at + size - 1), SEEK_SET), 0);
		assert_true(fputc(text[size - 1] ^ 1, file) != EOF);
	}
	assert_int_equal(fclose(file), 0);
	return count;
}

/* It would step over what nobody then misses. */
static void
test_a_cursor_that_is_damaged_is_none(void **state)
{
	struct fixture *f = *state;
	char *path = kit_file(f->folder);
	char value[32];
	struct err err;

	batch_put_cursor(f->batch, "cursor/a", "2026-03-01T00:00:00Z");
	batch_put_cursor(f->batch, "cursor/b", "whole");
	fixture_commit(f);
	spool_close(f->spool);
	assert_in_range(spoil(path, "2026-03-01T00:00:0"), 1, 9);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	assert_int_equal(
	    cursor_get(f->spool, "cursor/a", value, sizeof(value), &err), 0);
	assert_int_equal(
	    cursor_get(f->spool, "cursor/b", value, sizeof(value), &err), 1);
	free(path);
}

struct seen {
	unsigned count;
	unsigned limit;
	struct retry last;
	char id[2000];
};

static bool
see(const struct retry *retry, void *arg)
{
	struct seen *seen = arg;

	seen->last = *retry;
	assert_true(retry->id.len < sizeof(seen->id));
	memcpy(seen->id, retry->id.ptr, retry->id.len);
	seen->id[retry->id.len] = '\0';
	return ++seen->count < seen->limit;
}

static struct seen
look(struct fixture *f, const char *stream, unsigned limit)
{
	struct seen seen = {.limit = limit};
	struct err err = {0};

	if (retry_each(f->spool, stream, see, &seen, &err) == -1)
		fail_msg("retry_each: %s", err.text);
	return seen;
}

static void
put_retry(
    struct fixture *f, const char *stream, const char *id, uint32_t attempts)
{
	struct retry retry = {text_of(stream), text_of(id), attempts, 10, 20};

	batch_put_retry(f->batch, &retry);
}

static void
test_retries_belong_to_their_stream(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	put_retry(f, "acme/threats", "1", 1);
	put_retry(f, "acme/threats", "2", 1);
	put_retry(f, "acme/threat", "s1", 1);
	put_retry(f, "acme/threats", "", 1);
	fixture_commit(f);
	fixture_reopen(f);
	assert_int_equal(look(f, "acme/threats", 99).count, 3);
	assert_int_equal(look(f, "acme/threats", 2).count, 2);
	assert_int_equal(look(f, "acme/none", 99).count, 0);
	put_retry(f, "acme/threats", "2", 5);
	put_retry(f, "acme/threats", "1", 0);
	put_retry(f, "acme/threats", "", 0);
	put_retry(f, "acme/threats", "never there", 0);
	fixture_commit(f);
	seen = look(f, "acme/threats", 99);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.id, "2");
	assert_int_equal(seen.last.attempts, 5);
	assert_int_equal(seen.last.first_ms, 10);
	assert_int_equal(seen.last.next_ms, 20);
}

static void
test_a_long_id_is_kept_whole(void **state)
{
	struct fixture *f = *state;
	char id[1500];

	memset(id, 'i', sizeof(id));
	id[sizeof(id) - 1] = '\0';
	put_retry(f, "s", id, 1);
	fixture_commit(f);
	assert_string_equal(look(f, "s", 99).id, id);
	put_retry(f, "s", id, 0);
	fixture_commit(f);
	assert_int_equal(look(f, "s", 99).count, 0);
}

static void
test_a_bad_name_spoils_the_whole_batch_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	char name[600];
	struct err err;

	memset(name, 'c', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	batch_put_ledger(f->batch, key_of(f, 1), 5, 1000);
	batch_put_cursor(f->batch, name, "x");
	assert_int_equal(spool_commit(f->spool, f->batch, &err), -1);
	assert_int_equal(err.code, ERR_BAD);
	assert_false(spool_is_failed(f->spool));
	assert_int_equal(stored(f, 1), 0);
	batch_reset(f->batch);
	batch_put_ledger(f->batch, key_of(f, 1), 5, 1000);
	fixture_commit(f);
	assert_int_equal(stored(f, 1), 5);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_a_state_is_known_from_the_batch_and_from_disk),
	    TEST(test_states_and_keys_depend_on_every_part),
	    TEST(test_another_spool_has_another_secret),
	    TEST(test_a_key_near_a_time_stays_its_own),
	    TEST(test_pruning_forgets_what_was_not_confirmed),
	    TEST(test_pruning_goes_on_after_its_place_went),
	    TEST(test_cursors_keep_their_last_value),
	    TEST(test_a_cursor_that_is_damaged_is_none),
	    TEST(test_retries_belong_to_their_stream),
	    TEST(test_a_long_id_is_kept_whole),
	    TEST(test_a_bad_name_spoils_the_whole_batch_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
