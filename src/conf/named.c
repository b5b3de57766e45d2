/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kind that is not meant rules the name out; none rules out nothing.
 */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "conf/named.h"

static const char *title(const char *name, const char *kind, const char *other);

const char *
named_source(const char *name)
{
	return title(name, "source/", "destination/");
}

const char *
named_destination(const char *name)
{
	return title(name, "destination/", "source/");
}

static const char *
title(const char *name, const char *kind, const char *other)
{
	if (strncmp(name, other, strlen(other)) == 0)
		return NULL;
	return strncmp(name, kind, strlen(kind)) == 0 ? name + strlen(kind)
	                                              : name;
}
