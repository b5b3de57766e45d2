/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program; everything is in the library, for the tests' sake.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "ctl/ctl.h"
#include "io/standard.h"

int
main(int argc, char **argv)
{
	const struct rlimit none = {0, 0};

	if (standard_open() == -1)
		return EX_OSERR;
	/* It may hold tokens and keys. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return standard_close("cefctl", ctl_run(argc, argv));
}
