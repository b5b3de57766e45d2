/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of TLS that change while they are in use: good ones are taken for the
 * next connection, broken ones never.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "certs.h"
#include "io/conn.h"
#include "io/file.h"
#include "io/tls_context.h"
#include "receiver.h"
#include "talk_kit.h"

/* Two sessions take no longer, on whatever machine. */
#define BRIEF_S 8
#define PROGRAM_LIMIT_S 120

static size_t read_bytes;

/* Instead of the C library's. */
ssize_t
read(int fd, void *data, size_t size)
{
	ssize_t n = syscall(SYS_read, fd, data, size);

	if (n > 0)
		read_bytes += (size_t)n;
	return n;
}

/* A context on own copies of the files, which may then be changed. */
struct fixture {
	char *ca, *crl, *cert, *key, *password;
	struct tls_context *tls;
	struct err err;
};

static struct tls_context *
open_context(struct fixture *f)
{
	const struct tls_options options = {
	    .ca_file = f->ca,
	    .crl_file = f->crl,
	    .cert_file = f->cert,
	    .key_file = f->key,
	    .key_password_file = f->password,
	    .min_version = 0x0303,
	};

	return tls_context_new(&options, &f->err);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->ca = talk_copy("ca.pem", "my-ca.pem");
	f->crl = talk_copy("ca.crl", "my.crl");
	f->cert = talk_copy("client.pem", "my.pem");
	f->key = talk_copy("client.key", "my.key");
	f->tls = open_context(f);
	assert_non_null(f->tls);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	tls_context_free(f->tls);
	free(f->ca);
	free(f->crl);
	free(f->cert);
	free(f->key);
	free(f->password);
	free(f);
	return 0;
}

static int64_t
wall_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
put(const char *from, const char *to)
{
	free(talk_copy(from, to));
}

static void
renewed(struct fixture *f)
{
	enum tls_renewal result = tls_context_renew(f->tls, &f->err);

	if (result == TLS_KEPT)
		print_error("%s\n", f->err.text);
	assert_int_equal(result, TLS_RENEWED);
	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
}

/* Told once, although every look sees it. */
static void
kept(struct fixture *f, const char *words)
{
	int64_t before_ms = tls_context_expires_ms(f->tls);

	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_KEPT);
	if (strstr(f->err.text, words) == NULL)
		print_error("told: %s\n", f->err.text);
	assert_non_null(strstr(f->err.text, words));
	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
	assert_int_equal(tls_context_expires_ms(f->tls), before_ms);
}

/* Whether the receiver, which demands a certificate, takes ours. */
static bool
talks(struct fixture *f, bool *ret_resumed, struct receiver *r)
{
	struct talk talk = {.data = "hello", .len = 5};

	talk_to(&talk, r->server, NULL, f->tls);
	f->err = talk.why;
	*ret_resumed = talk.resumed;
	return talk.opened && talk.end == CONN_CLOSED;
}

static void
a_rotated_pair_is_used(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server", .demand = true};
	struct fixture *f = *state;
	int64_t before_ms = tls_context_expires_ms(f->tls);
	struct receiver r;
	bool resumed;

	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
	receiver_start(&r, &plan);
	assert_true(talks(f, &resumed, &r));
	assert_true(talks(f, &resumed, &r));
	assert_true(resumed);
	put("client-soon.pem", "my.pem");
	kept(f, "is not the key of the certificate");
	assert_true(talks(f, &resumed, &r));
	put("client-soon.key", "my.key");
	renewed(f);
	assert_true(tls_context_expires_ms(f->tls) < before_ms);
	/* No ticket of the old certificate. */
	assert_true(talks(f, &resumed, &r));
	assert_false(resumed);
	receiver_stop(&r);
}

static void
the_servers_authority_changes(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "stranger"};
	struct fixture *f = *state;
	struct receiver r;
	bool resumed;

	tls_context_free(f->tls);
	free(f->crl);
	f->crl = NULL;
	f->tls = open_context(f);
	receiver_start(&r, &plan);
	assert_false(talks(f, &resumed, &r));
	put("other-ca.pem", "my-ca.pem");
	renewed(f);
	assert_true(talks(f, &resumed, &r));
	receiver_stop(&r);
}

static void
what_is_half_written_waits(void **state)
{
	static const size_t shares[] = {0, 1, 2, 5, 9};
	struct fixture *f = *state;
	struct buf whole;

	buf_init(&whole, 65536);
	{
		char *path = talk_path("client-soon.pem");

		assert_int_equal(file_read(path, &whole, NULL), 0);
		free(path);
	}
	put("client-soon.key", "my.key");
	kept(f, "is not the key");
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		talk_write(f->cert, whole.data, whole.len * shares[i] / 10);
		kept(f, "cert-file: ");
	}
	talk_write(f->cert, whole.data, whole.len);
	renewed(f);
	buf_clear(&whole);
}

static void
what_is_broken_does_not_replace_what_works(void **state)
{
	struct fixture *f = *state;

	talk_write(f->ca, "rubbish\n", 8);
	kept(f, "ca-file: ");
	put("ca.pem", "my-ca.pem");
	renewed(f);
	assert_int_equal(unlink(f->crl), 0);
	kept(f, "No such file");
	put("ca.pem", "my.crl");
	kept(f, "crl-file: ");
	put("revoked.crl", "my.crl");
	renewed(f);
	put("client-locked.key", "my.key");
	kept(f, "is encrypted");
	put("client.key", "my.key");
	renewed(f);
}

static void
the_same_octets_are_no_change(void **state)
{
	const struct utimbuf long_ago = {1000000000, 1000000000};
	struct fixture *f = *state;

	put("client.pem", "my.pem");
	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
	assert_int_equal(utime(f->cert, &long_ago), 0);
	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
	/* Another file with the time and length of the old one. */
	put("client-2.pem", "my.pem");
	assert_int_equal(utime(f->cert, &long_ago), 0);
	kept(f, "is not the key");
}

/* A ticket would get past the list. */
static void
a_list_that_changes_holds_at_once(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server"};
	struct fixture *f = *state;
	struct receiver r;
	bool resumed;

	receiver_start(&r, &plan);
	assert_true(talks(f, &resumed, &r));
	put("revoked.crl", "my.crl");
	renewed(f);
	assert_false(talks(f, &resumed, &r));
	assert_non_null(strstr(f->err.text, "was revoked at"));
	receiver_stop(&r);
}

/* Nobody puts another list there, and nobody needs to look at it. */
static void
a_list_that_ends_holds_at_once(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server"};
	const struct timespec moment = {0, 10000000};
	struct fixture *f = *state;
	int64_t end_ms;
	struct receiver r;
	bool resumed;

	assert_int_equal(certs_write_list(talk_folder, "brief", BRIEF_S), 0);
	put("brief.crl", "my.crl");
	renewed(f);
	end_ms = tls_context_lists(f->tls)->to_ms;
	assert_true(end_ms - wall_ms() <= BRIEF_S * 1000);
	receiver_start(&r, &plan);
	assert_true(talks(f, &resumed, &r));
	assert_true(talks(f, &resumed, &r));
	assert_true(resumed);
	/* Time is the event; OpenSSL's time(2) is a tick behind. */
	while (wall_ms() < end_ms + 50)
		(void)nanosleep(&moment, NULL);
	assert_false(talks(f, &resumed, &r));
	assert_non_null(
	    strstr(f->err.text, "the list of revoked certificates ended at"));
	/* A new one is the cure. */
	put("ca.crl", "my.crl");
	renewed(f);
	assert_true(talks(f, &resumed, &r));
	assert_false(resumed);
	receiver_stop(&r);
}

static int64_t
end_of(struct fixture *f, const char *lists)
{
	char *command = xasprintf("cd %s && cat %s >my.crl.new && "
	                          "mv my.crl.new my.crl",
	    talk_folder, lists);
	enum tls_renewal result;

	assert_int_equal(system(command), 0);
	free(command);
	result = tls_context_renew(f->tls, &f->err);
	assert_int_not_equal(result, TLS_KEPT);
	return tls_context_lists(f->tls)->to_ms;
}

/* Of an authority that list counts which ends last, and of them that which ends
 * first. */
static void
the_end_of_lists_is_that_of_the_first_to_end(void **state)
{
	struct fixture *f = *state;
	int64_t month_ms = end_of(f, "ca.crl"), day_ms = 86400000;
	int64_t over_ms = end_of(f, "ca-ended.crl");

	assert_true(month_ms > wall_ms() + 29 * day_ms);
	assert_true(month_ms - tls_context_lists(f->tls)->from_ms >= day_ms);
	assert_true(over_ms < wall_ms());
	assert_int_equal(end_of(f, "ca-ended.crl ca.crl"), month_ms);
	assert_int_equal(end_of(f, "ca.crl ca-ended.crl sub-ca.crl"), month_ms);
	assert_int_equal(end_of(f, "ca-ended.crl sub-ca.crl"), over_ms);
}

/* Each reading of a large one holds the loop: the first, and the last. */
static void
a_large_list_is_not_read_at_each_look(void **state)
{
	enum { LARGE = 2 << 20 };
	const struct timespec moment = {0, 10000000};
	struct fixture *f = *state;
	char *command = xasprintf("cd %s && "
	                          "(head -c %d /dev/zero | tr '\\0' '#'; echo; "
	                          "cat revoked.crl) >my.crl.new && "
	                          "mv my.crl.new my.crl",
	    talk_folder, LARGE);

	assert_int_equal(system(command), 0);
	free(command);
	read_bytes = 0;
	renewed(f);
	assert_in_range(read_bytes, LARGE, 2 * LARGE - 1);
	/* Time is the event. */
	while (read_bytes < 2 * LARGE) {
		(void)nanosleep(&moment, NULL);
		assert_int_equal(
		    tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
	}
	assert_int_equal(tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
	assert_in_range(read_bytes, 2 * LARGE, 3 * LARGE - 1);
}

static bool
talks_by_the_systems(struct receiver *r)
{
	struct talk talk = {.data = "hello", .len = 5};
	static struct tls_context *tls;
	struct err err;

	if (r == NULL) {
		tls_context_free(tls);
		tls = NULL;
		return false;
	}
	if (tls == NULL) {
		const struct tls_options options = {.min_version = 0x0303};

		tls = tls_context_new(&options, &err);
	} else if (tls_context_renew(tls, &err) == TLS_KEPT) {
		fail_msg("%s", err.text);
	}
	assert_non_null(tls);
	talk_to(&talk, r->server, NULL, tls);
	return talk.opened && talk.end == CONN_CLOSED;
}

/* A file with all of them, and a folder with a file for each. */
static void
the_systems_authorities_change(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server"};
	struct fixture *f = *state;
	char *folder = talk_path("authorities");
	char *fill = xasprintf("cp %s/ca.pem %s && openssl rehash %s",
	    talk_folder, folder, folder);
	char *empty = xasprintf("rm -f %s/*", folder);
	struct receiver r;

	assert_int_equal(mkdir(folder, 0700), 0);
	put("other-ca.pem", "my-ca.pem");
	assert_int_equal(setenv("SSL_CERT_FILE", f->ca, 1), 0);
	assert_int_equal(setenv("SSL_CERT_DIR", folder, 1), 0);
	receiver_start(&r, &plan);
	assert_false(talks_by_the_systems(&r));
	put("ca.pem", "my-ca.pem");
	assert_true(talks_by_the_systems(&r));
	put("other-ca.pem", "my-ca.pem");
	assert_false(talks_by_the_systems(&r));
	assert_int_equal(system(fill), 0);
	assert_true(talks_by_the_systems(&r));
	assert_int_equal(system(empty), 0);
	assert_false(talks_by_the_systems(&r));
	(void)talks_by_the_systems(NULL);
	assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
	assert_int_equal(unsetenv("SSL_CERT_DIR"), 0);
	receiver_stop(&r);
	free(folder);
	free(fill);
	free(empty);
}

static void
a_key_that_others_can_read_is_known(void **state)
{
	static const struct {
		unsigned mode;
		bool exposed;
	} modes[] = {{0600, false}, {0640, false}, {0644, true}, {0602, true},
	    {0400, false}};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(f->key, modes[i].mode), 0);
		assert_int_equal(
		    tls_context_renew(f->tls, &f->err), TLS_UNCHANGED);
		assert_int_equal(
		    tls_context_key_is_exposed(f->tls), modes[i].exposed);
	}
}

static void
with_password(struct fixture *f, const char *text, unsigned mode)
{
	if (f->password == NULL)
		f->password = talk_path("my.password");
	talk_write(f->password, text, strlen(text));
	assert_int_equal(chmod(f->password, mode), 0);
	tls_context_free(f->tls);
	f->tls = open_context(f);
	assert_null(strstr(f->err.text, "secret"));
}

static void
an_encrypted_key_is_opened_by_its_password(void **state)
{
	struct fixture *f = *state;

	put("client-locked.key", "my.key");
	with_password(f, "wrong secret\n", 0600);
	assert_null(f->tls);
	assert_non_null(strstr(f->err.text, "does not open the key"));
	with_password(f, "secret\n", 0644);
	assert_null(f->tls);
	assert_int_equal(f->err.code, ERR_DENIED);
	assert_non_null(strstr(f->err.text, "key-password-file: "));
	assert_non_null(strstr(f->err.text, "chmod o-rwx"));
	with_password(f, "", 0600);
	assert_null(f->tls);
	assert_non_null(strstr(f->err.text, "empty"));
	with_password(f, "secret\n", 0640);
	assert_non_null(f->tls);
	with_password(f, "secret", 0600);
	assert_non_null(f->tls);
}

static void
a_password_may_hold_blanks_but_no_second_line(void **state)
{
	static const struct {
		const char *text, *password; /* NULL: none */
	} tries[] = {
	    {" a b \n", " a b "},
	    {"a\r\n", "a"},
	    {"schl\xc3\xbcssel\n", "schl\xc3\xbcssel"},
	    {"a\nb\n", NULL},
	    {"a\n\n", NULL},
	    {"\n", NULL},
	};
	char *path = talk_path("some.password");
	char *password;

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		int result;

		talk_write(path, tries[i].text, strlen(tries[i].text));
		result = file_read_password(path, &password, NULL);
		assert_int_equal(result, tries[i].password != NULL ? 0 : -1);
		if (result == -1)
			continue;
		assert_string_equal(password, tries[i].password);
		free(password);
	}
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        a_rotated_pair_is_used, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        the_servers_authority_changes, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        what_is_half_written_waits, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        what_is_broken_does_not_replace_what_works, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        the_same_octets_are_no_change, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        a_list_that_changes_holds_at_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        a_list_that_ends_holds_at_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        the_end_of_lists_is_that_of_the_first_to_end, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        a_large_list_is_not_read_at_each_look, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        the_systems_authorities_change, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        a_key_that_others_can_read_is_known, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        an_encrypted_key_is_opened_by_its_password, setup, teardown),
	    cmocka_unit_test(a_password_may_hold_blanks_but_no_second_line),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	return cmocka_run_group_tests(tests, talk_setup, talk_teardown);
}
