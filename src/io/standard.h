/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors 0, 1 and 2 are standard input, output and error for whoever
 * writes to them. Where one is closed, the next file that is opened would be
 * what takes the log, be it the spool.
 */
#ifndef CEFD_IO_STANDARD_H
#define CEFD_IO_STANDARD_H

#include <stddef.h>

/* The first act of a program: see to it that the three are open. -1: that
 * cannot be had, so the program must end, and has nowhere to say why. */
int standard_open(void);

/* Hand all of it to standard output now. -1: it did not take it, which
 * standard_close() tells. */
int standard_put(const void *data, size_t len);

/*
 * The last act: the status to end with, which is `status`, or EX_IOERR where
 * standard output has not taken all that stdout was given. That is then said
 * on standard error in the name of `program`.
 */
int standard_close(const char *program, int status);

#endif
