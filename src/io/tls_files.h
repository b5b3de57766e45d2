/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a TLS context: read whole, and looked at for changes. What they
 * hold is in memory only while a context is made of it.
 */
#ifndef CEFD_IO_TLS_FILES_H
#define CEFD_IO_TLS_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"

struct err;
struct tls_options;

enum tls_file_role {
	TLS_FILE_CA,
	TLS_FILE_CERT,
	TLS_FILE_KEY,
	TLS_FILE_PASSWORD, /* read before the key is used */
	TLS_FILE_CRL,
	/* The system's authorities: OpenSSL reads them by itself. */
	TLS_FILE_SYSTEM,
	TLS_FILE_SYSTEM_FOLDER,
	TLS_FILE_COUNT
};

/* What a look at a file has seen. All 0: it is not there. */
struct tls_file_seen {
	uint64_t device, inode, size;
	struct timespec modified, changed;
	bool exposed; /* others can read or change it */
};

struct tls_file {
	char *path; /* NULL: not in use */
	struct tls_file_seen seen;
	struct buf content;
};

struct tls_files {
	struct tls_file all[TLS_FILE_COUNT];
	bool looked;  /* `seen` is filled in */
	bool settled; /* no file had changed just before the last look */
};

/* The paths are copied. */
void tls_files_init(struct tls_files *files, const struct tls_options *options);
void tls_files_clear(struct tls_files *files);

/* Look at this one, too, but do not read it; it need not be there. */
void tls_files_watch(
    struct tls_files *files, enum tls_file_role role, const char *path);

/* The option that names such a file: "ca-file". */
const char *tls_file_option(enum tls_file_role role);

/*
 * May they hold something else than at the last call? The first says yes, and
 * so does one within two seconds of a change: a file may be written to again
 * within one tick of its clock. Of files that are large only the first one
 * behind these two seconds does.
 */
bool tls_files_changed(struct tls_files *files);

/* Fill in the contents. The text of an error begins with the option's name. */
int tls_files_read(struct tls_files *files, struct err *err);

/* Of the contents, and of how the watched look, to tell them apart. */
uint64_t tls_files_digest(const struct tls_files *files);

/* Wipe the contents. */
void tls_files_forget(struct tls_files *files);

#endif
