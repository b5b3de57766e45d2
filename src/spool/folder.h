/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder that the spool lives in.
 */
#ifndef CEFD_SPOOL_FOLDER_H
#define CEFD_SPOOL_FOLDER_H

struct err;

/*
 * Make the folder, with mode 0700, unless it is there, and lock it against
 * another cefd until *ret_lock_fd is closed. On failure *ret_lock_fd is -1 or
 * to be closed all the same.
 */
int folder_open(const char *folder, int *ret_lock_fd, struct err *err);

/* Make new names in the folder survive a loss of power. */
int folder_sync(const char *folder, struct err *err);

/* ERR_BAD when that name of a file in it is a symbolic link. */
int folder_refuse_link(const char *file, struct err *err);

#endif
