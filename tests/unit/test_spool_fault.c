/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails. This program's own fdatasync, pwrite and pwritev stand
 * before the C library's, for LMDB too, and fail when told to.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

enum call { CALL_NONE, CALL_SYNC, CALL_META, CALL_PAGES };

static struct {
	enum call call;
	int error;
	bool once;
	unsigned hits;
} fault;

static bool
fails(enum call call)
{
	if (fault.call != call || (fault.once && fault.hits != 0))
		return false;
	fault.hits++;
	errno = fault.error;
	return true;
}

int
fdatasync(int fd)
{
	if (fails(CALL_SYNC))
		return -1;
	return (int)syscall(SYS_fdatasync, fd);
}

/* LMDB writes meta pages, which are the first two, with pwrite. */
ssize_t
pwrite(int fd, const void *data, size_t size, off_t offset)
{
	if (fails(offset < 8192 ? CALL_META : CALL_PAGES))
		return -1;
	return syscall(SYS_pwrite64, fd, data, size, offset);
}

ssize_t
pwritev(int fd, const struct iovec *iov, int count, off_t offset)
{
	if (fails(CALL_PAGES))
		return -1;
	return syscall(SYS_pwritev, fd, iov, count, offset, 0);
}

struct fixture {
	char *folder;
	struct spool *spool;
	struct queue *queue;
	struct batch *batch;
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	fault.call = CALL_NONE;
	f->folder = kit_folder();
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "q");
	f->batch = batch_new();
	kit_fill(f->spool, f->queue, 100, 700);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	fault.call = CALL_NONE;
	batch_free(f->batch);
	spool_close(f->spool);
	kit_remove(f->folder);
	free(f);
	return 0;
}

static void
arm(enum call call, int error)
{
	fault.call = call;
	fault.error = error;
	fault.once = false;
	fault.hits = 0;
}

/* The batch holds one record more and a cursor. */
static int
commit(struct fixture *f, struct err *err)
{
	char record[32];

	batch_reset(f->batch);
	(void)snprintf(record, sizeof(record), "<14>rec %012llu>",
	    (unsigned long long)batch_next(f->batch, f->queue));
	batch_put_record(f->batch, f->queue, record, strlen(record));
	batch_put_cursor(f->batch, "c", "after");
	return spool_commit(f->spool, f->batch, err);
}

static bool
has_cursor(struct fixture *f)
{
	char value[32];
	struct err err;

	return cursor_get(f->spool, "c", value, sizeof(value), &err) == 1;
}

/* So that its disk can be unmounted. */
static bool
nobody_holds(const char *folder)
{
	char *link, target[4096];
	bool held = false;
	ssize_t len;
	int fd;

	for (fd = 0; fd < 100; fd++) {
		link = xasprintf("/proc/self/fd/%d", fd);
		len = readlink(link, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		held |= strncmp(target, folder, strlen(folder)) == 0;
		free(link);
	}
	return !held;
}

static void
fails_until_recovered(struct fixture *f, enum call call)
{
	struct err err;

	arm(call, EIO);
	assert_int_equal(commit(f, &err), -1);
	assert_true(fault.hits > 0);
	assert_int_equal(err.code, ERR_IO);
	assert_true(spool_is_failed(f->spool));
	assert_int_equal(queue_next(f->queue), 100);
	/* The fault goes, the mistrust stays. */
	fault.call = CALL_NONE;
	assert_int_equal(commit(f, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(queue_release(f->queue, 10, &err), -1);
	assert_int_equal(spool_prove(f->spool, &err), -1);
	assert_int_equal(ledger_prune(f->spool, 0, 10, &err), -1);
	/* Reading goes on, except where LMDB refuses that too. */
	if (call != CALL_META)
		assert_int_equal(kit_count(f->queue, 0), 100);
	/* It is no recovery while the disk fails. */
	arm(call, EIO);
	assert_int_equal(spool_recover(f->spool, &err), -1);
	assert_true(spool_is_failed(f->spool));
	fault.call = CALL_NONE;
	assert_true(nobody_holds(f->folder));
	assert_int_equal(spool_recover(f->spool, &err), 0);
	assert_false(nobody_holds(f->folder));
	assert_false(spool_is_failed(f->spool));
	/* Old handles are good, and the batch can be tried again. */
	assert_int_equal(queue_next(f->queue), has_cursor(f) ? 101 : 100);
	assert_int_equal(commit(f, &err), 0);
	assert_true(has_cursor(f));
	assert_int_equal(queue_release(f->queue, 10, &err), 0);
	assert_int_equal(kit_count(f->queue, 0), queue_next(f->queue) - 10);
}

static void
test_a_failed_sync_is_never_passed_over(void **state)
{
	fails_until_recovered(*state, CALL_SYNC);
}

static void
test_a_failed_write_of_the_meta_page(void **state)
{
	fails_until_recovered(*state, CALL_META);
}

/* LMDB then mends the page with half of what it was, and never looks at it
 * again: the other one is the newer. */
static void
test_a_meta_page_that_failed_once_is_no_damage(void **state)
{
	struct fixture *f = *state;
	struct err err;

	for (unsigned i = 0; i < 20; i++) {
		arm(CALL_META, EIO);
		fault.once = true;
		assert_int_equal(commit(f, &err), -1);
		assert_int_equal(fault.hits, 1);
		assert_int_equal(spool_recover(f->spool, &err), 0);
		assert_int_equal(queue_next(f->queue), 100 + i);
		assert_int_equal(commit(f, &err), 0);
	}
	assert_int_equal(kit_count(f->queue, 0), 120);
}

static void
test_a_failed_write_of_pages(void **state)
{
	fails_until_recovered(*state, CALL_PAGES);
}

static void
test_a_failed_batch_leaves_nothing_behind(void **state)
{
	struct fixture *f = *state;
	struct err err;

	arm(CALL_SYNC, EIO);
	assert_int_equal(commit(f, &err), -1);
	spool_close(f->spool);
	fault.call = CALL_NONE;
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "q");
	assert_int_equal(queue_next(f->queue), 100);
	assert_false(has_cursor(f));
}

static void
test_no_room_is_no_failure(void **state)
{
	struct fixture *f = *state;
	struct spool_usage usage;
	struct err err;

	arm(CALL_PAGES, ENOSPC);
	assert_int_equal(commit(f, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
	assert_false(spool_is_failed(f->spool));
	spool_usage(f->spool, &usage);
	assert_true(usage.full);
	fault.call = CALL_NONE;
	assert_int_equal(spool_prove(f->spool, &err), 0);
	spool_usage(f->spool, &usage);
	assert_false(usage.full);
	assert_int_equal(commit(f, &err), 0);
	assert_int_equal(kit_count(f->queue, 0), 101);
}

/* LMDB refuses everything after that, so it is more than a lack of room. */
static void
test_no_room_for_the_meta_page_is_a_failure(void **state)
{
	struct fixture *f = *state;
	struct queue_stat stat;
	struct err err;

	arm(CALL_META, ENOSPC);
	fault.once = true;
	assert_int_equal(commit(f, &err), -1);
	assert_int_equal(err.code, ERR_FULL);
	assert_int_equal(queue_stat(f->queue, &stat, &err), -1);
	assert_true(spool_is_failed(f->spool));
	assert_int_equal(spool_recover(f->spool, &err), 0);
	assert_int_equal(commit(f, &err), 0);
	assert_int_equal(kit_count(f->queue, 0), 101);
}

static void
test_a_failed_release_releases_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err;

	arm(CALL_SYNC, EIO);
	assert_int_equal(queue_release(f->queue, 50, &err), -1);
	fault.call = CALL_NONE;
	assert_int_equal(kit_count(f->queue, 0), 100);
	assert_int_equal(spool_recover(f->spool, &err), 0);
	assert_int_equal(kit_count(f->queue, 0), 100);
	assert_int_equal(queue_release(f->queue, 50, &err), 0);
	assert_int_equal(kit_count(f->queue, 0), 50);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_a_failed_sync_is_never_passed_over),
	    TEST(test_a_failed_write_of_the_meta_page),
	    TEST(test_a_meta_page_that_failed_once_is_no_damage),
	    TEST(test_a_failed_write_of_pages),
	    TEST(test_a_failed_batch_leaves_nothing_behind),
	    TEST(test_no_room_is_no_failure),
	    TEST(test_no_room_for_the_meta_page_is_a_failure),
	    TEST(test_a_failed_release_releases_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
