/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bits of a small spool's pages, flipped, one at a time: one of each octet that
 * matters, and each of a block's head and index; with FLIP=all in the
 * environment (`make soak`), all of them. Each record arrives, or is counted as
 * set aside, or the spool is refused as damaged. None is lost in silence, the
 * queue goes on taking and giving, and nothing dies of it. A block's head and
 * index lose nothing at all. (The two meta pages are test_spool_meta's, all of
 * an index test_spool_block's.)
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "in_memory.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define BATCH 30u
#define RECORDS (3 * BATCH)
#define RELEASED 10u
#define MORE 10u
#define PAGE ((size_t)4096)
#define FLAG_OVERFLOW 0x04
#define OVERFLOW_STEP 1201
/* Of a page; and with a block's head and the first of its index behind it. */
#define HEAD ((size_t)16)
#define INDEX_BEGUN (HEAD + 48)

enum { REFUSED, WHOLE, COUNTED, SILENT, STUCK, OTHER, ENDS };

/* What is tried is undone, so it need not last. */
int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int
fsync(int fd)
{
	(void)fd;
	return 0;
}

struct seen {
	unsigned char times[RECORDS + MORE];
	bool is_wrong;
};

static bool
on_record(uint64_t number, const char *data, size_t len, void *arg)
{
	struct seen *seen = arg;
	char text[32];
	int n = snprintf(
	    text, sizeof(text), "<14>rec %012llu>", (unsigned long long)number);

	if (number >= RECORDS + MORE || len < (size_t)n ||
	    memcmp(data, text, (size_t)n) != 0)
		seen->is_wrong = true;
	else
		seen->times[number]++;
	return true;
}

static int
drain(struct queue *queue, struct seen *seen)
{
	struct err err = {0};
	uint64_t at = 0;

	while (at < queue_next(queue)) {
		uint64_t next = at;

		if (queue_read(queue, at, on_record, seen, &next, &err) == -1)
			return err.code == ERR_CORRUPT ? REFUSED : OTHER;
		if (next <= at)
			return STUCK;
		at = next;
	}
	if (queue_release(queue, at, &err) == -1)
		return err.code == ERR_CORRUPT ? REFUSED : STUCK;
	return queue_is_empty(queue) ? WHOLE : STUCK;
}

static int
add_more(struct spool *spool, struct queue *queue)
{
	struct batch *batch = batch_new();
	struct err err = {0};
	char record[40];
	int rc;

	for (unsigned i = 0; i < MORE; i++) {
		int n = snprintf(record, sizeof(record), "<14>rec %012llu>",
		    (unsigned long long)batch_next(batch, queue));

		batch_put_record(batch, queue, record, (size_t)n);
	}
	rc = spool_commit(spool, batch, &err);
	batch_free(batch);
	if (rc == 0)
		return WHOLE;
	return err.code == ERR_CORRUPT ? REFUSED : STUCK;
}

static int
live(const char *folder)
{
	struct seen seen = {0};
	struct queue_stat stat;
	struct spool *spool;
	struct queue *queue;
	struct err err = {0};
	unsigned missing = 0;
	int found;

	if (spool_open(&spool, folder, KIT_QUOTA, &err) == -1 ||
	    queue_open(spool, "q", &queue, &err) == -1)
		return err.code == ERR_CORRUPT || strstr(err.text, "version")
		    ? REFUSED
		    : OTHER;
	found = drain(queue, &seen);
	if (found == WHOLE)
		found = add_more(spool, queue);
	if (found == WHOLE)
		found = drain(queue, &seen);
	if (found != WHOLE)
		return found;
	if (queue_stat(queue, &stat, &err) == -1 || seen.is_wrong)
		return OTHER;
	for (unsigned i = RELEASED; i < RECORDS + MORE; i++)
		missing += seen.times[i] == 0;
	if (missing > stat.set_aside)
		return SILENT;
	return missing == 0 ? WHOLE : COUNTED;
}

/* In a child, which may die of it. */
static int
look(const char *folder)
{
	int status;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0) {
		(void)alarm(20);
		/* Not cmocka's. */
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		(void)signal(SIGABRT, SIG_DFL);
		_exit(live(folder));
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct file {
	char *folder;
	int fd;
	unsigned char *octets; /* as it was */
	size_t len;
	unsigned counts[ENDS];
	unsigned bad, live;
	bool is_all; /* bits of an octet */
};

static void
try_octet(struct file *f, size_t at, int worst)
{
	bool all = f->is_all || worst == WHOLE;

	for (unsigned bit = all ? 0 : at % 8; bit < 8; bit += all ? 1 : 8) {
		unsigned char octet =
		    f->octets[at] ^ (unsigned char)(1U << bit);
		int found;

		assert_true(pwrite(f->fd, &octet, 1, (off_t)at) == 1);
		found = look(f->folder);
		assert_true(
		    pwrite(f->fd, f->octets, f->len, 0) == (ssize_t)f->len);
		if (found <= worst) {
			f->counts[found]++;
		} else {
			f->bad++;
			print_message("page %zu octet %zu bit %u: %d\n",
			    at / PAGE, at % PAGE, bit, found);
		}
	}
}

/* What is in none of the trees may say any number. */
static bool
is_live(struct file *f, size_t page)
{
	unsigned char octet = f->octets[page * PAGE] ^ 1;
	int found;

	assert_true(pwrite(f->fd, &octet, 1, (off_t)(page * PAGE)) == 1);
	found = look(f->folder);
	assert_true(pwrite(f->fd, f->octets, f->len, 0) == (ssize_t)f->len);
	f->live += found == REFUSED;
	return found == REFUSED;
}

/* Returns how many pages it has. */
static size_t
try_page(struct file *f, size_t number)
{
	const unsigned char *page = f->octets + number * PAGE;
	uint16_t flags, lower, upper;
	uint32_t pages;
	size_t at;

	memcpy(&flags, page + 10, sizeof(flags));
	memcpy(&lower, page + 12, sizeof(lower));
	memcpy(&upper, page + 14, sizeof(upper));
	memcpy(&pages, page + 12, sizeof(pages));
	if (!is_live(f, number))
		return 1;
	if ((flags & FLAG_OVERFLOW) != 0) {
		for (at = 0; at < HEAD; at++)
			try_octet(f, number * PAGE + at, COUNTED);
		for (; at < INDEX_BEGUN; at++)
			try_octet(f, number * PAGE + at, WHOLE);
		for (; at < pages * PAGE; at += OVERFLOW_STEP)
			try_octet(f, number * PAGE + at, COUNTED);
		return pages;
	}
	for (at = 0; at < lower; at++)
		try_octet(f, number * PAGE + at, COUNTED);
	for (at = upper; at < PAGE; at++)
		try_octet(f, number * PAGE + at, COUNTED);
	return 1;
}

/* Where the last page that was ever used ends. */
static void
read_file(struct file *f)
{
	char *name = kit_file(f->folder);
	uint64_t last[2];

	f->fd = open(name, O_RDWR | O_CLOEXEC);
	assert_true(f->fd != -1);
	assert_true(pread(f->fd, &last[0], 8, 136) == 8);
	assert_true(pread(f->fd, &last[1], 8, (off_t)PAGE + 136) == 8);
	f->len = (size_t)(last[0] > last[1] ? last[0] : last[1]) + 1;
	f->len *= PAGE;
	f->octets = xmalloc(f->len);
	assert_true(pread(f->fd, f->octets, f->len, 0) == (ssize_t)f->len);
	free(name);
}

static void
a_flipped_bit_loses_nothing_in_silence(void **state)
{
	struct file f = {.is_all = getenv("FLIP") != NULL};
	struct spool *spool;
	struct queue *queue;
	struct err err;

	(void)state;
	f.folder = kit_folder();
	spool = kit_open(f.folder, KIT_QUOTA);
	queue = kit_queue(spool, "q");
	for (unsigned i = 0; i < RECORDS / BATCH; i++)
		kit_fill(spool, queue, BATCH, 200);
	assert_int_equal(queue_release(queue, RELEASED, &err), 0);
	spool_close(spool);
	read_file(&f);
	log_silence();
	assert_int_equal(look(f.folder), WHOLE);
	assert_true(pwrite(f.fd, f.octets, f.len, 0) == (ssize_t)f.len);
	for (size_t page = 2; page < f.len / PAGE;)
		page += try_page(&f, page);
	/* Two trees, their tables' and the blocks. */
	assert_true(f.live >= 7);
	print_message("refused %u, whole %u, counted %u, else %u\n",
	    f.counts[REFUSED], f.counts[WHOLE], f.counts[COUNTED], f.bad);
	assert_int_equal(f.bad, 0);
	(void)close(f.fd);
	free(f.octets);
	kit_remove(f.folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_flipped_bit_loses_nothing_in_silence),
	};

	in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
