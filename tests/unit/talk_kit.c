/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One stream, from its opening to the peer's end.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "certs.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/tls_context.h"
#include "spool_kit.h"
#include "talk_kit.h"

#define LIMIT_MS 15000

char *talk_folder;

static void on_opened(void *arg);
static void on_writable(void *arg);
static void on_ended(enum conn_end end, const struct err *why, void *arg);
static void on_limit(void *arg);
static void write_on(struct talk *talk);

int
talk_setup(void **state)
{
	(void)state;
	talk_folder = kit_folder();
	return certs_write_all(talk_folder);
}

int
talk_teardown(void **state)
{
	(void)state;
	kit_remove(talk_folder);
	return 0;
}

char *
talk_path(const char *name)
{
	if (name == NULL)
		return NULL;
	return xasprintf("%s/%s", talk_folder, name);
}

struct tls_context *
talk_context(const char *ca, const char *cert, const char *key, int min)
{
	char *ca_file = talk_path(ca);
	char *cert_file = talk_path(cert);
	char *key_file = talk_path(key);
	const struct tls_options options = {.ca_file = ca_file,
	    .cert_file = cert_file,
	    .key_file = key_file,
	    .min_version = min};
	struct err err = {ERR_NONE, ""};
	struct tls_context *context = tls_context_new(&options, &err);

	if (context == NULL)
		print_error("%s\n", err.text);
	assert_non_null(context);
	free(ca_file);
	free(cert_file);
	free(key_file);
	return context;
}

char *
talk_copy(const char *from, const char *to)
{
	char *source = talk_path(from), *target = talk_path(to);
	char *fresh = xasprintf("%s.new", target);
	struct buf content;

	buf_init(&content, 1U << 20);
	assert_int_equal(file_read(source, &content, NULL), 0);
	talk_write(fresh, content.data, content.len);
	assert_int_equal(rename(fresh, target), 0);
	buf_clear(&content);
	free(fresh);
	free(source);
	return target;
}

void
talk_write(const char *path, const char *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd != -1);
	assert_int_equal(write(fd, data, len), len);
	(void)close(fd);
}

struct tls_context *
talk_context_plain(void)
{
	return talk_context("ca.pem", NULL, NULL, 0x0303);
}

void
talk_to(struct talk *talk, const char *server, const char *name,
    struct tls_context *tls)
{
	const struct conn_options options = {
	    .server = server,
	    .name = name,
	    .tls = tls,
	    .connect_timeout_ms = 2000,
	    .write_timeout_ms = 5000,
	};
	const struct conn_hooks hooks = {
	    on_opened, on_writable, NULL, on_ended, talk};

	talk->loop = loop_new(NULL);
	talk->limit = timer_new(talk->loop, on_limit, talk);
	timer_set(talk->limit, LIMIT_MS);
	talk->conn = conn_open(talk->loop, &options, &hooks);
	loop_run(talk->loop);
	conn_free(talk->conn);
	talk->conn = NULL;
	timer_free(talk->limit);
	loop_free(talk->loop);
	assert_false(talk->timed_out);
}

static void
on_opened(void *arg)
{
	struct talk *talk = arg;
	struct conn_facts facts;

	talk->opened = true;
	conn_facts(talk->conn, &facts);
	talk->resumed = facts.resumed;
	talk->expires_ms = facts.expires_ms;
	if (!talk->hold)
		write_on(talk);
}

static void
on_writable(void *arg)
{
	write_on(arg);
}

static void
on_ended(enum conn_end end, const struct err *why, void *arg)
{
	struct talk *talk = arg;

	assert_false(talk->ended);
	talk->ended = true;
	talk->end = end;
	talk->why = *why;
	/* The hook may free it. */
	conn_free(talk->conn);
	talk->conn = NULL;
	loop_stop(talk->loop);
}

static void
on_limit(void *arg)
{
	struct talk *talk = arg;

	talk->timed_out = true;
	loop_stop(talk->loop);
}

static void
write_on(struct talk *talk)
{
	size_t taken = 1;

	while (talk->len > 0 && taken > 0) {
		if (conn_write(talk->conn, talk->data, talk->len, &taken) == -1)
			return;
		talk->data += taken;
		talk->len -= taken;
	}
	if (talk->len == 0)
		conn_finish(talk->conn);
	else
		conn_want_write(talk->conn, true);
}
