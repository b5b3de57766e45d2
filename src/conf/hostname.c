/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gethostname(2), made full with /etc/hosts where it is short.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "conf/hostname.h"
#include "io/file.h"

#define HOSTS_FILE "/etc/hosts"
#define HOSTS_MAX (1U << 20)

static struct text next_word(struct text *line);
static struct text full_name(struct text line, struct text name);
static bool is_usable(const char *name);

char *
hostname_find(void)
{
	char name[256] = "";
	char *full = NULL;
	struct buf hosts;

	if (gethostname(name, sizeof(name) - 1) == -1 || !is_usable(name))
		return xstrdup("-");
	buf_init(&hosts, HOSTS_MAX);
	if (strchr(name, '.') == NULL &&
	    file_read(HOSTS_FILE, &hosts, NULL) == 0)
		full = hostname_from_hosts(
		    (struct text){hosts.data, hosts.len}, name);
	buf_clear(&hosts);
	if (full != NULL && is_usable(full))
		return full;
	free(full);
	return xstrdup(name);
}

char *
hostname_from_hosts(struct text hosts, const char *name)
{
	while (hosts.len != 0) {
		const char *end = memchr(hosts.ptr, '\n', hosts.len);
		size_t len =
		    end != NULL ? (size_t)(end - hosts.ptr) : hosts.len;
		struct text line = {hosts.ptr, len};
		const char *hash = memchr(line.ptr, '#', line.len);
		struct text found;

		if (hash != NULL)
			line.len = (size_t)(hash - line.ptr);
		found = full_name(line, text_of(name));
		if (found.len != 0)
			return xstrndup(found.ptr, found.len);
		len += end != NULL;
		hosts = (struct text){hosts.ptr + len, hosts.len - len};
	}
	return NULL;
}

/* Empty when the line does not list the name, or nothing longer. */
static struct text
full_name(struct text line, struct text name)
{
	struct text full = {NULL, 0};
	bool listed = false;

	(void)next_word(&line); /* the address */
	for (struct text w = next_word(&line); w.len != 0;
	     w = next_word(&line)) {
		listed = listed || text_eq_nocase(w, name);
		if (full.len == 0 && memchr(w.ptr, '.', w.len) != NULL)
			full = w;
	}
	return listed ? full : (struct text){NULL, 0};
}

static struct text
next_word(struct text *line)
{
	struct text word;

	*line = text_trim(*line);
	word.ptr = line->ptr;
	word.len = 0;
	while (
	    word.len < line->len && strchr(" \t", line->ptr[word.len]) == NULL)
		word.len++;
	line->ptr += word.len;
	line->len -= word.len;
	return word;
}

/* PRINTUSASCII, 1 to 255 (RFC 5424, section 6.2.4). */
static bool
is_usable(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (name[i] <= 0x20 || name[i] >= 0x7f)
			return false;
	return len != 0 && len <= 255;
}
