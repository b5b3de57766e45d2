/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip, with one packer that is made ready again for each body: a new one
 * costs more than a body of some kilobytes.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/buf.h"
#include "sim_gzip.h"

bool
sim_gzip_accepted(const char *header)
{
	const char *at;
	size_t len;

	for (at = header; at != NULL && *at != '\0'; at += len) {
		at += strspn(at, ", \t");
		len = strcspn(at, ",");
		if (!strncasecmp(at, "gzip", 4) &&
		    strchr(",; \t", at[4]) != NULL)
			return memmem(at, len, "q=0", 3) == NULL ||
			    memmem(at, len, "q=0.", 4) != NULL;
	}
	return false;
}

int
sim_gzip_pack(struct buf *body)
{
	static z_stream z;
	static bool ready;
	struct buf packed;
	size_t bound;

	if (body->len > UINT_MAX)
		return -1;
	if (!ready) {
		if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, SIM_GZIP_WINDOW,
		        8, Z_DEFAULT_STRATEGY) != Z_OK)
			return -1;
		ready = true;
	}
	bound = deflateBound(&z, body->len);
	buf_init(&packed, bound);
	if (buf_reserve(&packed, bound) == -1 || deflateReset(&z) != Z_OK)
		return -1;
	z.next_in = (unsigned char *)body->data;
	z.avail_in = (uInt)body->len;
	z.next_out = (unsigned char *)packed.data;
	z.avail_out = (uInt)bound;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
		buf_clear(&packed);
		return -1;
	}
	packed.len = bound - z.avail_out;
	buf_clear(body);
	*body = packed;
	return 0;
}
