/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_refused.h"
#include "conf_try.h"

int
make_folder(void **state)
{
	(void)state;
	(void)conf_folder();
	return 0;
}

int
remove_folder(void **state)
{
	(void)state;
	conf_folder_remove();
	return 0;
}

void
told(const char *what)
{
	if (strstr(conf_faults, what) == NULL)
		fail_msg("not told: %s\nbut:\n%s", what, conf_faults);
}

void
refused(const char *text, const char *what)
{
	assert_null(conf_try(text));
	told(what);
}

void
source_refused(const char *options, const char *what)
{
	assert_null(conf_try_source(options));
	told(what);
}

void
destination_refused(const char *options, const char *what)
{
	assert_null(conf_try_destination(options));
	told(what);
}
