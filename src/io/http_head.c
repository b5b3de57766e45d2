/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 9112, sections 2 and 3. A lone LF ends a line too (section 2.2), and a
 * body is left where it is: no request that is answered has a use for one.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "io/http_head.h"

#define ACCEPT "Accept:"
#define SCHEME "http://"

static int parse_request(char *line, struct http_head *ret);
static const char *path_of(char *target);
static char *next_line(char **rest);

size_t
http_head_len(const char *data, size_t len)
{
	const char *at = data, *end = data + len, *lf;

	while (
	    at < end && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at = lf + 1;
		if (at < end && *at == '\r')
			at++;
		if (at < end && *at == '\n')
			return (size_t)(at - data) + 1;
	}
	return 0;
}

int
http_head_parse(char *data, size_t len, struct http_head *ret)
{
	char *rest = data, *line;
	int status;

	*ret = (struct http_head){.path = "/", .accept = ""};
	data[len - 1] = '\0';
	if (strlen(data) != len - 1)
		return 400;
	status = parse_request(next_line(&rest), ret);
	while (status == 200 && (line = next_line(&rest)) != NULL)
		if (strncasecmp(line, ACCEPT, sizeof(ACCEPT) - 1) == 0) {
			line += sizeof(ACCEPT) - 1;
			ret->accept = line + strspn(line, " \t");
		}
	return status;
}

const char *
http_status_str(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 431:
		return "Request Header Fields Too Large";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Service Unavailable";
	}
}

static int
parse_request(char *line, struct http_head *ret)
{
	char *target = strchr(line, ' ');
	char *version = target != NULL ? strchr(target + 1, ' ') : NULL;

	if (version == NULL)
		return 400;
	*target++ = '\0';
	*version++ = '\0';
	ret->is_head = strcmp(line, "HEAD") == 0;
	if (strncmp(version, "HTTP/1.", 7) != 0)
		return strncmp(version, "HTTP/", 5) == 0 ? 505 : 400;
	if (!ret->is_head && strcmp(line, "GET") != 0)
		return 405;
	ret->path = path_of(target);
	return ret->path != NULL ? 200 : 400;
}

/* Of "/path?query", or of all of a URL (section 3.2.2). */
static const char *
path_of(char *target)
{
	if (strncasecmp(target, SCHEME, sizeof(SCHEME) - 1) == 0) {
		target += sizeof(SCHEME) - 1;
		target += strcspn(target, "/?#");
		if (*target != '/')
			return "/";
	}
	if (*target != '/')
		return NULL;
	target[strcspn(target, "?#")] = '\0';
	return target;
}

/* Without its end; NULL behind the last. */
static char *
next_line(char **rest)
{
	char *line = *rest, *lf;

	if (line == NULL)
		return NULL;
	lf = strchr(line, '\n');
	*rest = lf != NULL ? lf + 1 : NULL;
	if (lf != NULL)
		*lf = '\0';
	line[strcspn(line, "\r")] = '\0';
	return line;
}
