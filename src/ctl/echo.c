/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that the handlers call is what one may call there (signal-safety(7)).
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/echo.h"

static void take(size_t i);
static void on_end(int number);
static void on_stop(int number);
static void on_continue(int number);
static void give_back(void);
static void set(const struct termios *mode);

/* What happens then, and what happened before the echo was off. */
static struct {
	int number;
	void (*fn)(int number);
	struct sigaction before;
} signals[] = {
    {.number = SIGINT, .fn = on_end},
    {.number = SIGTERM, .fn = on_end},
    {.number = SIGHUP, .fn = on_end},
    {.number = SIGQUIT, .fn = on_end},
    {.number = SIGTSTP, .fn = on_stop},
    {.number = SIGCONT, .fn = on_continue},
};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static struct termios with, without; /* the echo */
static bool is_off;

void
echo_off(void)
{
	if (tcgetattr(STDIN_FILENO, &with) == -1)
		return;
	without = with;
	without.c_lflag &= ~(tcflag_t)ECHO;
	is_off = true;
	for (size_t i = 0; i < SIGNALS; i++)
		take(i);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &without);
}

void
echo_on(void)
{
	if (!is_off)
		return;
	give_back();
	is_off = false;
}

/* What is ignored, as by nohup(1), stays so. Who is stopped at the question is
 * still asked it. */
static void
take(size_t i)
{
	const struct sigaction action = {
	    .sa_handler = signals[i].fn, .sa_flags = SA_RESTART};

	(void)sigaction(signals[i].number, NULL, &signals[i].before);
	if (signals[i].before.sa_handler != SIG_IGN)
		(void)sigaction(signals[i].number, &action, NULL);
}

/* What happened before happens when this returns. */
static void
on_end(int number)
{
	give_back();
	(void)raise(number);
}

/* Not SIGTSTP again: nobody would stop for that who has no shell above. */
static void
on_stop(int number)
{
	int error = errno;

	(void)number;
	set(&with);
	(void)raise(SIGSTOP);
	errno = error;
}

static void
on_continue(int number)
{
	int error = errno;

	(void)number;
	set(&without);
	errno = error;
}

static void
give_back(void)
{
	set(&with);
	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaction(signals[i].number, &signals[i].before, NULL);
}

/* In the background the terminal is another's, and to set it would stop us. One
 * that is not the session's own (-1) has no background. */
static void
set(const struct termios *mode)
{
	const pid_t owner = tcgetpgrp(STDIN_FILENO);

	if (owner == -1 || owner == getpgrp())
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, mode);
}
