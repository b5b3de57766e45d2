/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small file that is in memory alone, for a secret that whoever reads it wants
 * to have from a path: it is in no folder and on no disk, and gone with the
 * process, however that ends.
 */
#ifndef CEFD_IO_MEMORY_FILE_H
#define CEFD_IO_MEMORY_FILE_H

#include <stdbool.h>

#include "base/text.h"

struct err;
struct memory_file;

/* With mode 0600. ERR_IO: there are too many files, or no /proc, which its path
 * is in; the text says what to do. */
int memory_file_new(
    struct memory_file **ret, struct text content, struct err *err);

/* For this process alone. */
const char *memory_file_path(const struct memory_file *file);

/* Is it such a path? People do not know it by that. */
bool memory_file_is(const char *path);

/* Takes NULL. */
void memory_file_free(struct memory_file *file);

#endif
