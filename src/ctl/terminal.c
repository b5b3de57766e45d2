/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few sequences that every terminal since the VT220 knows; no terminfo.
 */
#include "config.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ctl/terminal.h"

#define HIDE "\033[?25l"
#define SHOW "\033[?25h"

static bool is_utf8(void);
static void handle(int signal_number, void (*fn)(int signal_number));
static void on_end(int signal_number);
static void on_stop(int signal_number);
static void on_size(int signal_number);
static void put(const char *sequence);

void
terminal_look(struct terminal *ret)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	struct winsize size = {0};

	ret->is_one = isatty(STDOUT_FILENO) == 1;
	ret->moves = ret->is_one && term != NULL && term[0] != '\0' &&
	    strcmp(term, "dumb") != 0;
	ret->is_coloured =
	    ret->moves && (no_color == NULL || no_color[0] == '\0');
	if (!ret->is_one || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 ||
	    size.ws_col == 0 || size.ws_row == 0) {
		size.ws_col = 80;
		size.ws_row = 24;
	}
	ret->is_utf8 = is_utf8();
	ret->columns = size.ws_col;
	ret->rows = size.ws_row;
}

static bool
is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool result = locale != (locale_t)0 &&
	    strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	if (locale != (locale_t)0)
		freelocale(locale);
	return result;
}

void
terminal_seize(void)
{
	handle(SIGINT, on_end);
	handle(SIGTERM, on_end);
	handle(SIGHUP, on_end);
	handle(SIGQUIT, on_end);
	handle(SIGTSTP, on_stop);
	handle(SIGWINCH, on_size);
	put(HIDE);
}

void
terminal_release(void)
{
	put(SHOW);
}

static void
handle(int signal_number, void (*fn)(int signal_number))
{
	struct sigaction action = {.sa_handler = fn};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(signal_number, &action, NULL);
}

/* Ctrl-C is how one leaves it, and no failure. */
static void
on_end(int signal_number)
{
	put(SHOW);
	_exit(signal_number == SIGINT ? 0 : 128 + signal_number);
}

static void
on_stop(int signal_number)
{
	(void)signal_number;
	put(SHOW);
	(void)raise(SIGSTOP);
	put(HIDE);
}

/* That it came is enough. */
static void
on_size(int signal_number)
{
	(void)signal_number;
}

static void
put(const char *sequence)
{
	/* There is nobody to tell. */
	if (write(STDOUT_FILENO, sequence, strlen(sequence)) == -1)
		return;
}
