/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens and keys are in this memory: no core, no ptrace by other processes
 * of the same user. A closed socket and a file at its limit are error codes,
 * not signals.
 *
 * The spool is read through a map, where a disk that cannot give a page has no
 * other way to say so than SIGBUS. LMDB follows what its pages say, so one that
 * is damaged may end in SIGSEGV. There is no going on from either, but an
 * operator should not have to guess.
 */
#include "config.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/harden.h"

static void on_bus_error(int signo);
static void on_fault(int signo);
static void say(const char *text);

static char spool_path[PATH_MAX];

void
harden(void)
{
	/* Reset before it is called, so that it is the end all the same. */
	const struct sigaction tell = {
	    .sa_handler = on_bus_error, .sa_flags = (int)SA_RESETHAND};
	const struct sigaction fault = {
	    .sa_handler = on_fault, .sa_flags = (int)SA_RESETHAND};
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigaction(SIGBUS, &tell, NULL);
	(void)sigaction(SIGSEGV, &fault, NULL);
	(void)umask(0077);
}

void
harden_spool(const char *path)
{
	(void)snprintf(spool_path, sizeof(spool_path), "%s", path);
}

static void
on_bus_error(int signo)
{
	say("cefd: the disk cannot give a page of the spool's file, or "
	    "somebody has cut the file short: ending now; see the kernel's log "
	    "(dmesg), mend the disk or restore the file, or begin an empty "
	    "one with cefd --spool-reset\n");
	(void)raise(signo);
}

/* Its cause cannot be told from here, but mostly there is only one. */
static void
on_fault(int signo)
{
	say("cefd: a fault in memory: ending now; when it comes again at each "
	    "start, the spool's file is damaged in ");
	say(spool_path);
	say(": restore it, or set it aside with cefd --spool-reset, which says "
	    "what is fetched again, and begin an empty one\n");
	(void)raise(signo);
}

/* Whoever reads it may have stopped. */
static void
say(const char *text)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&ready, 1, 0) == 1)
		(void)!write(STDERR_FILENO, text, strlen(text));
}
