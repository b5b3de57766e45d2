/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attachments and links. A message lists names and addresses; the endpoints
 * tell for all messages of the threat which of them has which.
 */
#include "config.h"

#include <inttypes.h>

#include "base/rng.h"
#include "sim.h"
#include "sim_answer.h"
#include "sim_draw.h"
#include "sim_json.h"
#include "sim_message.h"
#include "sim_parts.h"
#include "sim_threats.h"
#include "sim_words.h"

#define URL_LONG_LIST 40 /* addresses in a long list, at least */

/* What sim_hash is asked for. */
#define PURPOSE_FILES (UINT64_C(22) << 32)
#define PURPOSE_FILE (UINT64_C(23) << 32) /* + its number */
#define PURPOSE_URLS (UINT64_C(24) << 32)
#define PURPOSE_URL (UINT64_C(25) << 32) /* + its number */
#define PURPOSE_LINK (UINT64_C(26) << 32)
#define PURPOSE_LOSSY (UINT64_C(27) << 32)

struct url {
	const char *domain;
	uint64_t path;
	unsigned user;
	unsigned number;
};

typedef unsigned count_fn(const struct sim_threat *t);
/* The members of one part of one message. */
typedef void part_fn(
    struct buf *out, const struct sim_threat *t, unsigned number);

static count_fn count_files;
static count_fn count_urls;
static part_fn put_file;
static part_fn put_link;
static void put_parts(struct sim_answer *a, const char *id, const char *member,
    count_fn *count, part_fn *put);
static void put_message_id(
    struct buf *out, const struct sim_threat *t, uint32_t n);
static const char *file_name(const struct sim_threat *t, unsigned number);
static void url_draw(
    struct url *url, const struct sim_threat *t, unsigned number);
static void put_url(struct buf *out, const struct url *url);

/* urlCount may exceed the list: the API counts what it does not show. */
void
sim_parts_put(struct buf *out, const struct sim_threat *t)
{
	struct url url;
	unsigned count;
	unsigned i;

	count = count_files(t);
	sim_json_open(out, "attachmentNames", '[');
	for (i = 0; i < count; i++)
		sim_json_word(out, file_name(t, i));
	sim_json_close(out, ']');
	if (!t->old_style)
		sim_json_member_int(out, "attachmentCount", count);
	count = count_urls(t);
	sim_json_open(out, "urls", '[');
	for (i = 0; i < count; i++) {
		url_draw(&url, t, i);
		sim_json_sep(out);
		put_url(out, &url);
	}
	sim_json_close(out, ']');
	if (!t->old_style)
		sim_json_member_int(out, "urlCount",
		    (int64_t)count +
		        (sim_hash(t->key, PURPOSE_URLS + 1) % 10 == 0 ? 9 : 0));
}

void
sim_parts_attachments(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	(void)query;
	put_parts(a, id, "attachments", count_files, put_file);
}

void
sim_parts_links(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	(void)query;
	put_parts(a, id, "links", count_urls, put_link);
}

static void
put_parts(struct sim_answer *a, const char *id, const char *member,
    count_fn *count, part_fn *put)
{
	const struct sim_threat *t;
	uint64_t visible;
	unsigned i;
	uint32_t n;

	t = sim_store_find(&a->sim->store, id);
	if (t == NULL) {
		sim_answer_error(a, 404, "Threat does not exist");
		return;
	}
	visible = sim_threats_visible(a->sim, t);
	sim_json_open(&a->body, NULL, '{');
	sim_json_open(&a->body, member, '[');
	for (n = 0; n < visible; n++) {
		for (i = 0; i < count(t); i++) {
			sim_json_open(&a->body, NULL, '{');
			put_message_id(&a->body, t, n);
			put(&a->body, t, i);
			sim_json_close(&a->body, '}');
		}
	}
	sim_json_close(&a->body, ']');
	sim_message_put_tenant(&a->body, !t->old_style);
	sim_json_close(&a->body, '}');
}

/* The number went through a double in some replies; the text is exact. */
static void
put_message_id(struct buf *out, const struct sim_threat *t, uint32_t n)
{
	int64_t id;

	id = sim_message_id(t, n);
	sim_json_member_int(out, "abxMessageId",
	    sim_hash(t->key, PURPOSE_LOSSY + n) % 4 != 0 ? id : id - id % 1000);
	sim_put_number(out, "abxMessageIdStr", id, true);
}

static unsigned
count_files(const struct sim_threat *t)
{
	struct rng r;

	rng_init(&r, sim_hash(t->key, PURPOSE_FILES));
	return sim_chance(&r, 70) ? 0 : (unsigned)rng_below(&r, 4) + 1;
}

static const char *
file_name(const struct sim_threat *t, unsigned number)
{
	struct rng r;

	rng_init(&r, sim_hash(t->key, PURPOSE_FILE + number));
	return sim_draw(&r, &sim_attachments);
}

static void
put_file(struct buf *out, const struct sim_threat *t, unsigned number)
{
	sim_json_member_word(out, "attachmentName", file_name(t, number));
}

static unsigned
count_urls(const struct sim_threat *t)
{
	struct rng r;

	rng_init(&r, sim_hash(t->key, PURPOSE_URLS));
	if (sim_chance(&r, 2))
		return URL_LONG_LIST + (unsigned)rng_below(&r, 30);
	return (unsigned)rng_below(&r, 4);
}

static void
url_draw(struct url *url, const struct sim_threat *t, unsigned number)
{
	struct rng r;

	rng_init(&r, sim_hash(t->key, PURPOSE_URL + number));
	url->domain = sim_draw(&r, &sim_domains);
	url->path = rng_next(&r);
	url->user = (unsigned)rng_below(&r, UINT32_MAX);
	url->number = number;
}

static void
put_url(struct buf *out, const struct url *url)
{
	(void)buf_printf(out,
	    "\"https://%s/c/%016" PRIx64 "?u=%08x&next=%%2Fhome;s=%u\"",
	    url->domain, url->path, url->user, url->number);
}

static void
put_link(struct buf *out, const struct sim_threat *t, unsigned number)
{
	struct url url;
	struct rng r;

	url_draw(&url, t, number);
	rng_init(&r, sim_hash(t->key, PURPOSE_LINK + number));
	sim_json_member_word(out, "domainLink", url.domain);
	sim_json_member(out, "linkType", "html href");
	sim_json_member(
	    out, "source", sim_chance(&r, 90) ? "body" : "attachment");
	if (sim_chance(&r, 10))
		sim_put_nothing(out, "displayText", SIM_NOTHING_NULL);
	else
		sim_json_member_word(
		    out, "displayText", sim_draw(&r, &sim_link_texts));
	sim_json_key(out, "linkUrl");
	put_url(out, &url);
}
