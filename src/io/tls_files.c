/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look comes before the reading: what changes in between is then seen as a
 * change by the next look.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/tls_context.h"
#include "io/tls_files.h"

/* Far beyond what is of use: a bundle of the world's authorities has some
 * hundred KiB, a large list of revoked certificates a few MiB. */
#define CERTIFICATES_MAX (4U << 20)
#define LISTS_MAX (16U << 20)
#define KEY_MAX (64U << 10)

#define UNSETTLED_S 2
/* Together, to be read at each look meanwhile: a millisecond or two. */
#define LOOKED_INTO_MAX (1U << 20)

static const struct {
	const char *option;
	size_t max; /* octets */
} roles[TLS_FILE_COUNT] = {
    [TLS_FILE_CA] = {"ca-file", CERTIFICATES_MAX},
    [TLS_FILE_CERT] = {"cert-file", CERTIFICATES_MAX},
    [TLS_FILE_KEY] = {"key-file", KEY_MAX},
    [TLS_FILE_PASSWORD] = {"key-password-file", 0},
    [TLS_FILE_CRL] = {"crl-file", LISTS_MAX},
    [TLS_FILE_SYSTEM] = {"ca-file", 0},
    [TLS_FILE_SYSTEM_FOLDER] = {"ca-file", 0},
};

static bool look(struct tls_file *file, time_t now, bool *settled);
static bool is_ours(size_t role);
static int read_password(struct tls_file *file, struct err *err);

void
tls_files_init(struct tls_files *files, const struct tls_options *options)
{
	const char *const paths[TLS_FILE_COUNT] = {
	    [TLS_FILE_CA] = options->ca_file,
	    [TLS_FILE_CERT] = options->cert_file,
	    [TLS_FILE_KEY] = options->key_file,
	    [TLS_FILE_PASSWORD] = options->key_password_file,
	    [TLS_FILE_CRL] = options->crl_file,
	};

	memset(files, 0, sizeof(*files));
	for (size_t i = 0; i < TLS_FILE_COUNT; i++)
		if (paths[i] != NULL)
			files->all[i].path = xstrdup(paths[i]);
}

void
tls_files_clear(struct tls_files *files)
{
	tls_files_forget(files);
	for (size_t i = 0; i < TLS_FILE_COUNT; i++) {
		free(files->all[i].path);
		files->all[i].path = NULL;
	}
}

void
tls_files_watch(
    struct tls_files *files, enum tls_file_role role, const char *path)
{
	files->all[role].path = xstrdup(path);
}

const char *
tls_file_option(enum tls_file_role role)
{
	return roles[role].option;
}

bool
tls_files_changed(struct tls_files *files)
{
	bool again = files->looked && !files->settled;
	bool changed = !files->looked;
	uint64_t bytes = 0;
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	files->looked = true;
	files->settled = true;
	for (size_t i = 0; i < TLS_FILE_COUNT; i++) {
		if (files->all[i].path == NULL)
			continue;
		changed |= look(&files->all[i], now.tv_sec, &files->settled);
		bytes += files->all[i].seen.size;
	}
	return changed ||
	    (again && (files->settled || bytes <= LOOKED_INTO_MAX));
}

/* True when it is not what it was. */
static bool
look(struct tls_file *file, time_t now, bool *settled)
{
	struct tls_file_seen seen;
	struct stat st;
	bool changed;

	memset(&seen, 0, sizeof(seen));
	if (stat(file->path, &st) == 0) {
		seen.device = st.st_dev;
		seen.inode = st.st_ino;
		seen.size = (uint64_t)st.st_size;
		seen.modified = st.st_mtim;
		seen.changed = st.st_ctim;
		seen.exposed = (st.st_mode & (S_IROTH | S_IWOTH)) != 0;
		/* One from the future was not set by our clock. */
		if (st.st_ctim.tv_sec <= now &&
		    now - st.st_ctim.tv_sec <= UNSETTLED_S)
			*settled = false;
	}
	changed = memcmp(&seen, &file->seen, sizeof(seen)) != 0;
	file->seen = seen;
	return changed;
}

int
tls_files_read(struct tls_files *files, struct err *err)
{
	tls_files_forget(files);
	for (size_t i = 0; i < TLS_FILE_COUNT; i++) {
		struct tls_file *file = &files->all[i];
		int failed;

		if (file->path == NULL || !is_ours(i))
			continue;
		buf_init(&file->content, roles[i].max);
		/* All at once: one that grows would leave copies behind. */
		if (i == TLS_FILE_KEY)
			(void)buf_reserve(&file->content, KEY_MAX);
		failed = i == TLS_FILE_PASSWORD
		    ? read_password(file, err)
		    : file_read(file->path, &file->content, err);
		if (failed == 0 && file->content.len == 0)
			failed = err_set(err, ERR_BAD, "%s: empty", file->path);
		if (failed == 0)
			continue;
		tls_files_forget(files);
		return err_wrap(err, "%s", roles[i].option);
	}
	return 0;
}

static bool
is_ours(size_t role)
{
	return role != TLS_FILE_SYSTEM && role != TLS_FILE_SYSTEM_FOLDER;
}

static int
read_password(struct tls_file *file, struct err *err)
{
	char *password;

	if (file_read_password(file->path, &password, err) == -1)
		return -1;
	file->content.max = strlen(password);
	(void)buf_reserve(&file->content, file->content.max);
	(void)buf_puts(&file->content, password);
	secret_free(password);
	return 0;
}

uint64_t
tls_files_digest(const struct tls_files *files)
{
	uint64_t digests[TLS_FILE_COUNT] = {0};

	for (size_t i = 0; i < TLS_FILE_COUNT; i++) {
		const struct tls_file *file = &files->all[i];

		if (file->path == NULL)
			continue;
		digests[i] = is_ours(i)
		    ? digest64(file->content.data, file->content.len)
		    : digest64(&file->seen, sizeof(file->seen));
	}
	return digest64(digests, sizeof(digests));
}

void
tls_files_forget(struct tls_files *files)
{
	for (size_t i = 0; i < TLS_FILE_COUNT; i++) {
		struct buf *content = &files->all[i].content;

		mem_wipe(content->data, content->cap);
		buf_clear(content);
	}
}
