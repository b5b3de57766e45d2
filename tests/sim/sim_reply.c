/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies and the JSON in them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sim_reply.h"

void
reply_clear(struct reply *r)
{
	buf_clear(&r->body);
	buf_clear(&r->head);
}

const char *
reply_header(const struct reply *r, const char *name)
{
	static char value[256];
	const char *line;
	const char *end;
	size_t len;

	len = strlen(name);
	end = r->head.data + r->head.len;
	for (line = r->head.data; line != NULL && line < end;
	     line = memchr(line, '\n', (size_t)(end - line))) {
		line += *line == '\n';
		if ((size_t)(end - line) <= len + 2 || line[len] != ':' ||
		    strncasecmp(line, name, len) != 0)
			continue;
		line += len + 2;
		len = strcspn(line, "\r\n");
		assert_true(len < sizeof(value));
		memcpy(value, line, len);
		value[len] = '\0';
		return value;
	}
	return NULL;
}

struct json_object *
json_get(struct json_object *o, const char *name)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(o, name, &value));
	return value;
}

const char *
json_text(struct json_object *o, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, name, &value) || value == NULL)
		return "";
	return json_object_get_string(value);
}

char *
message_id(struct json_object *message)
{
	struct json_object *value;
	const char *url;

	if (json_object_object_get_ex(message, "abxMessageIdStr", &value) ||
	    json_object_object_get_ex(message, "abxMessageId", &value))
		return xstrdup(json_object_get_string(value));
	url = json_text(message, "abxPortalUrl");
	assert_non_null(strrchr(url, '/'));
	return xstrdup(strrchr(url, '/') + 1);
}
