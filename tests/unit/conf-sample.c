/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes what the option table says: the sample configuration, or with
 * "manual" the option lists of cefd.conf(5).
 */
#include "config.h"

#include <string.h>

#include "conf/conf_sample.h"

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "manual") == 0)
		conf_manual(stdout);
	else
		conf_sample(stdout);
	return fflush(stdout) == EOF;
}
