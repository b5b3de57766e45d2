/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queues: order, reading from anywhere, releasing up to anywhere, and what
 * happens to records that went bad on disk.
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
#include "spool_kit.h"

struct fixture {
	char *folder;
	char *file;
	struct spool *spool;
	struct queue *queue;
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->folder = kit_folder();
	f->file = kit_file(f->folder);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "witfoo");
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	spool_close(f->spool);
	kit_remove(f->folder);
	free(f->file);
	free(f);
	return 0;
}

static void
reopen(struct fixture *f)
{
	spool_close(f->spool);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "witfoo");
}

static struct queue_stat
stat_of(struct queue *queue)
{
	struct queue_stat stat;
	struct err err = {0};

	if (queue_stat(queue, &stat, &err) == -1)
		fail_msg("queue_stat: %s", err.text);
	return stat;
}

static void
release(struct queue *queue, uint64_t before)
{
	struct err err = {0};

	if (queue_release(queue, before, &err) == -1)
		fail_msg("queue_release: %s", err.text);
}

static void
test_records_outlive_the_process_in_order(void **state)
{
	struct fixture *f = *state;
	struct queue_stat stat;

	assert_true(queue_is_empty(f->queue));
	assert_int_equal(stat_of(f->queue).oldest_ms, 0);
	kit_fill(f->spool, f->queue, 1000, 700);
	kit_fill(f->spool, f->queue, 3, 30);
	reopen(f);
	assert_false(queue_is_empty(f->queue));
	assert_int_equal(kit_count(f->queue, 0), 1003);
	assert_int_equal(kit_count(f->queue, 1001), 2);
	stat = stat_of(f->queue);
	assert_int_equal(stat.head, 0);
	assert_int_equal(stat.next, 1003);
	assert_int_equal(stat.set_aside, 0);
	assert_true(stat.oldest_ms > 1500000000000);
}

static bool
stop_at_arg(uint64_t number, const char *data, size_t len, void *arg)
{
	(void)data;
	(void)len;
	return number != *(uint64_t *)arg;
}

static void
test_a_reader_that_stops_goes_on_there(void **state)
{
	struct fixture *f = *state;
	uint64_t stop = 137;
	uint64_t next = 0;
	struct err err;

	kit_fill(f->spool, f->queue, 300, 700);
	assert_int_equal(
	    queue_read(f->queue, 0, stop_at_arg, &stop, &next, &err), 0);
	assert_int_equal(next, 137);
	assert_int_equal(kit_count(f->queue, next), 163);
	/* Before the head and beyond the end. */
	release(f->queue, 100);
	assert_int_equal(kit_count(f->queue, 5), 200);
	stop = 9999;
	assert_int_equal(
	    queue_read(f->queue, 5000, stop_at_arg, &stop, &next, &err), 0);
	assert_int_equal(next, 300);
}

static void
test_release_anywhere_keeps_the_rest(void **state)
{
	struct fixture *f = *state;
	const uint64_t steps[] = {1, 2, 90, 94, 95, 500, 999, 1000};
	struct err err;
	size_t i;

	kit_fill(f->spool, f->queue, 1000, 700);
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		release(f->queue, steps[i]);
		assert_int_equal(stat_of(f->queue).head, steps[i]);
		assert_int_equal(kit_count(f->queue, 0), 1000 - steps[i]);
		reopen(f);
		assert_int_equal(kit_count(f->queue, 0), 1000 - steps[i]);
	}
	assert_true(queue_is_empty(f->queue));
	/* Numbers go on where they were, and there is no going back. */
	kit_fill(f->spool, f->queue, 2, 700);
	assert_int_equal(queue_next(f->queue), 1002);
	release(f->queue, 10);
	assert_int_equal(stat_of(f->queue).head, 1000);
	assert_int_equal(queue_release(f->queue, 1003, &err), -1);
	assert_int_equal(err.code, ERR_BAD);
	assert_int_equal(stat_of(f->queue).set_aside, 0);
}

static void
test_release_gives_the_room_back(void **state)
{
	struct fixture *f = *state;
	struct spool_usage before, after;

	spool_usage(f->spool, &before);
	kit_fill(f->spool, f->queue, 60000, 700);
	spool_usage(f->spool, &after);
	assert_true(after.bytes > 60000 * 700);
	assert_true(after.bytes < 60000 * 700 / 20 * 21);
	/* More blocks than one transaction takes. */
	release(f->queue, 60000);
	spool_usage(f->spool, &after);
	assert_true(after.bytes <= before.bytes + 65536);
}

static void
test_records_of_every_length(void **state)
{
	struct fixture *f = *state;
	const size_t lens[] = {24, 65000, 65496, 65497, 70000, 24, 700000};
	size_t i;

	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++)
		kit_fill(f->spool, f->queue, 3, lens[i]);
	kit_fill(f->spool, f->queue, 1, QUEUE_RECORD_MAX);
	reopen(f);
	assert_int_equal(kit_count(f->queue, 0), 22);
	release(f->queue, 14);
	assert_int_equal(kit_count(f->queue, 0), 8);
}

static void
test_an_empty_record_is_a_record(void **state)
{
	struct fixture *f = *state;
	struct batch *batch = batch_new();
	uint64_t stop = 99, next = 0;
	struct err err;

	batch_put_record(batch, f->queue, NULL, 0);
	batch_put_record(batch, f->queue, "", 0);
	assert_int_equal(spool_commit(f->spool, batch, &err), 0);
	assert_int_equal(
	    queue_read(f->queue, 0, stop_at_arg, &stop, &next, &err), 0);
	assert_int_equal(next, 2);
	assert_int_equal(stat_of(f->queue).set_aside, 0);
	batch_free(batch);
}

static void
test_a_flipped_bit_costs_one_record(void **state)
{
	struct fixture *f = *state;

	kit_fill(f->spool, f->queue, 1000, 700);
	spool_close(f->spool);
	assert_true(kit_damage(f->file, "<14>rec 000000000500>", 300) > 0);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "witfoo");
	assert_int_equal(kit_count(f->queue, 0), 999);
	/* However often it is read. */
	assert_int_equal(kit_count(f->queue, 0), 999);
	assert_int_equal(stat_of(f->queue).set_aside, 1);
	release(f->queue, 1000);
	assert_int_equal(stat_of(f->queue).set_aside, 1);
	reopen(f);
	assert_int_equal(stat_of(f->queue).set_aside, 1);
	kit_fill(f->spool, f->queue, 10, 700);
	assert_int_equal(kit_count(f->queue, 0), 10);
	assert_int_equal(stat_of(f->queue).set_aside, 1);
}

/* The next test's, with one of the two bits. */
static void
test_a_flipped_bit_in_an_index_costs_nothing(void **state)
{
	struct fixture *f = *state;
	struct spool_usage usage;

	kit_fill(f->spool, f->queue, 1000, 700);
	spool_close(f->spool);
	assert_true(kit_damage(f->file, "<14>rec 000000000092>", -3) > 0);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "witfoo");
	assert_int_equal(kit_count(f->queue, 0), 1000);
	release(f->queue, 150);
	assert_int_equal(kit_count(f->queue, 0), 850);
	release(f->queue, 1000);
	assert_int_equal(stat_of(f->queue).set_aside, 0);
	/* Told once, however often it was read. */
	spool_usage(f->spool, &usage);
	assert_int_equal(usage.damaged, 1);
	assert_int_equal(usage.aside_bytes, 0);
}

static void
test_a_damaged_index_costs_one_block(void **state)
{
	struct fixture *f = *state;
	struct spool_usage usage;

	/* A block holds 92 of these: the second begins with number 92. */
	kit_fill(f->spool, f->queue, 1000, 700);
	spool_close(f->spool);
	assert_true(kit_damage(f->file, "<14>rec 000000000092>", -3) > 0);
	assert_true(kit_damage(f->file, "<14>rec 000000000092>", -11) > 0);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "witfoo");
	assert_int_equal(kit_count(f->queue, 0), 908);
	assert_int_equal(stat_of(f->queue).set_aside, 92);
	release(f->queue, 150);
	assert_int_equal(stat_of(f->queue).set_aside, 92);
	assert_int_equal(kit_count(f->queue, 0), 816);
	release(f->queue, 1000);
	assert_int_equal(stat_of(f->queue).set_aside, 92);
	/* The damaged block itself is kept. */
	spool_usage(f->spool, &usage);
	assert_true(usage.aside_bytes >= 65536);
	reopen(f);
	assert_int_equal(stat_of(f->queue).set_aside, 92);
}

static void
test_damage_at_the_end_does_not_hold_the_queue(void **state)
{
	struct fixture *f = *state;

	kit_fill(f->spool, f->queue, 10, 700);
	kit_fill(f->spool, f->queue, 1, 700);
	spool_close(f->spool);
	assert_true(kit_damage(f->file, "<14>rec 000000000010>", -5) > 0);
	assert_true(kit_damage(f->file, "<14>rec 000000000010>", -7) > 0);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "witfoo");
	assert_int_equal(kit_count(f->queue, 0), 10);
	assert_int_equal(stat_of(f->queue).set_aside, 1);
	release(f->queue, 11);
	assert_true(queue_is_empty(f->queue));
}

static void
test_64_queues_in_one_commit(void **state)
{
	struct fixture *f = *state;
	struct batch *batch = batch_new();
	struct queue *queues[64];
	struct err err;
	char name[16];
	unsigned i, n;

	for (i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof(name), "q%u", i);
		queues[i] = kit_queue(f->spool, name);
		for (n = 0; n < i; n++)
			batch_put_record(batch, queues[i], name, strlen(name));
	}
	assert_int_equal(batch_records(batch), 64 * 63 / 2);
	assert_int_equal(spool_commit(f->spool, batch, &err), 0);
	batch_free(batch);
	spool_close(f->spool);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	for (i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof(name), "q%u", i);
		assert_int_equal(queue_next(kit_queue(f->spool, name)), i);
	}
}

static void
test_names_have_limits(void **state)
{
	struct fixture *f = *state;
	struct queue *queue = NULL;
	char name[300];
	struct err err;

	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_int_equal(queue_open(f->spool, "", &queue, &err), -1);
	assert_int_equal(err.code, ERR_BAD);
	assert_int_equal(queue_open(f->spool, name, &queue, &err), -1);
	name[255] = '\0';
	assert_int_equal(queue_open(f->spool, name, &queue, &err), 0);
	assert_ptr_equal(kit_queue(f->spool, name), queue);
}

/* One that is removed makes room for another at once. */
static void
there_are_so_many_queues_and_no_more(void **state)
{
	struct fixture *f = *state;
	const char *const none[] = {NULL};
	struct queue *queue;
	char name[20];
	struct err err;

	for (unsigned i = 1; i < QUEUE_COUNT_MAX; i++) {
		(void)snprintf(name, sizeof(name), "q%u", i);
		assert_int_equal(queue_open(f->spool, name, &queue, &err), 0);
	}
	assert_int_equal(queue_open(f->spool, "new", &queue, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
	assert_non_null(strstr(err.text, "cefctl queue drop"));
	assert_int_equal(
	    queue_remove(kit_queue(f->spool, "q7"), none, &err), 0);
	assert_int_equal(queue_open(f->spool, "new", &queue, &err), 0);
	assert_int_equal(queue_open(f->spool, "q7", &queue, &err), -1);
	reopen(f);
	assert_int_equal(queue_open(f->spool, "q8", &queue, &err), 0);
	assert_int_equal(queue_open(f->spool, "q7", &queue, &err), -1);
}

static void
a_queue_that_was_removed_is_gone_for_good(void **state)
{
	struct fixture *f = *state;
	struct queue *other = kit_queue(f->spool, "other");
	const char *const none[] = {NULL};
	struct spool_usage before, after;
	struct queue_stat stat;
	const char *name;
	struct err err;

	spool_usage(f->spool, &before);
	kit_fill(f->spool, f->queue, 5, 100);
	kit_fill(f->spool, other, 3, 100);
	assert_int_equal(queue_remove(f->queue, none, &err), -1);
	assert_int_equal(err.code, ERR_BAD);
	assert_int_equal(queue_release(f->queue, 5, &err), 0);
	assert_int_equal(queue_remove(f->queue, none, &err), 0);
	assert_ptr_equal(queue_nth(f->spool, 0, &name), other);
	assert_string_equal(name, "other");
	assert_null(queue_nth(f->spool, 1, &name));
	assert_int_equal(spool_recover(f->spool, &err), 0);
	assert_null(queue_nth(f->spool, 1, &name));
	assert_int_equal(kit_count(other, 0), 3);
	/* The name begins anew, in this life and in the next. */
	assert_int_equal(queue_open(f->spool, "witfoo", &f->queue, &err), 0);
	assert_int_equal(queue_next(f->queue), 0);
	kit_fill(f->spool, f->queue, 2, 100);
	reopen(f);
	assert_int_equal(kit_count(f->queue, 0), 2);
	assert_int_equal(queue_release(f->queue, 2, &err), 0);
	assert_int_equal(queue_remove(f->queue, none, &err), 0);
	spool_close(f->spool);
	f->spool = kit_open(f->folder, KIT_QUOTA);
	assert_non_null(queue_nth(f->spool, 0, &name));
	assert_null(queue_nth(f->spool, 1, &name));
	f->queue = kit_queue(f->spool, "other");
	assert_int_equal(queue_release(f->queue, 3, &err), 0);
	spool_usage(f->spool, &after);
	assert_true(after.bytes <= before.bytes);
	assert_int_equal(queue_stat(f->queue, &stat, &err), 0);
	assert_int_equal(stat.bytes, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_records_outlive_the_process_in_order),
	    TEST(test_a_reader_that_stops_goes_on_there),
	    TEST(test_release_anywhere_keeps_the_rest),
	    TEST(test_release_gives_the_room_back),
	    TEST(test_records_of_every_length),
	    TEST(test_an_empty_record_is_a_record),
	    TEST(test_a_flipped_bit_costs_one_record),
	    TEST(test_a_flipped_bit_in_an_index_costs_nothing),
	    TEST(test_a_damaged_index_costs_one_block),
	    TEST(test_damage_at_the_end_does_not_hold_the_queue),
	    TEST(test_64_queues_in_one_commit),
	    TEST(test_names_have_limits),
	    TEST(there_are_so_many_queues_and_no_more),
	    TEST(a_queue_that_was_removed_is_gone_for_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
