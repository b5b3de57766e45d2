/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One window whose list the API cannot answer must not hold up its stream.
 */
#ifndef CEFD_INTAKE_ISOLATE_H
#define CEFD_INTAKE_ISOLATE_H

#include <stdbool.h>

struct err;
struct listing;

/* The list was answered with trouble, or not at all: ask again after a pause;
 * or, when it is to blame, go on with halves or without it. */
void isolate_failed(struct listing *l, const struct err *why);

/* It is known to be to blame: go on without it, for now, or with its halves. */
void isolate_put_off(struct listing *l, const struct err *why);

/* A list was answered well. */
void isolate_answered(struct listing *l);

/* Ask for something else of its stream, which account_admit has let in: is it
 * the list's fault? */
void isolate_probe(struct listing *l);

#endif
