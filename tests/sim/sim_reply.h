/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reply as a test's client got it, and what is in it. What must be there and
 * is not fails the running cmocka test.
 */
#ifndef CEFD_SIM_REPLY_H
#define CEFD_SIM_REPLY_H

#include <curl/curl.h>
#include <json-c/json.h>

#include "base/buf.h"

struct reply {
	CURLcode rc;
	long code;
	struct buf body;
	struct buf head;
};

void reply_clear(struct reply *r);

/* The value of a header, or NULL; overwritten by the next call. */
const char *reply_header(const struct reply *r, const char *name);

/* A member that must be there. */
struct json_object *json_get(struct json_object *o, const char *name);

/* A member's text, or "" where it is absent or null. */
const char *json_text(struct json_object *o, const char *name);

/* A message's id as a good client reads it, for free(). */
char *message_id(struct json_object *message);

#endif
