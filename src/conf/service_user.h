/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What root has read the service may not be able to: it runs as another user.
 */
#ifndef CEFD_CONF_SERVICE_USER_H
#define CEFD_CONF_SERVICE_USER_H

/* As whom the units run cefd. */
#define SERVICE_USER "_cefd"

struct conf;

/* Warn on stderr, as --check does, of each file that the service's user could
 * not use, the configuration `file` itself among them. Nothing is done where
 * there is no such user, or for anybody but root. */
void service_user_check(const char *file, const struct conf *conf);

#endif
