/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system's authorities take some 20 ms to read, and a configuration may have
 * a thousand destinations: as long as the files look as they did, all contexts
 * have the same store.
 */
#include "config.h"

#include <string.h>

#include "io/tls_parts.h"

static struct {
	X509_STORE *store; /* NULL before the first */
	struct tls_file_seen file, folder;
} kept;

static bool is_kept(
    const struct tls_file_seen *file, const struct tls_file_seen *folder);

X509_STORE *
tls_system_store(const struct tls_files *files)
{
	const struct tls_file_seen *file = &files->all[TLS_FILE_SYSTEM].seen;
	const struct tls_file_seen *folder =
	    &files->all[TLS_FILE_SYSTEM_FOLDER].seen;

	if (!is_kept(file, folder)) {
		X509_STORE *store = X509_STORE_new();

		if (store == NULL || !X509_STORE_set_default_paths(store)) {
			X509_STORE_free(store);
			return NULL;
		}
		X509_STORE_free(kept.store);
		kept.store = store;
		kept.file = *file;
		kept.folder = *folder;
	}
	return kept.store;
}

static bool
is_kept(const struct tls_file_seen *file, const struct tls_file_seen *folder)
{
	return kept.store != NULL &&
	    memcmp(file, &kept.file, sizeof(*file)) == 0 &&
	    memcmp(folder, &kept.folder, sizeof(*folder)) == 0;
}
