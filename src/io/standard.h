/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors 0, 1 and 2 are standard input, output and error for whoever
 * writes to them. Where one is closed, the next file that is opened would be
 * what takes the log, be it the spool.
 */
#ifndef CEFD_IO_STANDARD_H
#define CEFD_IO_STANDARD_H

/* The first act of a program: see to it that the three are open. -1: that
 * cannot be had, so the program must end, and has nowhere to say why. */
int standard_open(void);

#endif
