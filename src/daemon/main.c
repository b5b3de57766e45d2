/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefd: the command line.
 */
#include "config.h"

#include <sysexits.h>

#include "daemon/daemon.h"
#include "io/standard.h"

int
main(int argc, char **argv)
{
	struct daemon_options options;
	int status;

	if (standard_open() == -1)
		return EX_OSERR;
	if (daemon_options_parse(argc, argv, &options, &status) == -1)
		return standard_close("cefd", status);
	return standard_close("cefd", daemon_run(&options));
}
