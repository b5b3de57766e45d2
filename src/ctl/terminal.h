/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What standard output can show.
 */
#ifndef CEFD_CTL_TERMINAL_H
#define CEFD_CTL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
	bool is_one;      /* and not a pipe or a file */
	bool moves;       /* its cursor can be moved: not a dumb one */
	bool is_coloured; /* it can, and nobody minds: https://no-color.org */
	bool is_utf8;     /* by the locale */
	size_t columns, rows;
};

/* As it is now: people change the size. */
void terminal_look(struct terminal *ret);

/*
 * Until the program ends: no cursor; a change of size interrupts poll(2); and
 * Ctrl-C (exit 0), the other signals that end and Ctrl-Z give the cursor back.
 */
void terminal_seize(void);

/* Give it back. */
void terminal_release(void);

#endif
