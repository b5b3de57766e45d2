/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files with rows of the option table share. For these only.
 */
#ifndef CEFD_CONF_OPTIONS_PARTS_H
#define CEFD_CONF_OPTIONS_PARTS_H

#include "conf/options.h"

#define FIELD(type, member)                      \
	.offset = offsetof(struct type, member), \
	.width = sizeof(((struct type *)NULL)->member)

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)
#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)

extern const struct option options_of_source[];

#endif
