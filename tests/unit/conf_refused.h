/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of what a configuration is refused for.
 */
#ifndef CEFD_TESTS_CONF_REFUSED_H
#define CEFD_TESTS_CONF_REFUSED_H

/* The setup and the teardown of a group: conf_try's folder. */
int make_folder(void **state);
int remove_folder(void **state);

/* The last try has told this, or the test fails. */
void told(const char *what);

/* It is not loaded, and told why. */
void refused(const char *text, const char *what);
void source_refused(const char *options, const char *what);
void destination_refused(const char *options, const char *what);

#endif
