/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON by hand, on purpose: the simulator must be able to write what a
 * proper writer refuses (lone surrogates, odd escapes, broken text).
 *
 * A comma is put where the octet before asks for one, so there is no state.
 */
#ifndef CEFD_SIM_JSON_H
#define CEFD_SIM_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct buf;

/* A comma, unless the value is the first of its object or array. */
void sim_json_sep(struct buf *b);

/* `"name":`, with the comma before it if one is due. */
void sim_json_key(struct buf *b, const char *name);

/* An object or array: a member where `name` is not NULL. */
void sim_json_open(struct buf *b, const char *name, char bracket);
void sim_json_close(struct buf *b, char bracket);

/* A quoted string; controls, quotes and backslashes are escaped. */
void sim_json_text(struct buf *b, struct text t);

/* A member whose value is a quoted string, a number, or text as it stands. */
void sim_json_member(struct buf *b, const char *name, const char *value);
void sim_json_member_int(struct buf *b, const char *name, int64_t value);
void sim_json_member_raw(struct buf *b, const char *name, const char *json);

/* A string by its inside, escapes included: an element, or a member. */
void sim_json_word(struct buf *b, const char *word);
void sim_json_member_word(struct buf *b, const char *name, const char *word);

#endif
