/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving disk space back, in two steps.
 */
#ifndef CEFD_SPOOL_COMPACT_H
#define CEFD_SPOOL_COMPACT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct spool;

enum compact_state {
	COMPACT_NONE,   /* there is no copy */
	COMPACT_COPIES, /* it is being made */
	COMPACT_COPIED, /* it is there, and says what the spool says */
	COMPACT_LATE,   /* a commit has overtaken it: it is gone */
	COMPACT_FAILED, /* it could not be made, and is gone */
};

struct compaction {
	int copy_fd;          /* of a small copy of the file; -1: none */
	uint64_t copy_commit; /* that it was made after */
	pid_t copier;         /* is still at it; 0: none */
	unsigned copies_late; /* in a row, overtaken by a commit */
	int wait_ms;          /* when that is freed, until the next copy */
	bool quiet;           /* nothing is to overtake the next one */
	unsigned looks;       /* before the copy, or since */
	uint64_t seen_commit; /* at the last look */
	int old_fd;           /* of a file that is nobody's now; or -1 */
	pid_t freer;          /* gives the blocks of one back; 0: none */
};

/* Whether little is left in a large file; and that is copied in no time. */
bool compact_pays(const struct spool *spool);
bool compact_is_quick(const struct spool *spool);

/* Copy what is left into a small file beside it, or begin to. */
int compact_begin(struct spool *spool, struct err *err);

/* The last one's number. */
uint64_t compact_last_commit(const struct spool *spool);

/* *err is set with COMPACT_FAILED. */
enum compact_state compact_look(struct spool *spool, struct err *err);

/*
 * Put the copy in the place of the file that is open, which is then nobody's
 * any more: sync the folder, close the old one and open the new one. On failure
 * the old one stays.
 */
int compact_end(struct spool *spool, struct err *err);

/* Give the disk back what the old one takes, or go on with it; false when
 * nothing of it is left. */
bool compact_free_old(struct spool *spool);

/* All of it at once, however long that takes: nothing of it is open any more. */
void compact_free_now(struct spool *spool);

/* Throw the copy away, if there is one; or what a former life has left. */
void compact_drop(struct spool *spool);
void compact_forget(const struct spool *spool);

#endif
