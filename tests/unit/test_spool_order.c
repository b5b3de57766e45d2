/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flipped bit in a key by which LMDB finds its way: what is whole is found all
 * the same, and it is counted and told.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "in_memory.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/ledger.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define ROWS 3000u
#define BLOCKS 300u
#define PAGE ((size_t)4096)
#define HEAD ((size_t)16)
#define NODE ((size_t)8)
#define FLAG_BRANCH 0x01
#define KEY_LEN 16

struct file {
	char *folder, *path;
	char *octets; /* as it was */
	size_t len;
};

static struct ledger_key
key_of(struct spool *spool, uint64_t n)
{
	struct text part = {(const char *)&n, sizeof(n)};

	return ledger_key(spool, &part, 1);
}

static int
make_file(void **state)
{
	struct file *f = xcalloc(1, sizeof(*f));
	struct spool *spool;
	struct batch *batch = batch_new();
	struct err err;
	struct stat st;
	int fd;

	in_memory();
	log_silence();
	f->folder = kit_folder();
	f->path = kit_file(f->folder);
	spool = kit_open(f->folder, KIT_QUOTA);
	for (uint64_t n = 0; n < ROWS; n++)
		batch_put_ledger(batch, key_of(spool, n), n + 1, 1000);
	assert_int_equal(spool_commit(spool, batch, &err), 0);
	batch_free(batch);
	/* So many blocks that there are branches. */
	for (unsigned i = 0; i < BLOCKS; i++)
		kit_fill(spool, kit_queue(spool, "q"), 1, 1500);
	spool_close(spool);
	fd = open(f->path, O_RDONLY | O_CLOEXEC);
	assert_true(fd != -1 && fstat(fd, &st) == 0);
	f->len = (size_t)st.st_size;
	f->octets = xcalloc(1, f->len);
	assert_true(read(fd, f->octets, f->len) == st.st_size);
	(void)close(fd);
	*state = f;
	return 0;
}

static int
remove_file(void **state)
{
	struct file *f = *state;

	kit_remove(f->folder);
	free(f->path);
	free(f->octets);
	free(f);
	return 0;
}

/* The file as it was, but for a bit. Then all is found, and so many are
 * counted as damaged. */
static uint64_t
damaged_by(const struct file *f, size_t at, unsigned bit)
{
	char octet = (char)(f->octets[at] ^ (1 << bit));
	int fd = open(f->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	struct spool_usage usage;
	struct spool *spool;
	struct err err;

	assert_true(
	    fd != -1 && write(fd, f->octets, f->len) == (ssize_t)f->len);
	assert_true(pwrite(fd, &octet, 1, (off_t)at) == 1);
	(void)close(fd);
	spool = kit_open(f->folder, KIT_QUOTA);
	for (uint64_t n = 0; n < ROWS; n++) {
		uint64_t value;

		if (ledger_get(spool, key_of(spool, n), &value, NULL, &err) !=
		    1)
			fail_msg("row %d after bit %u of octet %zu", (int)n,
			    bit, at);
		assert_true(value == n + 1);
	}
	assert_true(kit_count(kit_queue(spool, "q"), 0) == BLOCKS);
	spool_usage(spool, &usage);
	spool_close(spool);
	return usage.damaged;
}

static uint16_t
number_at(const struct file *f, size_t at)
{
	uint16_t number;

	memcpy(&number, f->octets + at, sizeof(number));
	return number;
}

static bool
is_branch(const struct file *f, size_t page)
{
	uint64_t number;

	memcpy(&number, f->octets + page, sizeof(number));
	return number == page / PAGE && number_at(f, page + 10) == FLAG_BRANCH;
}

/* Not all pages are in use. */
static void
a_table_whose_branches_are_damaged_is_put_in_order(void **state)
{
	const struct file *f = *state;
	unsigned found = 0, of_queue = 0;

	for (size_t page = 2 * PAGE; page < f->len; page += PAGE) {
		size_t end = page + number_at(f, page + 12);

		if (!is_branch(f, page))
			continue;
		for (size_t i = page + HEAD + 2; i < end; i += 2) {
			size_t node = page + number_at(f, i);
			uint16_t len = number_at(f, node + 6);

			if (len == KEY_LEN) {
				found += damaged_by(f, node + NODE, 6) == 1;
				(void)damaged_by(f, node + NODE + 3, 2);
			} else if (len == sizeof(uint64_t)) {
				of_queue += damaged_by(f, node + NODE, 7) == 1;
			}
		}
	}
	print_message(
	    "of the ledger %u, of the queue %u were seen\n", found, of_queue);
	assert_true(found >= 10);
	assert_true(of_queue >= 1);
}

static void
one_of_two_rows_is_found_whatever_the_other_is_called(void **state)
{
	static const char *const names[] = {"secret-copy", "version-copy"};
	const struct file *f = *state;
	unsigned found = 0;

	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; at + 16 < f->len; at++) {
			if (memcmp(f->octets + at, names[i],
			        strlen(names[i])) != 0)
				continue;
			for (size_t bit = 0; bit < 8 * strlen(names[i]); bit++)
				found += damaged_by(f, at + bit / 8,
				             (unsigned)bit % 8) != 0;
		}
	assert_true(found >= 100);
}

/* In the file of a spool that is in use. */
static void
rename_in_file(const struct file *f, const char *from, const char *to)
{
	int fd = open(f->path, O_RDWR | O_CLOEXEC);
	struct stat st;
	char *octets;
	unsigned found = 0;

	assert_true(fd != -1 && fstat(fd, &st) == 0);
	octets = xcalloc(1, (size_t)st.st_size);
	assert_true(read(fd, octets, (size_t)st.st_size) == st.st_size);
	for (off_t at = 0; at + (off_t)strlen(from) <= st.st_size; at++) {
		if (memcmp(octets + at, from, strlen(from)) != 0)
			continue;
		assert_true(
		    pwrite(fd, to, strlen(to), at) == (ssize_t)strlen(to));
		found++;
	}
	assert_true(found > 0);
	free(octets);
	(void)close(fd);
}

static void
a_row_that_was_written_anew_meanwhile_keeps_what_it_says(void **state)
{
	const struct file *f = *state;
	struct spool *spool = kit_open(f->folder, KIT_QUOTA);
	char value[8];
	struct err err;

	assert_int_equal(cursor_set(spool, "row/alpha", "old", &err), 0);
	assert_int_equal(cursor_set(spool, "row/beta", "old", &err), 0);
	assert_int_equal(cursor_set(spool, "row/gamma", "old", &err), 0);
	rename_in_file(f, "row/beta", "row/reta");
	assert_int_equal(cursor_get(spool, "row/gamma", value, 8, &err), 0);
	assert_int_equal(cursor_set(spool, "row/gamma", "new", &err), 0);
	spool_close(spool);
	spool = kit_open(f->folder, KIT_QUOTA);
	assert_int_equal(cursor_get(spool, "row/gamma", value, 8, &err), 1);
	assert_string_equal(value, "new");
	spool_close(spool);
}

/* It would be made anew, empty, in place of what is in it. */
static void
a_table_whose_name_is_not_found_keeps_the_spool_from_being_used(void **state)
{
	const struct file *f = *state;
	struct spool *spool = kit_open(f->folder, KIT_QUOTA);
	struct err err = {0};

	kit_fill(spool, kit_queue(spool, "row1"), 3, 100);
	kit_fill(spool, kit_queue(spool, "row2"), 3, 100);
	kit_fill(spool, kit_queue(spool, "row3"), 3, 100);
	spool_close(spool);
	rename_in_file(f, "queue.row2", "queue.row6");
	assert_int_equal(spool_open(&spool, f->folder, KIT_QUOTA, &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_table_whose_branches_are_damaged_is_put_in_order),
	    cmocka_unit_test(
	        one_of_two_rows_is_found_whatever_the_other_is_called),
	    cmocka_unit_test(
	        a_row_that_was_written_anew_meanwhile_keeps_what_it_says),
	    cmocka_unit_test(
	        a_table_whose_name_is_not_found_keeps_the_spool_from_being_used),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
