/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each member is written apart, so that the formatter can leave one out without
 * knowing JSON. What is longer than any record stays empty.
 */
#include "config.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_put.h"
#include "format/event.h"
#include "intake/fill_event.h"
#include "intake/json_members.h"
#include "intake/val.h"
#include "intake/val_json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Over any max-size that the configuration allows. */
#define MEMBER_MAX_BYTES (1U << 20)
/* An identifier longer than that is none. */
#define ID_MAX_BYTES (FIELD_MAX_ID + 2)

static const char *const id_names[] = {"abxMessageId", "abxMessageIdStr",
    "threatId", "caseId", "vendorCaseId", "campaignId", "messageId",
    "abx_message_id"};

struct filling {
	struct json_member *members;
	size_t count;
	struct buf json; /* of one */
	struct arena *arena;
	bool has_threat_id;
};

static void count_member(struct text name, const struct val *value, void *arg);
static void add_member(struct text name, const struct val *value, void *arg);
static void add_threat_id(struct filling *f, struct text id);
static bool is_id(struct text name);
static struct text quoted(struct filling *f, struct text t);
static struct text kept(struct filling *f);

void
members_fill(struct event *event, const struct val *value, struct arena *arena)
{
	bool is_threat = event->schema == &schema_threat;
	struct filling f = {.arena = arena};
	size_t count = 0;

	if (event->member_count != 0 || value == NULL)
		return;
	val_each_member(value, count_member, &count);
	f.members = arena_alloc(arena, (count + 1) * sizeof(*f.members));
	buf_init(&f.json, MEMBER_MAX_BYTES);
	/* One that is null or empty is missing, too. */
	f.has_threat_id =
	    !is_threat || !text_is_empty(val_member_text(value, "threatId"));
	val_each_member(value, add_member, &f);
	if (!f.has_threat_id)
		add_threat_id(&f, fill_text_at(event, THREAT_FLEX1_THREAT_ID));
	buf_clear(&f.json);
	event->members = f.members;
	event->member_count = f.count;
}

static void
count_member(struct text name, const struct val *value, void *arg)
{
	size_t *count = arg;

	(void)name;
	(void)value;
	++*count;
}

/* The name "cefd" is our own. */
static void
add_member(struct text name, const struct val *value, void *arg)
{
	struct filling *f = arg;
	struct json_member *member = &f->members[f->count];

	if (text_eq(name, TEXT("cefd")) ||
	    (!f->has_threat_id && text_eq(name, TEXT("threatId"))))
		return;
	member->name = quoted(f, name);
	buf_reset(&f->json);
	val_put_json(&f->json, value);
	member->json = kept(f);
	if (text_is_empty(member->name))
		*member = (struct json_member){.name = TEXT("\"*\"")};
	member->is_id = member->json.len <= ID_MAX_BYTES && is_id(name);
	f->count++;
}

static void
add_threat_id(struct filling *f, struct text id)
{
	if (text_is_empty(id))
		return;
	f->members[f->count++] =
	    (struct json_member){.name = TEXT("\"threatId\""),
	        .json = quoted(f, id),
	        .is_id = id.len <= ID_MAX_BYTES};
}

static bool
is_id(struct text name)
{
	for (size_t i = 0; i < COUNT(id_names); i++)
		if (text_eq(name, text_of(id_names[i])))
			return true;
	return false;
}

static struct text
quoted(struct filling *f, struct text t)
{
	buf_reset(&f->json);
	json_put_quoted(&f->json, t);
	return kept(f);
}

/* A copy of what was written, empty if it was too much. */
static struct text
kept(struct filling *f)
{
	char *copy;

	if (f->json.overflow)
		return (struct text){NULL, 0};
	copy = arena_alloc(f->arena, f->json.len);
	memcpy(copy, f->json.data, f->json.len);
	return (struct text){copy, f->json.len};
}
