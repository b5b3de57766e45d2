/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process of its own for what has to wait for a disk. The loop would stand
 * still for as long as the disk does: some fifty ms for a journal, or for good
 * where a mount has gone.
 */
#ifndef CEFD_IO_CHILD_H
#define CEFD_IO_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum child_state { CHILD_RUNS, CHILD_DONE, CHILD_FAILED };

/* What it does; its exit status, 0 to 255. It has all memory as it was, but of
 * the files that are open only the standard ones and `fd`. */
typedef int child_fn(const void *arg, int fd);

/* It dies with its parent. 0, and errno, when there can be no further process. */
pid_t child_start(child_fn *work, const void *arg, int fd);

/* Not again after it has ended. *ret_status, where it failed, is how it ended;
 * -1: by a signal, of the system's memory guard for one. */
enum child_state child_look(pid_t child, int *ret_status);

/* Wait for the end, which is near. */
void child_wait(pid_t child);

/* It has nothing more to do, or was killed: its end is not waited for. `about`
 * is what it is stuck at, as in a question; or NULL. */
void child_leave(pid_t child, const char *about);

/* Those that are left and have ended go; call it now and then. */
void child_sweep(void);

struct child_question {
	child_fn *work;
	const void *arg;
	const char
	    *about;    /* while one that is about the same is stuck, no other
	                    * is begun; or NULL */
	void *ret;     /* the octets that `work` writes to its `fd` go there, */
	size_t len;    /* PIPE_BUF at most */
	bool came;     /* all of them did */
	bool is_stuck; /* for that reason there is no child */
	pid_t child;   /* whom it was put to; 0: there can be no process */
	int fd;        /* our own; -1: none, or no more */
};

/* The answer is there when `fd` can be read. */
void child_ask(struct child_question *question);

/* No answer is waited for: who has none yet is killed, and left to the disk that
 * it waits for. */
void child_answer(struct child_question *question);

/* All are asked at once, and waited for limit_ms at most, together. */
void child_ask_all(
    struct child_question *questions, size_t count, int limit_ms);

#endif
