/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which token an account uses, without showing it.
 */
#ifndef CEFD_INTAKE_ACCOUNT_TOKEN_H
#define CEFD_INTAKE_ACCOUNT_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

struct account;

/* Another one for another token, or another host. */
uint64_t account_token_id(const struct account *account);

/* The file is not as it was when the token was read last. True once for each
 * change; false when it cannot be looked at, or there is none. */
bool account_token_file_changed(struct account *account);

#endif
