/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fake API. Its manners are those of the simulator in tests/sim: lists of
 * ids only, in the order of the ids, bounds cut to whole seconds and the upper
 * one exclusive, pages that are offsets into live data.
 */
#ifndef CEFD_TESTS_REPLAY_API_FAKE_H
#define CEFD_TESTS_REPLAY_API_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "fake_http.h"
#include "script.h"

struct ring;

#define API_HOST "api.example"

/* The server that a ring's requests go to. */
void api_fake_init(struct fake_server *server, struct ring *ring);

/* GET /v1/threats?`query` and GET /v1/threats/`id`?`query`. */
void api_put_list(struct ring *ring, struct answer *answer, struct text query);
void api_put_detail(struct ring *ring, struct answer *answer, struct text id,
    struct text query);

/* The other streams. False: the path is none of theirs. */
bool api_put_other(struct ring *ring, struct answer *answer, struct text path,
    struct text query);

/* Have the further documents of a message or item anything to say of it? */
bool api_has_extras(const struct ring *ring, uint32_t message);
/* Answer for them with nothing but trouble, if it is so. */
bool api_refuses_extras(
    struct ring *ring, struct answer *answer, uint32_t message);

/* A parameter's value, or `otherwise` where there is none. */
int64_t api_number(struct text query, const char *name, int64_t otherwise);
struct text api_parameter(struct text query, const char *name);

/* Put a page's number and, where there is more, the next one's. */
void api_put_next(
    struct answer *answer, enum next_style style, int64_t page, bool more);
void api_refuse(struct answer *answer, int status, const char *why);

#endif
