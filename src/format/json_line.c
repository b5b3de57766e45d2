/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members are JSON already. All of them are tried first; only a record that
 * comes out too long costs a look at their sizes.
 */
#include "config.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "format/event.h"
#include "format/json_cefd.h"
#include "format/json_line.h"
#include "format/walk.h"

/* What stands around a member: the colon and the comma. */
#define AROUND_MEMBER 2
#define NAME_MAX_BYTES 512

struct line {
	struct pen pen;
	const struct event *event;
	bool *gone; /* by member; NULL: none is */
};

static void put_own(struct walk *walk);
static int put_members(struct buf *out, const struct event *event, size_t max);
static void put_shortened(struct line *line, const struct pen *start);
static void put_line(struct line *line);
static bool is_gone(const struct line *line, size_t i);
static size_t size_of(const struct json_member *member);
static int compare(const void *a, const void *b);

int
json_line_put(struct buf *out, const struct event *event, size_t max)
{
	if (event->member_count == 0)
		return walk_run(out, DIALECT_JSON, event, NULL, put_own, max);
	return put_members(out, event, max);
}

/* cefd's own notices. */
static void
put_own(struct walk *walk)
{
	const struct event *event = walk->event;
	struct json_truncated truncated = {.len = 0};

	pen_put(&walk->pen, TEXT("{\"name\":\""));
	walk_put_escaped(
	    walk, walk_clean(walk, event->name, NAME_MAX_BYTES, TEXT("Other")));
	pen_putc(&walk->pen, '"');
	walk_fields(walk);
	for (size_t i = 0; i < event->schema->count; i++)
		if (walk->cut[i])
			json_truncated_field(&truncated,
			    &event->schema->fields[i], event->schema);
	pen_putc(&walk->pen, ',');
	json_cefd_put(&walk->pen, event, &truncated);
	pen_putc(&walk->pen, '}');
}

static int
put_members(struct buf *out, const struct event *event, size_t max)
{
	struct line line = {.event = event};
	struct pen start;

	if (pen_open(&start, out, max) == -1)
		return -1;
	line.pen = start;
	put_line(&line);
	if (line.pen.full)
		put_shortened(&line, &start);
	return pen_close(&line.pen, out);
}

static void
put_shortened(struct line *line, const struct pen *start)
{
	const struct event *event = line->event;
	size_t room = (size_t)(start->end - start->at), size = 0;
	const struct json_member **order =
	    xcalloc(event->member_count, sizeof(const struct json_member *));

	line->gone = xcalloc(event->member_count, sizeof(*line->gone));
	for (size_t i = 0; i < event->member_count; i++) {
		order[i] = &event->members[i];
		size += size_of(order[i]);
	}
	qsort(order, event->member_count, sizeof(const struct json_member *),
	    compare);
	for (size_t n = 0; n < event->member_count && line->pen.full; n++) {
		line->gone[order[n] - event->members] = true;
		size -= size_of(order[n]);
		if (size >= room)
			continue;
		line->pen = *start;
		put_line(line);
	}
	free(line->gone);
	free(order);
}

static void
put_line(struct line *line)
{
	struct json_truncated truncated = {.len = 0};
	struct pen *pen = &line->pen;

	pen_putc(pen, '{');
	for (size_t i = 0; i < line->event->member_count && !pen->full; i++) {
		const struct json_member *member = &line->event->members[i];

		if (is_gone(line, i)) {
			json_truncated_member(&truncated, member->name);
			continue;
		}
		pen_put(pen, member->name);
		pen_putc(pen, ':');
		pen_put(pen, member->json);
		pen_putc(pen, ',');
	}
	json_cefd_put(pen, line->event, &truncated);
	pen_putc(pen, '}');
}

static bool
is_gone(const struct line *line, size_t i)
{
	return line->event->members[i].json.len == 0 ||
	    (line->gone != NULL && line->gone[i]);
}

static size_t
size_of(const struct json_member *member)
{
	if (member->json.len == 0)
		return 0;
	return member->name.len + member->json.len + AROUND_MEMBER;
}

/* What leaves earlier comes first; of equals the later member. */
static int
compare(const void *a, const void *b)
{
	const struct json_member *one = *(const struct json_member *const *)a;
	const struct json_member *other = *(const struct json_member *const *)b;

	if (one->is_id != other->is_id)
		return one->is_id ? 1 : -1;
	if (size_of(one) != size_of(other))
		return size_of(one) > size_of(other) ? -1 : 1;
	return one > other ? -1 : one < other;
}
