/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process and the client.
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sim_client.h"
#include "sim_number.h"

#define ARGS_MAX 40
#define REPLY_MAX (512 << 20)

extern char **environ;

static const char *
program(void)
{
	const char *path;

	path = getenv("CEFSIM");
	return path != NULL ? path : CEFSIM_PATH;
}

static pid_t
spawn(const char **argv, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int rc;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	if (out != -1)
		(void)posix_spawn_file_actions_adddup2(&actions, out, 1);
	else
		(void)posix_spawn_file_actions_addopen(
		    &actions, 2, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(
	    &pid, argv[0], &actions, NULL, (char **)(uintptr_t)argv, environ);
	assert_int_equal(rc, 0);
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static void
read_port(struct client *c)
{
	static const char words[] = "listening on port ";
	char line[64];
	struct pollfd pfd;
	uint64_t port;
	size_t len;
	ssize_t n;

	pfd.fd = c->out;
	pfd.events = POLLIN;
	for (len = 0; len == 0 || line[len - 1] != '\n'; len += (size_t)n) {
		assert_int_equal(poll(&pfd, 1, CLIENT_LIMIT_MS), 1);
		n = read(c->out, line + len, sizeof(line) - 1 - len);
		assert_true(n > 0);
	}
	assert_int_equal(strncmp(line, words, sizeof(words) - 1), 0);
	line[len - 1] = '\0';
	assert_int_equal(sim_uint_parse(line + sizeof(words) - 1, &port), 0);
	c->port = (unsigned)port;
}

void
client_start(struct client *c, ...)
{
	const char *argv[ARGS_MAX];
	char *port_file;
	size_t argc;
	va_list ap;
	int fds[2];

	memset(c, 0, sizeof(*c));
	memcpy(c->dir, "/tmp/cefsim.XXXXXX", 19);
	assert_non_null(mkdtemp(c->dir));
	port_file = xasprintf("--port-file=%s/port", c->dir);
	argv[0] = program();
	argv[1] = "--die-with-parent";
	argv[2] = "--lifetime=300s";
	argv[3] = port_file;
	argv[4] = "--self-signed";
	argv[5] = c->dir;
	argc = 6;
	va_start(ap, c);
	do {
		assert_true(argc < ARGS_MAX);
		argv[argc] = va_arg(ap, const char *);
	} while (argv[argc++] != NULL);
	va_end(ap);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	c->pid = spawn(argv, fds[1]);
	free(port_file);
	(void)close(fds[1]);
	c->out = fds[0];
	read_port(c);
	c->curl = curl_easy_init();
	assert_non_null(c->curl);
	c->token = "sim-token";
	c->timeout_ms = CLIENT_LIMIT_MS;
}

void
client_stop(struct client *c)
{
	static const char *const files[] = {"cert.pem", "key.pem", "port"};
	char *path;
	size_t i;

	curl_easy_cleanup(c->curl);
	assert_int_equal(kill(c->pid, SIGTERM), 0);
	assert_int_equal(client_wait(c->pid), 0);
	(void)close(c->out);
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		path = xasprintf("%s/%s", c->dir, files[i]);
		(void)unlink(path);
		free(path);
	}
	(void)rmdir(c->dir);
}

int
client_run(const char *option, ...)
{
	const char *argv[ARGS_MAX];
	size_t argc;
	va_list ap;
	int null;
	int rc;

	argv[0] = program();
	argv[1] = option;
	argc = 2;
	va_start(ap, option);
	do {
		assert_true(argc < ARGS_MAX);
		argv[argc] = va_arg(ap, const char *);
	} while (argv[argc++] != NULL);
	va_end(ap);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	rc = client_wait(spawn(argv, null));
	(void)close(null);
	return rc;
}

int
client_wait(pid_t pid)
{
	struct pollfd pfd;
	int status;

	/* glibc has no name for it before 2.36. */
	pfd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	pfd.events = POLLIN;
	assert_true(pfd.fd != -1);
	if (poll(&pfd, 1, CLIENT_LIMIT_MS) != 1)
		(void)kill(pid, SIGKILL);
	(void)close(pfd.fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t
on_data(char *data, size_t size, size_t count, void *arg)
{
	return buf_put(arg, data, size * count) == 0 ? size * count : 0;
}

static void
set_up(struct client *c, CURL *curl, struct reply *r, const char *path)
{
	char *text;

	memset(r, 0, sizeof(*r));
	buf_init(&r->body, REPLY_MAX);
	buf_init(&r->head, 65536);
	curl_easy_reset(curl);
	if (!strncmp(path, "POST ", 5)) {
		path += 5;
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
	}
	text = xasprintf("https://localhost:%u%s", c->port, path);
	(void)curl_easy_setopt(curl, CURLOPT_URL, text);
	free(text);
	text = xasprintf("%s/cert.pem", c->dir);
	(void)curl_easy_setopt(curl, CURLOPT_CAINFO, text);
	free(text);
	if (c->token != NULL) {
		(void)curl_easy_setopt(
		    curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		(void)curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, c->token);
	}
	(void)curl_easy_setopt(
	    curl, CURLOPT_ACCEPT_ENCODING, c->accept_encoding);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, c->timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &r->body);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_data);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, &r->head);
}

CURL *
client_handle(struct client *c, struct reply *r, const char *path)
{
	CURL *curl;

	curl = curl_easy_init();
	assert_non_null(curl);
	set_up(c, curl, r, path);
	return curl;
}

static void
ask(struct client *c, struct reply *r, const char *fmt, va_list ap)
{
	char *path;

	assert_true(vasprintf(&path, fmt, ap) != -1);
	set_up(c, c->curl, r, path);
	r->rc = curl_easy_perform(c->curl);
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &r->code);
	free(path);
}

void
client_ask(struct client *c, struct reply *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ask(c, r, fmt, ap);
	va_end(ap);
}

static void
ask_for(
    struct client *c, struct reply *r, long code, const char *fmt, va_list ap)
{
	ask(c, r, fmt, ap);
	if (r->rc != CURLE_OK || r->code != code)
		print_error("%s: %s, %ld: %.*s\n", fmt,
		    curl_easy_strerror(r->rc), r->code, (int)r->body.len,
		    r->body.len != 0 ? r->body.data : "");
	assert_int_equal(r->rc, CURLE_OK);
	assert_int_equal(r->code, code);
}

char *
client_text(struct client *c, const char *fmt, ...)
{
	struct reply r;
	va_list ap;
	char *text;

	va_start(ap, fmt);
	ask_for(c, &r, 200, fmt, ap);
	va_end(ap);
	text = buf_take(&r.body);
	reply_clear(&r);
	return text;
}

struct json_object *
client_json(struct client *c, const char *fmt, ...)
{
	struct json_object *o;
	struct reply r;
	va_list ap;
	char *text;

	va_start(ap, fmt);
	ask_for(c, &r, 200, fmt, ap);
	va_end(ap);
	text = buf_take(&r.body);
	o = json_tokener_parse(text);
	assert_non_null(o);
	free(text);
	reply_clear(&r);
	return o;
}

void
client_expect(struct client *c, long code, const char *fmt, ...)
{
	struct reply r;
	va_list ap;

	va_start(ap, fmt);
	ask_for(c, &r, code, fmt, ap);
	va_end(ap);
	reply_clear(&r);
}

int64_t
client_stat(struct client *c, const char *name)
{
	struct json_object *stats;
	struct json_object *at;
	const char *dot;
	char *first;
	int64_t value;

	stats = client_json(c, "/_sim/stats");
	at = stats;
	dot = strchr(name, '.');
	if (dot != NULL) {
		first = xstrndup(name, (size_t)(dot - name));
		at = json_get(stats, first);
		name = dot + 1;
		free(first);
	}
	/* A status that never came has no counter. */
	value = json_object_object_get_ex(at, name, &at)
	    ? json_object_get_int64(at)
	    : 0;
	(void)json_object_put(stats);
	return value;
}
