/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program; everything is in the library, for the tests' sake.
 */
#include "config.h"

#include <sysexits.h>

#include "ctl/ctl.h"
#include "io/standard.h"

int
main(int argc, char **argv)
{
	if (standard_open() == -1)
		return EX_OSERR;
	return standard_close("cefctl", ctl_run(argc, argv));
}
