/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mkcerts FOLDER [LIST SECONDS]: the tests' certificates, for programs that are
 * not ours to link with. See tests/unit/certs.h for the names. With a LIST only
 * that one, which ends in so many seconds.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "certs.h"

int
main(int argc, char **argv)
{
	if (argc == 4)
		return certs_write_list(
		           argv[1], argv[2], strtol(argv[3], NULL, 10)) == 0
		    ? 0
		    : 1;
	if (argc != 2) {
		(void)fprintf(stderr, "usage: mkcerts FOLDER [LIST SECONDS]\n");
		return 64;
	}
	return certs_write_all(argv[1]) == 0 ? 0 : 1;
}
