/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full: of the quota, and of the disk. Nothing is lost, records can always be
 * released, and room is noticed.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define MIB ((uint64_t)1 << 20)

static bool
is_full(const struct spool *spool)
{
	struct spool_usage usage;

	spool_usage(spool, &usage);
	return usage.full;
}

static uint64_t
bytes(const struct spool *spool)
{
	struct spool_usage usage;

	spool_usage(spool, &usage);
	return usage.bytes;
}

/* Commit batches of 1,000 records of 700 octets until one is refused. */
static uint64_t
fill_up(struct spool *spool, struct queue *queue)
{
	struct batch *batch = batch_new();
	char record[700];
	struct err err = {0};
	unsigned i;

	memset(record, 'f', sizeof(record));
	for (;;) {
		batch_reset(batch);
		for (i = 0; i < 1000; i++)
			batch_put_record(batch, queue, record, sizeof(record));
		if (spool_commit(spool, batch, &err) == -1)
			break;
		assert_true(queue_next(queue) < 1000000);
	}
	if (err.code != ERR_FULL)
		fail_msg("not full, but: %s", err.text);
	batch_free(batch);
	return queue_next(queue);
}

static void
release(struct queue *queue, uint64_t before)
{
	struct err err = {0};

	if (queue_release(queue, before, &err) == -1)
		fail_msg("queue_release: %s", err.text);
}

static bool
count_one(uint64_t number, const char *data, size_t len, void *arg)
{
	(void)number;
	assert_int_equal(len, 700);
	assert_int_equal(data[0], 'f');
	++*(uint64_t *)arg;
	return true;
}

static uint64_t
count(struct queue *queue)
{
	uint64_t records = 0;
	uint64_t at = 0;
	struct err err;

	while (at < queue_next(queue))
		assert_int_equal(
		    queue_read(queue, at, count_one, &records, &at, &err), 0);
	return records;
}

static void
test_the_quota_holds_until_a_tenth_is_free(void **state)
{
	char *folder = kit_folder();
	struct spool *spool = kit_open(folder, 20 * MIB);
	struct queue *queue = kit_queue(spool, "q");
	uint64_t records = fill_up(spool, queue);
	uint64_t at = 0;

	(void)state;
	assert_true(is_full(spool));
	assert_true(bytes(spool) >= 20 * MIB && bytes(spool) < 21 * MIB);
	/* Full it stays, over a restart as well. */
	spool_close(spool);
	spool = kit_open(folder, 20 * MIB);
	queue = kit_queue(spool, "q");
	assert_true(is_full(spool));
	assert_int_equal(count(queue), records);
	while (is_full(spool)) {
		assert_true(bytes(spool) >= 18 * MIB);
		at += 100;
		release(queue, at);
	}
	assert_true(bytes(spool) < 18 * MIB);
	assert_true(fill_up(spool, queue) > records);
	spool_close(spool);
	kit_remove(folder);
}

static void
test_a_larger_quota_takes_effect_at_once(void **state)
{
	char *folder = kit_folder();
	struct spool *spool = kit_open(folder, 4 * MIB);
	struct queue *queue = kit_queue(spool, "q");
	uint64_t records = fill_up(spool, queue);

	(void)state;
	/* Larger than the map that was made for the first. */
	spool_set_quota(spool, 400 * MIB);
	assert_false(is_full(spool));
	assert_int_equal(count(queue), records);
	assert_true(fill_up(spool, queue) > 500000);
	assert_true(bytes(spool) >= 400 * MIB);
	spool_set_quota(spool, 8 * MIB);
	assert_true(is_full(spool));
	release(queue, queue_next(queue));
	assert_false(is_full(spool));
	spool_close(spool);
	kit_remove(folder);
}

static void
test_what_is_no_record_is_taken_beyond_the_quota(void **state)
{
	char *folder = kit_folder();
	struct spool *spool = kit_open(folder, 4 * MIB);
	struct queue *queue = kit_queue(spool, "q");
	struct batch *batch = batch_new();
	struct text part = TEXT("id");
	struct retry retry = {TEXT("s"), TEXT("id"), 1, 1, 1};
	char value[8];
	struct err err;

	(void)state;
	(void)fill_up(spool, queue);
	batch_put_cursor(batch, "c", "v");
	batch_put_ledger(batch, ledger_key(spool, &part, 1), 1, 1);
	batch_put_retry(batch, &retry);
	assert_int_equal(spool_commit(spool, batch, &err), 0);
	assert_int_equal(cursor_get(spool, "c", value, sizeof(value), &err), 1);
	batch_put_record(batch, queue, "x", 1);
	assert_int_equal(spool_commit(spool, batch, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
	assert_true(is_full(spool));
	batch_free(batch);
	spool_close(spool);
	kit_remove(folder);
}

/* All that there is, five times over, and more than the quota has. */
static void
test_what_is_set_aside_never_fills_the_spool(void **state)
{
	char *folder = kit_folder(), *file = kit_file(folder);
	struct spool *spool = kit_open(folder, 16 * MIB);
	struct spool_usage usage;

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct queue *queue = kit_queue(spool, "q");

		kit_fill(spool, queue, 10000, 700);
		spool_close(spool);
		assert_true(kit_damage(file, "<14>rec ", 3) >= 10000);
		spool = kit_open(folder, 16 * MIB);
		queue = kit_queue(spool, "q");
		release(queue, queue_next(queue));
		spool_usage(spool, &usage);
		assert_false(usage.full);
		assert_true(usage.bytes < MIB / 2);
		assert_in_range(usage.aside_bytes, MIB / 2, MIB);
	}
	/* The oldest went first. */
	assert_true(kit_damage(file, "rec 000000049999", 3) > 0);
	spool_close(spool);
	free(file);
	kit_remove(folder);
}

/* A file system of our own, seen by this process alone. */
static char *
mount_small(const char *size)
{
	char *folder = kit_folder();
	char *options = xasprintf("size=%s", size);
	int rc;

	rc = unshare(CLONE_NEWNS);
	if (rc == 0)
		rc = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (rc == 0)
		rc = mount("cefd", folder, "tmpfs", 0, options);
	free(options);
	if (rc == -1) {
		print_message(
		    "cannot mount a small disk: %s\n", strerror(errno));
		kit_remove(folder);
		return NULL;
	}
	return folder;
}

/* Leave about `leave` octets of the disk. */
static void
fill_disk(const char *folder, off_t leave)
{
	char *path = xasprintf("%s/filler", folder);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	off_t size = 0;
	off_t step;

	assert_true(fd != -1);
	for (step = 1 << 24; step >= 4096; step /= 2)
		while (fallocate(fd, 0, size, step) == 0)
			size += step;
	assert_int_equal(ftruncate(fd, size > leave ? size - leave : 0), 0);
	(void)close(fd);
	free(path);
}

static void
drop_filler(const char *folder)
{
	char *path = xasprintf("%s/filler", folder);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static void
test_a_full_disk_stops_commits_but_no_release(void **state)
{
	char *disk = mount_small("48m");
	struct spool *spool;
	struct queue *queue;
	struct err err;
	uint64_t records, at;
	char *folder;

	(void)state;
	if (disk == NULL)
		skip();
	folder = xasprintf("%s/spool", disk);
	spool = kit_open(folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	records = fill_up(spool, queue);
	assert_true(records > 40000);
	assert_true(is_full(spool));
	assert_false(spool_is_failed(spool));
	assert_int_equal(spool_prove(spool, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
	/* Not an octet is left, not even for what the spool tried. */
	fill_disk(disk, 0);
	assert_int_equal(count(queue), records);
	for (at = 1; at < records / 2; at += 500)
		release(queue, at);
	assert_int_equal(count(queue), records - (at - 500));
	assert_false(is_full(spool));
	/* The room inside is used, though the file cannot grow. */
	assert_true(fill_up(spool, queue) > records + 10000);
	assert_false(spool_is_failed(spool));
	spool_close(spool);
	/* A start with a full disk, and the rest goes. */
	spool = kit_open(folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	release(queue, queue_next(queue));
	assert_true(queue_is_empty(queue));
	spool_close(spool);
	(void)umount2(disk, MNT_DETACH);
	kit_remove(disk);
	free(folder);
}

static void
test_room_on_the_disk_is_noticed_by_a_proof(void **state)
{
	char *disk = mount_small("48m");
	struct spool *spool;
	struct queue *queue;
	struct err err;
	char *folder;

	(void)state;
	if (disk == NULL)
		skip();
	folder = xasprintf("%s/spool", disk);
	spool = kit_open(folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	fill_disk(disk, 65536);
	(void)fill_up(spool, queue);
	assert_int_equal(spool_prove(spool, &err), -1);
	assert_true(is_full(spool));
	drop_filler(disk);
	assert_true(is_full(spool));
	assert_int_equal(spool_prove(spool, &err), 0);
	assert_false(is_full(spool));
	assert_true(fill_up(spool, queue) > 10000);
	spool_close(spool);
	(void)umount2(disk, MNT_DETACH);
	kit_remove(disk);
	free(folder);
}

/* A file that would shrink needs room for its copy, and does without. */
static void
test_a_file_that_cannot_shrink_is_kept(void **state)
{
	char *disk = mount_small("160m");
	struct spool *spool;
	struct queue *queue;
	struct err err;
	char *folder;
	int i;

	(void)state;
	if (disk == NULL)
		skip();
	folder = xasprintf("%s/spool", disk);
	spool = kit_open(folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	for (i = 0; i < 110; i++)
		kit_fill(spool, queue, 1000, 700);
	assert_int_equal(queue_release(queue, 105000, &err), 0);
	spool_close(spool);
	fill_disk(disk, 1 << 20);
	spool = kit_open(folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	assert_int_equal(kit_count(queue, 0), 5000);
	kit_fill(spool, queue, 1000, 700);
	spool_close(spool);
	spool = kit_open(folder, KIT_QUOTA);
	assert_int_equal(kit_count(kit_queue(spool, "q"), 0), 6000);
	spool_close(spool);
	(void)umount2(disk, MNT_DETACH);
	kit_remove(disk);
	free(folder);
}

static void
test_a_disk_without_room_for_a_spool_is_named(void **state)
{
	char *disk = mount_small("48m");
	struct spool *spool;
	struct err err;
	char *folder;

	(void)state;
	if (disk == NULL)
		skip();
	folder = xasprintf("%s/spool", disk);
	fill_disk(disk, 16384);
	assert_int_equal(spool_open(&spool, folder, KIT_QUOTA, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
	/* And the broken start is in nobody's way. */
	drop_filler(disk);
	spool_close(kit_open(folder, KIT_QUOTA));
	(void)umount2(disk, MNT_DETACH);
	kit_remove(disk);
	free(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_quota_holds_until_a_tenth_is_free),
	    cmocka_unit_test(test_a_larger_quota_takes_effect_at_once),
	    cmocka_unit_test(test_what_is_no_record_is_taken_beyond_the_quota),
	    cmocka_unit_test(test_what_is_set_aside_never_fills_the_spool),
	    cmocka_unit_test(test_a_full_disk_stops_commits_but_no_release),
	    cmocka_unit_test(test_room_on_the_disk_is_noticed_by_a_proof),
	    cmocka_unit_test(test_a_file_that_cannot_shrink_is_kept),
	    cmocka_unit_test(test_a_disk_without_room_for_a_spool_is_named),
	};

	log_silence();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
