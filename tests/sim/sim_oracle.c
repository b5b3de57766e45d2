/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the truth.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sim_client.h"
#include "sim_number.h"
#include "sim_oracle.h"

static uint64_t
number(char **line)
{
	uint64_t value;

	assert_int_equal(sim_uint_parse(strsep(line, "\t"), &value), 0);
	return value;
}

/* The field as it was before what would break its line was escaped. */
static const char *
unescape(char *field)
{
	static const char names[] = "trn\\";
	static const char meant[] = "\t\r\n\\";
	char *from;
	char *to;

	to = field;
	for (from = field; *from != '\0'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		from++;
		assert_true(*from != '\0' && strchr(names, *from) != NULL);
		*to++ = meant[strchr(names, *from) - names];
	}
	*to = '\0';
	return field;
}

void
oracle_ask(struct oracle *o, struct client *c, const char *stream)
{
	struct oracle_row *row;
	char *line;
	char *rest;

	memset(o, 0, sizeof(*o));
	o->text = client_text(c, "/_sim/truth?stream=%s", stream);
	rest = o->text;
	for (;;) {
		line = strsep(&rest, "\n");
		if (line == NULL || *line == '\0')
			break;
		o->row = xrealloc(o->row, o->count + 1, sizeof(*o->row));
		row = &o->row[o->count++];
		row->id = strsep(&line, "\t");
		row->status = unescape(strsep(&line, "\t"));
		row->number = number(&line);
		row->set_ms = (int64_t)number(&line);
		row->fate = strsep(&line, "\t");
		row->served = number(&line);
		row->own_ms = (int64_t)number(&line);
		assert_null(line);
	}
}

void
oracle_clear(struct oracle *o)
{
	free(o->row);
	free(o->text);
}

const struct oracle_row *
oracle_now(const struct oracle *o, const char *id)
{
	size_t i;

	for (i = 0; i < o->count; i++) {
		if (!strcmp(o->row[i].id, id) && !strcmp(o->row[i].fate, "now"))
			return &o->row[i];
	}
	return NULL;
}

size_t
oracle_count(const struct oracle *o, const char *fate)
{
	size_t count;
	size_t i;

	count = 0;
	for (i = 0; i < o->count; i++)
		count += !strcmp(o->row[i].fate, fate);
	return count;
}
