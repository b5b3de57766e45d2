/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of endpoints (faults, counters) and of streams (controls).
 */
#ifndef CEFD_SIM_ENDPOINT_H
#define CEFD_SIM_ENDPOINT_H

enum sim_endpoint {
	SIM_LIST,
	SIM_DETAIL,
	SIM_ATTACHMENTS,
	SIM_LINKS,
	SIM_CASES,
	SIM_CASE,
	SIM_ANALYSIS,
	SIM_VENDOR_CASES,
	SIM_VENDOR_CASE,
	SIM_CAMPAIGNS,
	SIM_CAMPAIGN,
	SIM_NOT_ANALYZED,
	SIM_AUDIT,
	SIM_TOKENS,
	SIM_OTHER,
	SIM_ENDPOINTS,
};

enum sim_stream {
	SIM_STREAM_THREATS,
	SIM_STREAM_CASES,
	SIM_STREAM_VENDOR_CASES,
	SIM_STREAM_CAMPAIGNS,
	SIM_STREAM_NOT_ANALYZED,
	SIM_STREAM_AUDIT,
	SIM_STREAMS, /* also: of no stream */
};

const char *sim_endpoint_str(enum sim_endpoint endpoint);
const char *sim_stream_str(enum sim_stream stream);

/* The endpoint or stream of this name. SIM_ENDPOINTS, SIM_STREAMS: none. */
enum sim_endpoint sim_endpoint_parse(const char *name);
enum sim_stream sim_stream_parse(const char *name);

/*
 * Names of streams with commas between them, or "": one bit for each, from the
 * lowest on. 0, or -1.
 */
int sim_streams_parse(const char *text, unsigned *ret);

#endif
