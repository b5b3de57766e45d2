/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names.
 */
#include "config.h"

#include <string.h>

#include "sim_endpoint.h"

static const char *const endpoints[SIM_ENDPOINTS] = {
    "list",
    "detail",
    "attachments",
    "links",
    "cases",
    "case",
    "analysis",
    "vendor-cases",
    "vendor-case",
    "campaigns",
    "campaign",
    "not-analyzed",
    "audit",
    "tokens",
    "other",
};

static const char *const streams[SIM_STREAMS] = {
    "threats",
    "cases",
    "vendor-cases",
    "abuse-campaigns",
    "abuse-not-analyzed",
    "audit",
};

static unsigned find(
    const char *const *names, unsigned count, const char *name, size_t len);

const char *
sim_endpoint_str(enum sim_endpoint endpoint)
{
	return endpoints[endpoint];
}

const char *
sim_stream_str(enum sim_stream stream)
{
	return streams[stream];
}

enum sim_endpoint
sim_endpoint_parse(const char *name)
{
	return find(endpoints, SIM_ENDPOINTS, name, strlen(name));
}

enum sim_stream
sim_stream_parse(const char *name)
{
	return find(streams, SIM_STREAMS, name, strlen(name));
}

int
sim_streams_parse(const char *text, unsigned *ret)
{
	unsigned stream;
	unsigned bits;
	size_t len;

	bits = 0;
	while (*text != '\0') {
		len = strcspn(text, ",");
		stream = find(streams, SIM_STREAMS, text, len);
		if (stream == SIM_STREAMS)
			return -1;
		bits |= 1U << stream;
		text += len;
		text += *text == ',';
	}
	*ret = bits;
	return 0;
}

static unsigned
find(const char *const *names, unsigned count, const char *name, size_t len)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			break;
	}
	return i;
}
