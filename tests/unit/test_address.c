/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses as the configuration writes them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "conf/address.h"

static void
servers_have_a_host_and_a_port(void **state)
{
	static const char *const good[] = {"a:1", "a.b-c_d.e:65535",
	    "192.0.2.1:514", "[::1]:6514", "[2001:db8::1]:1"};
	static const char *const bad[] = {"", "a", "a:", "a:0", "a:65536",
	    "a:x", "a:1x", ":1", "::1:514", "[::1]", "[::1]514", "[::1:1",
	    "[x]:1", "[]:1", "a b:1", "a/b:1", "1:2:3"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(address_fault(text_of(good[i]), true));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(address_fault(text_of(bad[i]), true));
}

static void
to_listen_takes_an_address_of_this_machine(void **state)
{
	static const char *const good[] = {"127.0.0.1:9514", "0.0.0.0:1",
	    "localhost:9514", "[::1]:9514", "[::]:9514"};
	static const char *const bad[] = {"9514", ":9514", "*:9514",
	    "siem.example.com:9514", "127.0.0.1", "127.0.0.1:0", "::1:9514",
	    "1.2.3:9514", "localhost.localdomain:9514", "http://[::1]:1"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(address_listen_fault(text_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(address_listen_fault(text_of(bad[i])));
}

static void
a_hosts_port_may_be_left_out(void **state)
{
	(void)state;
	assert_null(address_fault(TEXT("api.example.com"), false));
	assert_null(address_fault(TEXT("[::1]"), false));
	assert_null(address_fault(TEXT("api.example.com:443"), false));
	assert_non_null(address_fault(TEXT("http://a"), false));
	assert_non_null(address_fault(TEXT("a/v2"), false));
}

static void
a_server_of_the_api_has_one_spelling(void **state)
{
	static const char *const same[][2] = {{"a.example", "a.example"},
	    {"https://a.example", "a.example"},
	    {"https://a.example/v1/", "a.example"},
	    {"a.example/v1", "a.example"}, {"a.example/", "a.example"},
	    {"A.Example", "a.example"}, {"a.example.", "a.example"},
	    {"a.example:443", "a.example"},
	    {"https://A.EXAMPLE.:443/v1", "a.example"},
	    {"a.example.:8443", "a.example:8443"},
	    {"a.example:1443", "a.example:1443"}, {"[::A]:443", "[::a]"},
	    {"[::a]", "[::a]"}, {"[::443]", "[::443]"},
	    {"[::A]:444", "[::a]:444"}};
	/* What is wrong stays wrong. */
	static const char *const wrong[] = {"", ".", ":443", "1:2:443", "::443",
	    "a.example:", "http://a.example", "a b"};
	char *address;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		address = address_of_api(text_of(same[i][0]));
		assert_string_equal(address, same[i][1]);
		assert_null(address_fault(text_of(address), false));
		free(address);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		address = address_of_api(text_of(wrong[i]));
		assert_non_null(address_fault(text_of(address), false));
		free(address);
	}
}

static void
a_proxy_is_a_url_and_its_password_is_found(void **state)
{
	(void)state;
	assert_null(address_proxy_fault(TEXT("http://p:3128")));
	assert_null(address_proxy_fault(TEXT("socks5h://u:p@w@[::1]:1/")));
	assert_non_null(address_proxy_fault(TEXT("p:3128")));
	assert_non_null(address_proxy_fault(TEXT("http://")));
	assert_non_null(address_proxy_fault(TEXT("http://u:p@")));
	assert_true(
	    text_eq(address_password(TEXT("http://u:p@w@h:1")), TEXT("p@w")));
	assert_true(text_is_empty(address_password(TEXT("http://u@h:1"))));
	assert_true(text_is_empty(address_password(TEXT("http://h:1"))));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(servers_have_a_host_and_a_port),
	    cmocka_unit_test(to_listen_takes_an_address_of_this_machine),
	    cmocka_unit_test(a_hosts_port_may_be_left_out),
	    cmocka_unit_test(a_server_of_the_api_has_one_spelling),
	    cmocka_unit_test(a_proxy_is_a_url_and_its_password_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
