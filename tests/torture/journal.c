/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this process has done, so that a death takes nothing of it: lines
 *
 *   handed RECORD    a record that was handed to spool_commit...
 *   committed N      ...which has called the last N of them committed
 *   refused N        ...or has not
 *   fault NAME       the fault that was asked for has come; then who called
 *   point NAME       a fault point was passed
 *   loop             the start is over, signals are taken
 *   calls NAME N     at an orderly end
 *   place ID N M     then, too: who asks for memory, first and last by the
 *                    N-th and M-th call
 */
#include "config.h"

#include <execinfo.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"
#include "spool/parts.h"
#include "spool/spool.h"

#define TRACE_MAX 24

static int journal_fd = -1;

/* The linker's --wrap puts the first in the second's place. */
int __wrap_spool_commit(
    struct spool *spool, struct batch *batch, struct err *err);
int __real_spool_commit(
    struct spool *spool, struct batch *batch, struct err *err);

static void put_records(const struct part *part);

void
journal_open(const char *path)
{
	if (path != NULL)
		journal_fd = (int)syscall(SYS_openat, AT_FDCWD, path,
		    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

int
journal_file(void)
{
	return journal_fd;
}

void
journal_put(const char *word, const char *text, size_t len)
{
	const struct iovec line[] = {
	    {(void *)(uintptr_t)word, strlen(word)},
	    {(void *)(uintptr_t) " ", 1},
	    {(void *)(uintptr_t)text, len},
	    {(void *)(uintptr_t) "\n", 1},
	};

	if (journal_fd != -1)
		(void)syscall(SYS_writev, journal_fd, line, 4);
}

void
journal_trace(void)
{
	void *callers[TRACE_MAX];

	if (journal_fd != -1)
		backtrace_symbols_fd(
		    callers, backtrace(callers, TRACE_MAX), journal_fd);
}

int
__wrap_spool_commit(struct spool *spool, struct batch *batch, struct err *err)
{
	size_t records = batch->records;
	char text[32];
	int len, rc;

	for (unsigned p = 0; p < batch->part_count; p++)
		put_records(&batch->parts[p]);
	rc = __real_spool_commit(spool, batch, err);
	if (records != 0) {
		len = snprintf(text, sizeof(text), "%zu", records);
		journal_put(
		    rc == 0 ? "committed" : "refused", text, (size_t)len);
	}
	return rc;
}

static void
put_records(const struct part *part)
{
	for (size_t i = 0; i < part->cut_count; i++) {
		struct part_block block = part_block(part, i);

		uint32_t from = 0;

		for (uint32_t r = 0; r < block.count; r++) {
			uint32_t end = block.index[r].end;

			journal_put("handed", block.octets + from, end - from);
			from = end;
		}
	}
}
