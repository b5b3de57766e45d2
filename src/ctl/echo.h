/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal's echo, off for as long as a secret is typed.
 */
#ifndef CEFD_CTL_ECHO_H
#define CEFD_CTL_ECHO_H

/*
 * Switch it off, and drop what was typed before: that has been echoed. Whatever
 * ends or stops the program meanwhile (SIGINT, SIGTERM, SIGHUP, SIGQUIT,
 * SIGTSTP) gives the terminal back as it was; when the program goes on it is
 * off again. Where there is no terminal nothing happens.
 */
void echo_off(void);

/* As it was. */
void echo_on(void);

#endif
