/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one durable thing: queues of records, cursors, the ledger of what was
 * taken and the list of what to fetch again, in one LMDB environment. What
 * belongs together is committed together (spool/batch.h), so the parts cannot
 * disagree after a crash.
 */
#ifndef CEFD_SPOOL_SPOOL_H
#define CEFD_SPOOL_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

struct batch;
struct err;
struct spool;

/*
 * Full is set when the quota is reached or the disk had no room, and no commit
 * of records is taken until it ends: once use is under nine tenths of the
 * quota; and, for the disk, once records were released or spool_prove found
 * room. So whoever waits for a full disk calls spool_prove now and then.
 */
struct spool_usage {
	uint64_t bytes;       /* disk pages in use, but for these: */
	uint64_t aside_bytes; /* damaged blocks, which do not count */
	uint64_t quota;
	uint64_t damaged; /* rows, beside records, found so since spool_open */
	bool is_new;      /* there was none when it was opened */
	bool full;
	bool failed; /* see spool_recover */
	const char
	    *failure; /* why; until the next call of the spool. Or NULL */
};

/*
 * Open or create the spool in folder `path` and lock it against a second cefd.
 * A large file that is nearly empty is replaced by a small one.
 * A data file that is shorter than its own meta page says is refused
 * (ERR_CORRUPT): reading it would end in SIGBUS. ERR_DENIED when another cefd
 * has it or permission is missing, ERR_BAD when a newer cefd wrote it.
 */
int spool_open(struct spool **ret_spool, const char *path, uint64_t quota_bytes,
    struct err *err);
void spool_close(struct spool *spool);

/* Prove that a commit reaches the disk, and see whether it has room again. */
int spool_prove(struct spool *spool, struct err *err);

void spool_set_quota(struct spool *spool, uint64_t quota_bytes);
void spool_usage(const struct spool *spool, struct spool_usage *ret_usage);

/*
 * Give disk space back where a backlog was and is gone, a step at a call.
 * Returns in how many ms the next is worth while, 0 when there is nothing to be
 * done, -1 when it failed, and the spool is as before or has failed. No step
 * copies or frees more than a few MiB, or waits for the disk for long. Not from
 * inside of queue_read.
 */
int spool_tidy(struct spool *spool, struct err *err);

/* Whether that waits for a minute, or less, without commits of records: who can
 * put them off does. */
bool spool_wants_quiet(const struct spool *spool);

/*
 * Commit everything in the batch in one durable transaction. On failure
 * nothing of it is stored: ERR_FULL when the quota or the disk is full,
 * ERR_IO otherwise. What holds no records is taken beyond the quota too. A
 * batch that begins under the quota is taken whole. A failed sync is never
 * retried as if it had not happened: the spool stays failed until
 * spool_recover.
 */
int spool_commit(struct spool *spool, struct batch *batch, struct err *err);

/*
 * Open the environment again after an I/O error and prove a commit. Until then
 * every write is ERR_IO, and reading may be. Queues stay valid. What is on disk
 * counts: should the failed batch have reached it after all, the ledger, the
 * cursors and batch_next say so. When it fails, nothing of the folder is held
 * open until the next call, the lock included, so that the disk can be
 * unmounted and mended.
 */
int spool_recover(struct spool *spool, struct err *err);
bool spool_is_failed(const struct spool *spool);

#endif
