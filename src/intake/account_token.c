/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token of an account, and the file that it is from.
 */
#include "config.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/account_parts.h"
#include "intake/account_token.h"
#include "intake/bearer.h"
#include "io/digest.h"

int
account_read_token(struct account *account, struct err *err)
{
	struct text parts[2];
	struct err why;
	char *octets;
	size_t len;

	/* Before: a file that changes meanwhile is told of. */
	(void)account_token_file_changed(account);
	if (bearer_read(account->conf, &account->token, &why) == -1)
		return err_set(err, why.code, "%s (cefctl test %s tells more)",
		    why.text, account->conf->name);
	parts[0] = text_of(account->conf->host);
	parts[1] = text_of(account->token);
	len = digest_parts_bytes(parts, 2);
	octets = xmalloc(len);
	digest_parts_put(octets, parts, 2);
	account->shared = digest64(octets, len);
	mem_wipe(octets, len);
	free(octets);
	account_configure(account, account->conf);
	return 0;
}

const char *
account_token(const struct account *account)
{
	return account->token;
}

uint64_t
account_token_id(const struct account *account)
{
	return account->shared;
}

/* Its mtime would not tell: a copy may keep it, and a mode that is mended does
 * not touch it. */
bool
account_token_file_changed(struct account *account)
{
	const char *file = account->conf->token_file;
	struct timespec was = account->file_changed;
	uint64_t inode = account->file_inode;
	struct stat st;

	if (file == NULL || stat(file, &st) == -1)
		return false;
	account->file_changed = st.st_ctim;
	account->file_inode = st.st_ino;
	return st.st_ino != inode || st.st_ctim.tv_sec != was.tv_sec ||
	    st.st_ctim.tv_nsec != was.tv_nsec;
}
