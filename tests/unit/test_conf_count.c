/* SPDX-License-Identifier: Apache-2.0 */
/*
 * There may be as many destinations as a spool takes queues, and no more.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "conf_try.h"
#include "spool/queue.h"

static void
what_is_out_of_use_does_not_count(void **state)
{
	struct buf text;
	struct conf *conf;

	(void)state;
	assert_true(CONF_DESTINATIONS_MAX <= QUEUE_COUNT_MAX);
	buf_init(&text, 1U << 20);
	(void)buf_puts(&text, "source a { host = h token-file = token }\n");
	for (int i = 0; i < CONF_DESTINATIONS_MAX; i++)
		(void)buf_printf(
		    &text, "destination d%d { servers = {r:1} }\n", i);
	(void)buf_puts(
	    &text, "destination off { servers = {r:1} enabled = false }\n");
	(void)buf_putc(&text, '\0');
	conf = conf_try(text.data);
	assert_non_null(conf);
	conf_unref(conf);
	text.len--;
	(void)buf_puts(&text, "destination e { servers = {r:1} }\n");
	(void)buf_puts(&text, "destination f { servers = {r:1} }\n");
	(void)buf_putc(&text, '\0');
	assert_null(conf_try(text.data));
	assert_ptr_equal(conf_faults,
	    strstr(conf_faults,
	        "1027: destination \"e\": a cefd has 1024 destinations"));
	assert_null(strstr(conf_faults, "1028:"));
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_out_of_use_does_not_count),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	conf_folder_remove();
	return failed;
}
