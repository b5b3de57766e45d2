/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mkcerts FOLDER: the tests' certificates, for programs that are not ours to
 * link with. See tests/unit/certs.h for the names.
 */
#include "config.h"

#include <stdio.h>

#include "certs.h"

int
main(int argc, char **argv)
{
	if (argc != 2) {
		(void)fprintf(stderr, "usage: mkcerts FOLDER\n");
		return 64;
	}
	return certs_write_all(argv[1]) == 0 ? 0 : 1;
}
