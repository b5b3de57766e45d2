/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program; everything is in the library, for the tests' sake.
 */
#include "config.h"

#include "ctl/ctl.h"

int
main(int argc, char **argv)
{
	return ctl_run(argc, argv);
}
