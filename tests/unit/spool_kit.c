/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See spool_kit.h.
 */
#include "config.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

struct count {
	uint64_t records;
	size_t last_len;
};

static int remove_one(
    const char *path, const struct stat *st, int type, struct FTW *ftw);
static bool count_one(uint64_t number, const char *data, size_t len, void *arg);

char *
kit_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char *folder =
	    xasprintf("%s/cefd-spool-XXXXXX", tmp != NULL ? tmp : "/tmp");

	assert_non_null(mkdtemp(folder));
	return folder;
}

void
kit_remove(char *folder)
{
	(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(folder);
}

char *
kit_file(const char *folder)
{
	return xasprintf("%s/data.mdb", folder);
}

struct spool *
kit_open(const char *folder, uint64_t quota)
{
	struct err err = {0};
	struct spool *spool = NULL;

	if (spool_open(&spool, folder, quota, &err) == -1)
		fail_msg("spool_open: %s", err.text);
	return spool;
}

struct queue *
kit_queue(struct spool *spool, const char *name)
{
	struct err err = {0};
	struct queue *queue = NULL;

	if (queue_open(spool, name, &queue, &err) == -1)
		fail_msg("queue_open: %s", err.text);
	return queue;
}

void
kit_fill(struct spool *spool, struct queue *queue, unsigned count, size_t len)
{
	struct batch *batch = batch_new();
	char *record = xmalloc(len + 1);
	struct err err = {0};
	unsigned i;

	assert_true(len >= 24);
	memset(record, '.', len);
	for (i = 0; i < count; i++) {
		uint64_t number = batch_next(batch, queue);
		int n = snprintf(record, len, "<14>rec %012llu>",
		    (unsigned long long)number);

		record[n] = '.';
		batch_put_record(batch, queue, record, len);
	}
	if (spool_commit(spool, batch, &err) == -1)
		fail_msg("spool_commit: %s", err.text);
	free(record);
	batch_free(batch);
}

uint64_t
kit_count(struct queue *queue, uint64_t from)
{
	struct count count = {0};
	struct err err = {0};

	while (from < queue_next(queue)) {
		uint64_t next = from;

		if (queue_read(queue, from, count_one, &count, &next, &err) ==
		    -1)
			fail_msg("queue_read: %s", err.text);
		assert_true(next > from);
		from = next;
	}
	return count.records;
}

void
kit_break(struct spool *spool, const char *folder)
{
	char *file = kit_file(folder);
	char *away = xasprintf("%s.away", file);

	assert_int_equal(rename(file, away), 0);
	assert_int_equal(spool_recover(spool, NULL), -1);
	free(away);
	free(file);
}

void
kit_mend(struct spool *spool, const char *folder)
{
	char *file = kit_file(folder);
	char *away = xasprintf("%s.away", file);

	assert_int_equal(rename(away, file), 0);
	assert_int_equal(spool_recover(spool, NULL), 0);
	free(away);
	free(file);
}

unsigned
kit_damage(const char *file, const char *text, long offset)
{
	int fd = open(file, O_RDWR);
	struct stat st;
	unsigned found = 0;
	char *map, *at;

	assert_true(fd != -1 && fstat(fd, &st) == 0);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	assert_true(map != MAP_FAILED);
	at = map;
	for (;;) {
		at = memmem(
		    at, (size_t)(map + st.st_size - at), text, strlen(text));
		if (at == NULL)
			break;
		at[offset] ^= 0x10;
		found++;
		at += strlen(text);
	}
	(void)munmap(map, (size_t)st.st_size);
	(void)close(fd);
	return found;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static bool
count_one(uint64_t number, const char *data, size_t len, void *arg)
{
	struct count *count = arg;
	char expected[32];
	int n = snprintf(expected, sizeof(expected), "<14>rec %012llu>",
	    (unsigned long long)number);

	assert_true(len >= (size_t)n);
	assert_memory_equal(data, expected, (size_t)n);
	count->records++;
	count->last_len = len;
	return true;
}
