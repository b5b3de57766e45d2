/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB environment, with the hazards of LMDB 0.9 closed:
 *
 * - A data file shorter than its meta page says would end in SIGBUS. It is
 *   refused before any page but the meta pages is touched. LMDB itself may
 *   leave a file short of its last page (a page that a transaction takes and
 *   gives back is never written), so the file is allocated ahead of it.
 * - LMDB's lock file is a map too: on a full disk its first use is a SIGBUS.
 *   The spool has one user, who holds a lock of its own, so there is no lock
 *   file (MDB_NOLOCK), no table of readers and no reader that a killed process
 *   leaves behind. In exchange no view may stay open across a write.
 * - On a full disk LMDB's writes are cut short and it answers EIO. Space is
 *   allocated before a transaction begins instead, so that ENOSPC comes where
 *   it harms nobody, and a reserve is held back inside the file for the
 *   transactions that release records: the only way out of a full disk.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "io/log.h"
#include "spool/folder.h"
#include "spool/lmdb_env.h"
#include "spool/meta.h"
#include "spool/queue.h"

/* The name of the file goes in front. */
#define WAY_OUT "begin an empty one with cefd --spool-reset"
#define DAMAGED "%s is damaged at its start or no spool of cefd; " WAY_OUT

/* meta, cursor, copy, ledger, retry, position, aside. */
#define TABLES_FIXED 7

/* The file grows by an eighth of itself within these bounds. */
#define STEP_MIN_BYTES ((uint64_t)4 << 20)
#define STEP_MAX_BYTES ((uint64_t)64 << 20)
#define RESERVE_BYTES ((uint64_t)1 << 20)
/* The kernel maps 64 KiB around what one view looks at. Most of that is mapped
 * already, and to map all of it again after every 64 views took most of the
 * time that a list of 500 ids does in a large ledger. */
#define VIEW_BYTES ((size_t)8 << 10)

static int open_mdb(
    struct env *env, const char *file, uint64_t map_bytes, struct err *err);
static void on_assert(MDB_env *mdb, const char *text);
static int check_length(struct env *env, const char *file, struct err *err);
static int check_start(const char *file, struct err *err);
static int check_file(const char *file, struct err *err);
static uint64_t end_bytes(const struct env *env);
static int allocate(struct env *env, uint64_t bytes);
static int fail(struct env *env, int rc, const char *what, struct err *err);
static int not_in_use(const struct env *env, struct err *err);
static bool is_damage(int rc);
static bool is_full_errno(int error);
static bool disk_is_full(const struct env *env);

int
env_create(
    struct env *env, const char *file, uint64_t map_bytes, struct err *err)
{
	int fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1)
		return env_err(errno, file, err);
	(void)close(fd);
	if (open_mdb(env, file, map_bytes, err) == -1)
		return -1;
	return env_make_room(env, 0, 0, err);
}

int
env_open(struct env *env, const char *file, uint64_t map_bytes, struct err *err)
{
	if (check_file(file, err) == -1 ||
	    open_mdb(env, file, map_bytes, err) == -1)
		return -1;
	if (check_length(env, file, err) == -1) {
		env_close(env);
		return -1;
	}
	/* A disk that is full now is no reason not to start. */
	(void)env_make_room(env, 0, 0, NULL);
	return 0;
}

void
env_close(struct env *env)
{
	if (env->mdb == NULL)
		return;
	assert(env->reads == 0);
	mdb_txn_abort(env->reader);
	mdb_env_close(env->mdb);
	env->reader = NULL;
	env->mdb = NULL;
}

int
env_grow_map(struct env *env, uint64_t map_bytes, struct err *err)
{
	int rc;

	if (map_bytes <= env->map_bytes || env->mdb == NULL)
		return 0;
	assert(env->reads == 0);
	rc = mdb_env_set_mapsize(env->mdb, (size_t)map_bytes);
	if (rc != 0) {
		/* LMDB has already let go of the map that it had. */
		return fail(env, rc, "cannot map the spool", err);
	}
	env->map_bytes = map_bytes;
	resident_find(&env->resident, env->fd);
	return 0;
}

int
env_make_room(struct env *env, uint64_t pages, uint64_t in_use, struct err *err)
{
	uint64_t end = end_bytes(env) + pages * env->page_bytes + RESERVE_BYTES;
	uint64_t step = env->file_bytes / 8;
	uint64_t free_pages;
	int error;

	if (end <= env->file_bytes)
		return 0;
	if (step < STEP_MIN_BYTES)
		step = STEP_MIN_BYTES;
	if (step > STEP_MAX_BYTES)
		step = STEP_MAX_BYTES;
	error = allocate(env, (end + step - 1) / step * step);
	if (is_full_errno(error))
		error = allocate(env, end);
	if (error == 0)
		return 0;
	/* A file that was drained has room inside, which LMDB uses first. */
	free_pages = end_bytes(env) / env->page_bytes;
	free_pages -= in_use < free_pages ? in_use : free_pages;
	if (is_full_errno(error) && pages != 0 && free_pages / 4 > pages)
		return 0;
	return env_err(error, "cannot make the spool's file larger", err);
}

int
env_write_begin(struct env *env, MDB_txn **ret_txn, struct err *err)
{
	int rc;

	if (env->broken || env->mdb == NULL)
		return not_in_use(env, err);
	assert(env->reads == 0);
	rc = mdb_txn_begin(env->mdb, NULL, 0, ret_txn);
	if (rc == 0)
		return 0;
	return fail(env, rc, "cannot begin to write the spool", err);
}

/*
 * Nothing but a full disk or map leaves the environment in use. LMDB gives a
 * transaction up when writing its pages or syncing them fails, but it does not
 * say which it was, and after a failed fdatasync the kernel may show pages that
 * the disk does not have. When the meta page itself cannot be written, LMDB
 * refuses everything from then on.
 */
int
env_write_commit(struct env *env, MDB_txn *txn, struct err *err)
{
	int rc = mdb_txn_commit(txn);

	if (rc == 0) {
		/* Rare: the transaction took more than it was given. */
		if (end_bytes(env) > env->file_bytes)
			(void)allocate(env, end_bytes(env));
		return 0;
	}
	if (rc == EIO && disk_is_full(env))
		rc = ENOSPC; /* a write that was cut short */
	if (!is_full_errno(rc) && rc != MDB_MAP_FULL)
		return fail(env, rc, "cannot commit to the spool", err);
	return env_err(rc, "cannot commit to the spool", err);
}

int
env_read_begin(struct env *env, MDB_txn **ret_txn, struct err *err)
{
	int rc;

	if (env->mdb == NULL)
		return not_in_use(env, err);
	if (env->reads == 0) {
		rc = env->reader == NULL
		    ? mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, &env->reader)
		    : mdb_txn_renew(env->reader);
		if (rc != 0) {
			/* Writing its meta page has failed before. */
			if (rc == MDB_PANIC)
				return fail(
				    env, rc, "cannot read the spool", err);
			return env_err(rc, "cannot read the spool", err);
		}
	}
	env->reads++;
	*ret_txn = env->reader;
	return 0;
}

void
env_read_end(struct env *env)
{
	assert(env->reads > 0);
	if (--env->reads == 0)
		mdb_txn_reset(env->reader);
	resident_touch(&env->resident, VIEW_BYTES);
}

int
env_err(int rc, const char *what, struct err *err)
{
	enum err_code code = ERR_IO;

	if (is_full_errno(rc) || rc == MDB_MAP_FULL)
		code = ERR_FULL;
	else if (rc == EACCES || rc == EPERM || rc == EROFS)
		code = ERR_DENIED;
	else if (is_damage(rc))
		return err_set(err, ERR_CORRUPT,
		    "%s: the spool's file is damaged (%s); restore it, "
		    "or " WAY_OUT,
		    what, mdb_strerror(rc));
	else if (rc == MDB_BAD_VALSIZE)
		code = ERR_BAD;
	return err_set(err, code, "%s: %s%s", what, mdb_strerror(rc),
	    rc == EACCES || rc == EPERM
	        ? " (chown it to the user that cefd runs as)"
	        : rc == EROFS
	        ? " (look at the kernel's log, and mount it for writing)"
	        : rc == EIO ? " (look at the disk, and at the kernel's log)"
	        : code == ERR_FULL ? " (make room for it on its disk)"
	                           : "");
}

static int
open_mdb(struct env *env, const char *file, uint64_t map_bytes, struct err *err)
{
	const unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | MDB_NOLOCK;
	struct stat st;
	MDB_stat stat;
	int rc;

	*env = (struct env){.map_bytes = map_bytes, .why = env->why};
	rc = mdb_env_create(&env->mdb);
	if (rc != 0)
		return env_err(rc, "cannot open the spool", err);
	rc = mdb_env_set_maxdbs(env->mdb, TABLES_FIXED + QUEUE_COUNT_MAX);
	if (rc == 0)
		rc = mdb_env_set_mapsize(env->mdb, (size_t)map_bytes);
	if (rc == 0)
		rc = mdb_env_set_assert(env->mdb, on_assert);
	if (rc == 0)
		rc = mdb_env_open(env->mdb, file, flags, 0600);
	if (rc == 0)
		rc = mdb_env_get_fd(env->mdb, &env->fd);
	if (rc == 0)
		rc = mdb_env_stat(env->mdb, &stat);
	if (rc == 0 && fstat(env->fd, &st) == -1)
		rc = errno;
	if (rc == 0) {
		env->page_bytes = stat.ms_psize;
		env->file_bytes = (uint64_t)st.st_size;
		resident_find(&env->resident, env->fd);
		return 0;
	}
	mdb_env_close(env->mdb);
	env->mdb = NULL;
	if (rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH)
		return err_set(err, ERR_CORRUPT, DAMAGED, file);
	return env_err(rc, file, err);
}

/* LMDB cannot go on after this, and would only abort. */
static void
on_assert(MDB_env *mdb, const char *text)
{
	const char *file = "the spool";

	(void)mdb_env_get_path(mdb, &file);
	log_error("spool",
	    "%s is damaged, and LMDB cannot go on (%s): ending now; restore "
	    "it, or " WAY_OUT,
	    file, text);
	_exit(EX_IOERR);
}

/* mdb_env_info looks at the meta pages only. */
static int
check_length(struct env *env, const char *file, struct err *err)
{
	uint64_t need = end_bytes(env);

	if (need <= env->file_bytes)
		return 0;
	return err_set(err, ERR_CORRUPT,
	    "%s was cut: it has %llu octets of at least %llu; restore it, "
	    "or " WAY_OUT,
	    file, (unsigned long long)env->file_bytes,
	    (unsigned long long)need);
}

/* LMDB would take an empty file for one that it should begin. */
static int
check_file(const char *file, struct err *err)
{
	struct stat st;

	if (folder_refuse_link(file, err) == -1)
		return -1;
	if (stat(file, &st) == -1)
		return env_err(errno, file, err);
	if (!S_ISREG(st.st_mode))
		return err_set(
		    err, ERR_BAD, "%s is no regular file: move it away", file);
	if (st.st_size == 0)
		return err_set(err, ERR_CORRUPT,
		    "%s was cut: it is empty; restore it, or " WAY_OUT, file);
	return check_start(file, err);
}

static int
check_start(const char *file, struct err *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int result, error;

	if (fd == -1)
		return env_err(errno, file, err);
	result = meta_check(fd);
	error = errno;
	(void)close(fd);
	if (result == 0)
		return 0;
	if (error != 0)
		return env_err(error, file, err);
	return err_set(err, ERR_CORRUPT, DAMAGED, file);
}

/* Where the last page that LMDB ever took ends. */
static uint64_t
end_bytes(const struct env *env)
{
	MDB_envinfo info;

	(void)mdb_env_info(env->mdb, &info);
	if (info.me_last_pgno >= UINT64_MAX / 2 / env->page_bytes)
		return UINT64_MAX / 2;
	return ((uint64_t)info.me_last_pgno + 1) * env->page_bytes;
}

/* Give the file `bytes`, on disk too where the file system can. */
static int
allocate(struct env *env, uint64_t bytes)
{
	int rc;

	do {
		rc = fallocate(env->fd, 0, (off_t)env->file_bytes,
		    (off_t)(bytes - env->file_bytes));
	} while (rc == -1 && errno == EINTR);
	if (rc == -1 && (errno == EOPNOTSUPP || errno == ENOSYS))
		rc = ftruncate(env->fd, (off_t)bytes);
	if (rc == -1)
		return errno;
	env->file_bytes = bytes;
	return 0;
}

/* It is not to be written any more, because of LMDB's answer. */
static int
fail(struct env *env, int rc, const char *what, struct err *err)
{
	env->broken = true;
	(void)env_err(rc, what, &env->why);
	return env_err(rc, what, err);
}

static int
not_in_use(const struct env *env, struct err *err)
{
	if (env->why.code == ERR_NONE)
		return err_set(err, ERR_IO, "the spool is closed");
	return err_set(err, ERR_IO, "the spool has failed: %s", env->why.text);
}

/* What LMDB answers when its pages make no sense. */
static bool
is_damage(int rc)
{
	switch (rc) {
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_PAGE_FULL:
	case MDB_CURSOR_FULL:
	case MDB_KEYEXIST:
	case MDB_INCOMPATIBLE:
	case MDB_BAD_TXN:
	case MDB_BAD_DBI:
		return true;
	default:
		return false;
	}
}

static bool
is_full_errno(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

static bool
disk_is_full(const struct env *env)
{
	struct statvfs fs;

	if (fstatvfs(env->fd, &fs) == -1)
		return false;
	return (uint64_t)fs.f_bavail * fs.f_frsize < RESERVE_BYTES;
}
