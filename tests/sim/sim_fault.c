/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of faults, and what of them is only octets.
 */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/buf.h"
#include "sim_fault.h"
#include "sim_gzip.h"

static const struct {
	const char *name;
	enum sim_fault_kind kind;
	int code;
} kinds[] = {
    {"400", SIM_FAULT_STATUS, 400},
    {"401", SIM_FAULT_STATUS, 401},
    {"402", SIM_FAULT_STATUS, 402},
    {"403", SIM_FAULT_STATUS, 403},
    {"404", SIM_FAULT_STATUS, 404},
    {"429", SIM_FAULT_STATUS, 429},
    {"500", SIM_FAULT_STATUS, 500},
    {"502", SIM_FAULT_STATUS, 502},
    {"503", SIM_FAULT_STATUS, 503},
    {"empty", SIM_FAULT_EMPTY, 200},
    {"html", SIM_FAULT_HTML, 200},
    {"broken-json", SIM_FAULT_BROKEN_JSON, 200},
    {"body", SIM_FAULT_BODY, 200},
    {"other", SIM_FAULT_OTHER, 200},
    {"truncated", SIM_FAULT_TRUNCATED, 200},
    {"reset", SIM_FAULT_RESET, 0},
    {"stall", SIM_FAULT_STALL, 0},
    {"stall-body", SIM_FAULT_STALL_BODY, 200},
    {"huge", SIM_FAULT_HUGE, 200},
    {"bomb", SIM_FAULT_BOMB, 200},
};

int
sim_fault_parse_kind(const char *text, struct sim_fault *ret)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].name, text)) {
			ret->kind = kinds[i].kind;
			ret->code = kinds[i].code;
			return 0;
		}
	}
	return -1;
}

int
sim_fault_add(struct sim_faults *f, const struct sim_fault *fault)
{
	if (f->count == SIM_FAULTS_MAX)
		return -1;
	f->list[f->count++] = *fault;
	return 0;
}

bool
sim_fault_take(struct sim_faults *f, enum sim_endpoint endpoint, const char *id,
    struct sim_fault *ret)
{
	struct sim_fault *it;
	size_t i;

	for (i = 0; i < f->count; i++) {
		it = &f->list[i];
		if (!it->on[endpoint] ||
		    (it->id[0] != '\0' && strcasecmp(it->id, id) != 0))
			continue;
		if (it->after != 0) {
			it->after--;
			continue;
		}
		*ret = *it;
		if (it->count == 1) {
			f->count--;
			memmove(it, it + 1, (f->count - i) * sizeof(*it));
		} else if (it->count != 0) {
			it->count--;
		}
		return true;
	}
	return false;
}

void
sim_fault_break_json(struct buf *body)
{
	body->len -= body->len / 3;
	(void)buf_puts(body, ",\"\":[}");
}

void
sim_fault_put_bomb(struct buf *out, uint64_t bytes)
{
	static char blanks[65536];
	unsigned char packed[4096];
	z_stream z;
	uInt len;
	int rc;

	memset(blanks, ' ', sizeof(blanks));
	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, SIM_GZIP_WINDOW, 8,
	        Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	do {
		if (z.avail_in == 0) {
			len = bytes < sizeof(blanks) ? (uInt)bytes
			                             : (uInt)sizeof(blanks);
			z.next_in = (unsigned char *)blanks;
			z.avail_in = len;
			bytes -= len;
		}
		z.next_out = packed;
		z.avail_out = sizeof(packed);
		rc = deflate(&z, bytes == 0 ? Z_FINISH : Z_NO_FLUSH);
		(void)buf_put(out, packed, sizeof(packed) - z.avail_out);
	} while (rc != Z_STREAM_END && rc != Z_STREAM_ERROR);
	(void)deflateEnd(&z);
}
