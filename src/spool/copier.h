/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes long with a large data file, in a process of its own: copying it,
 * and giving its blocks back to the disk. LMDB's readers are known to nobody
 * here, so a commit meanwhile may pull pages away from under the copy: it is
 * worth nothing then, whatever it says.
 */
#ifndef CEFD_SPOOL_COPIER_H
#define CEFD_SPOOL_COPIER_H

#include <sys/types.h>

enum copier_state { COPIER_RUNS, COPIER_DONE, COPIER_FAILED };

/* Copy the file, without its free pages, to `fd` and sync that. 0, and errno,
 * when there can be no further process. */
pid_t copier_start(const char *file, int fd);

/* Cut the file down to nothing, a part at a time, so that no commit beside it
 * waits for the disk's journal for long. `fd` is writable, and may be closed by
 * the caller. 0, and errno, likewise. */
pid_t copier_start_freeing(int fd);

/* Not again after it has ended. *ret_error is why it failed: an error of LMDB or
 * of the system. */
enum copier_state copier_look(pid_t copier, int *ret_error);

void copier_kill(pid_t copier);

#endif
