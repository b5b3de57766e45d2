/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens and keys are in this memory: no core, no ptrace by other processes
 * of the same user. A closed socket and a file at its limit are error codes,
 * not signals.
 *
 * The spool is read through a map, where a disk that cannot give a page has no
 * other way to say so than SIGBUS. There is no going on from that, but an
 * operator should not have to guess.
 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/harden.h"

static void on_bus_error(int signo);

void
harden(void)
{
	/* Reset before it is called, so that it is the end all the same. */
	const struct sigaction tell = {
	    .sa_handler = on_bus_error, .sa_flags = (int)SA_RESETHAND};
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigaction(SIGBUS, &tell, NULL);
	(void)umask(0077);
}

static void
on_bus_error(int signo)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
	static const char text[] =
	    "cefd: the disk cannot give a page of the spool's file, or "
	    "somebody "
	    "has cut the file short: ending now; see the kernel's log (dmesg), "
	    "mend the disk or restore the file, or begin an empty one with "
	    "cefd "
	    "--spool-reset\n";

	/* Whoever reads it may have stopped. */
	if (poll(&ready, 1, 0) == 1)
		(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)raise(signo);
}
