/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions and their answers: from the person at the terminal, or from a file
 * of "key = value" lines, so that a program can give them.
 */
#ifndef CEFD_CTL_PROMPTS_H
#define CEFD_CTL_PROMPTS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct prompts;

/*
 * With `file`, "-" for stdin, all of it is read now: a key that is not among
 * `keys` (NULL ends them) is an error, and so is a file that others can read
 * and that holds the answer to `secret`. With NULL questions go to the
 * terminal; ERR_BAD when there is none.
 */
int prompts_new(struct prompts **ret, const char *file, const char *const *keys,
    const char *secret, struct err *err);

/* Wipes the answers. Takes NULL. */
void prompts_free(struct prompts *prompts);

/* Is there a person who can be asked once more? */
bool prompts_are_live(const struct prompts *prompts);

/*
 * The answer, without blanks at its ends, for free(). An empty one is `usual`;
 * where that is NULL a person is asked again and a file is at fault. NULL: the
 * input has ended, or lacks the key, and that was told.
 */
char *prompts_ask(struct prompts *prompts, const char *key,
    const char *question, const char *usual);

/* The same without an echo, for secret_free(). */
char *prompts_ask_secret(
    struct prompts *prompts, const char *key, const char *question);

/* 1 yes, 0 no, -1: as above. Without an answer it is `usual`. */
int prompts_confirm(
    struct prompts *prompts, const char *key, const char *question, bool usual);

#endif
