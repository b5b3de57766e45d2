/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions that end in a file or in datagrams.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "io/log.h"
#include "sender_kit.h"
#include "spool_kit.h"

#define PROGRAM_LIMIT_S 120
#define MUCH 100000

static const struct receiver_plan none = {.folder = NULL};
static char *folder;
/* What a disk does to who writes so much as this at once: nothing, for as long
 * as `hang` is there, or it takes half of it. */
static char *hang;
static char *fill;

/* Instead of the C library's; it is another process that comes here. */
ssize_t
write(int fd, const void *data, size_t size)
{
	if (size > MUCH && fill != NULL && access(fill, F_OK) == 0) {
		if (unlink(fill) == 0)
			return syscall(SYS_write, fd, data, size / 2);
	} else if (size > MUCH && fill != NULL) {
		errno = ENOSPC;
		return -1;
	}
	while (size > MUCH && hang != NULL && access(hang, F_OK) == 0)
		(void)poll(NULL, 0, 10);
	return syscall(SYS_write, fd, data, size);
}

static char *
make_file(const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	(void)fclose(file);
	return path;
}

static int
setup(void **state)
{
	folder = kit_folder();
	return sender_kit_setup(state);
}

static int
teardown(void **state)
{
	struct sender_kit *f = *state;
	char *path = f->conf.path;
	int rc = sender_kit_teardown(state);

	free(path);
	kit_remove(folder);
	return rc;
}

static void
begin_file(struct sender_kit *f)
{
	sender_kit_start(f, &none, 0);
	f->conf.transport = TRANSPORT_FILE;
	f->conf.framing = FRAMING_LF;
	f->conf.path = xasprintf("%s/log", folder);
}

/* The file has these records, a line each, and nothing else. */
static void
file_holds(const char *path, unsigned first, unsigned count)
{
	FILE *in = fopen(path, "r");
	char line[SENDER_KIT_RECORD_LEN + 2];
	char begin[40];

	assert_non_null(in);
	for (unsigned i = 0; i < count; i++) {
		assert_non_null(fgets(line, sizeof(line), in));
		assert_int_equal(strlen(line), SENDER_KIT_RECORD_LEN + 1);
		(void)snprintf(
		    begin, sizeof(begin), "<14>rec %012u>", first + i);
		assert_memory_equal(line, begin, strlen(begin));
	}
	assert_null(fgets(line, sizeof(line), in));
	(void)fclose(in);
}

static void
a_file_gets_lines_and_confirms(void **state)
{
	struct sender_kit *f = *state;

	begin_file(f);
	sender_kit_send(f, 10000);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	file_holds(f->conf.path, 0, 10000);
	assert_string_equal(sender_kit_stats(f).confirm_level, "file");
	assert_string_equal(sender_kit_stats(f).server, f->conf.path);
	assert_int_equal(sender_kit_stats(f).confirmed, 10000);
	/* The disk is waited for, so a session is small. */
	assert_in_range(sender_kit_stats(f).sessions, 3, 5);
}

static void
a_file_that_is_moved_is_made_anew(void **state)
{
	char *moved = xasprintf("%s/log.1", folder);
	struct sender_kit *f = *state;

	begin_file(f);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(rename(f->conf.path, moved), 0);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	file_holds(moved, 0, 10);
	file_holds(f->conf.path, 10, 10);
	free(moved);
}

static void
a_fifo_is_refused_and_loses_nothing(void **state)
{
	struct sender_kit *f = *state;

	begin_file(f);
	assert_int_equal(mkfifo(f->conf.path, 0600), 0);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_non_null(
	    strstr(sender_kit_stats(f).last_error, "not a regular file"));
	assert_non_null(strstr(sender_kit_stats(f).last_error, f->conf.path));
	assert_int_equal(unlink(f->conf.path), 0);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	file_holds(f->conf.path, 0, 10);
}

/* What is whole in the file by then is not written again. */
static void
a_disk_that_fills_takes_nothing_back_from_a_file(void **state)
{
	struct sender_kit *f = *state;
	uint64_t confirmed;

	begin_file(f);
	fill = make_file("fill");
	sender_kit_send(f, 2000);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	confirmed = sender_kit_stats(f).confirmed;
	assert_in_range(confirmed, 1, 1999);
	free(fill);
	fill = NULL;
	sender_kick(f->sender);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	file_holds(f->conf.path, 0, 2000);
	assert_int_equal(sender_kit_stats(f).confirmed, 2000);
	assert_in_range(sender_kit_stats(f).resent, 1, 2000 - confirmed);
}

/* The loop goes on, and nobody else begins to write while the first one may
 * still do so. */
static void
a_disk_that_hangs_is_waited_for_beside_the_loop(void **state)
{
	struct sender_kit *f = *state;

	begin_file(f);
	f->conf.confirm_timeout_ms = 300;
	hang = make_file("hang");
	sender_kit_send(f, 2000);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_stats(f).confirmed, 0);
	assert_non_null(
	    strstr(sender_kit_stats(f).last_error, "confirm-timeout"));
	assert_non_null(strstr(sender_kit_stats(f).last_error, f->conf.path));
	f->conf.confirm_timeout_ms = 30000;
	assert_int_equal(unlink(hang), 0);
	free(hang);
	hang = NULL;
	sender_kick(f->sender);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	file_holds(f->conf.path, 0, 2000);
	assert_int_equal(sender_kit_stats(f).confirmed, 2000);
}

/* A socket of ours; its address is in the kit. */
static int
begin_udp(struct sender_kit *f, bool listen)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	sender_kit_start(f, &none, 0);
	(void)snprintf(f->r[0].server, sizeof(f->r[0].server), "127.0.0.1:%u",
	    (unsigned)ntohs(addr.sin_port));
	f->servers[0] = f->r[0].server;
	f->conf.servers.count = 1;
	f->conf.transport = TRANSPORT_UDP;
	if (listen)
		return fd;
	(void)close(fd);
	return -1;
}

static void
a_record_is_a_datagram(void **state)
{
	struct sender_kit *f = *state;
	int fd = begin_udp(f, true);
	char data[2000];
	char text[40];

	/* So many fit into a socket that nobody reads. */
	sender_kit_send(f, 60);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	for (unsigned i = 0; i < 60; i++) {
		(void)snprintf(text, sizeof(text), "<14>rec %012u>", i);
		assert_int_equal(recv(fd, data, sizeof(data), MSG_DONTWAIT),
		    SENDER_KIT_RECORD_LEN);
		assert_memory_equal(data, text, strlen(text));
	}
	assert_int_equal(recv(fd, data, sizeof(data), MSG_DONTWAIT), -1);
	assert_string_equal(sender_kit_stats(f).confirm_level, "none");
	assert_int_equal(sender_kit_stats(f).confirmed, 60);
	(void)close(fd);
}

static void
a_closed_port_is_told_and_loses_nothing(void **state)
{
	struct sender_kit *f = *state;

	(void)begin_udp(f, false);
	sender_kit_send(f, 1);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_non_null(strstr(sender_kit_stats(f).last_error, "refused"));
}

/* How many records came as datagrams of their own. */
static unsigned
datagrams(int fd)
{
	char data[SENDER_KIT_RECORD_LEN + 1];
	unsigned count = 0;

	while (
	    recv(fd, data, sizeof(data), MSG_DONTWAIT) == SENDER_KIT_RECORD_LEN)
		count++;
	return count;
}

/* What is in front of it is delivered, once. */
static void
what_does_not_fit_a_datagram_waits_and_is_told(void **state)
{
	struct sender_kit *f = *state;
	int fd = begin_udp(f, true);

	kit_fill(f->spool, f->queue, 2, SENDER_KIT_RECORD_LEN);
	kit_fill(f->spool, f->queue, 1, 65508);
	sender_kit_send(f, 1);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 2);
	assert_non_null(strstr(sender_kit_stats(f).last_error,
	    "a record of 65508 octets is too large for a datagram: "));
	assert_non_null(
	    strstr(sender_kit_stats(f).last_error, "another transport"));
	assert_int_equal(sender_kit_stats(f).resent, 0);
	assert_int_equal(datagrams(fd), 2);
	(void)close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_gets_lines_and_confirms),
	    TEST(a_file_that_is_moved_is_made_anew),
	    TEST(a_fifo_is_refused_and_loses_nothing),
	    TEST(a_disk_that_fills_takes_nothing_back_from_a_file),
	    TEST(a_disk_that_hangs_is_waited_for_beside_the_loop),
	    TEST(a_record_is_a_datagram),
	    TEST(a_closed_port_is_told_and_loses_nothing),
	    TEST(what_does_not_fit_a_datagram_waits_and_is_told),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	log_init(LOG_FORMAT_PLAIN, true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
