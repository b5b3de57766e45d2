/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One customer's access to the API: token, budget, requests under way and the
 * API's own clock. All streams of a source share it, and nothing else.
 */
#ifndef CEFD_INTAKE_ACCOUNT_H
#define CEFD_INTAKE_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

struct account;
struct bucket;
struct conf_source;
struct err;
struct intake_world;

/* `freed` is called when a place in flight became free. */
struct account *account_new(const struct intake_world *world,
    const struct conf_source *conf, void (*freed)(void *arg), void *arg);
void account_free(struct account *account);

/* Use other settings; the budget starts anew only if it is another one. */
void account_configure(struct account *account, const struct conf_source *conf);

/* Read the token anew, so that a new one needs no restart. */
int account_read_token(struct account *account, struct err *err);
const char *account_token(const struct account *account); /* secret */

struct bucket *account_bucket(struct account *account);

/* Requests since start. */
uint64_t account_requests(const struct account *account);

/*
 * The API's clock, ms since 1970, learnt from the Date of its replies and
 * carried on by our monotonic clock; this machine's until the first reply. So
 * a wrong or stepped clock of this machine moves no window.
 */
int64_t account_server_ms(const struct account *account);
bool account_knows_time(const struct account *account);

/* This machine's clock less the API's, as of now; 0 when not known. */
int64_t account_skew_ms(const struct account *account);

#endif
