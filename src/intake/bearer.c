/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the file, or from the configuration itself.
 */
#include "config.h"

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/bearer.h"
#include "io/file.h"

int
bearer_read(const struct conf_source *conf, char **token, struct err *err)
{
	char *fresh;

	if (conf->token_file == NULL)
		fresh = xstrdup(conf->token != NULL ? conf->token : "");
	else if (file_read_secret(conf->token_file, &fresh, err) == -1)
		return err_wrap(err, "cannot read the token");
	secret_free(*token);
	*token = fresh;
	return 0;
}
