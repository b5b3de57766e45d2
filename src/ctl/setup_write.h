/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of `cefctl setup`: what was answered and tried becomes files.
 */
#ifndef CEFD_CTL_SETUP_WRITE_H
#define CEFD_CTL_SETUP_WRITE_H

#include <stdbool.h>

struct err;
struct replace;
struct setup;

/* Where the token goes: named for the configuration, so that two of them in
 * one folder have their own. For free(). */
char *setup_token_path(const struct setup *s);

/* Is that file's token the one that was answered? */
bool setup_has_token(const struct setup *s, const char *path);

/* Two paths, and what is to be in the first. */
struct setup_files {
	const char *token;
	const char *secret;
	const char *config;
};

/* Replace both, the configuration by what is answered so far. ERR_*: the second
 * may be as it was. */
int setup_put_files(const struct setup *s, const struct setup_files *files,
    const struct replace *how_token, const struct replace *how_config,
    struct err *err);

/* Put the token and the configuration where they are wanted, readable for cefd
 * and for nobody else. The exit status; why not was told. */
int setup_write(const struct setup *s);

/* Say how to start it. */
void setup_tell_next(const struct setup *s);

#endif
