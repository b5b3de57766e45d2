/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which carrier goes with which transport.
 */
#include "config.h"

#include <assert.h>

#include "conf/conf.h"
#include "deliver/carrier.h"
#include "io/conn.h"

static const struct carrier_ops *
ops_of(enum conf_transport transport)
{
	switch (transport) {
	case TRANSPORT_TLS:
	case TRANSPORT_TCP:
		return &stream_carrier_ops;
	case TRANSPORT_RELP:
	case TRANSPORT_RELP_TLS:
		return &relp_carrier_ops;
	case TRANSPORT_UDP:
		return &udp_carrier_ops;
	case TRANSPORT_FILE:
		return &file_carrier_ops;
	case TRANSPORT_STDOUT:
		return &stdout_carrier_ops;
	}
	return NULL;
}

struct carrier *
carrier_start(const struct carrier_job *job)
{
	const struct carrier_ops *ops = ops_of(job->conf->transport);
	struct carrier *carrier;

	assert(ops != NULL);
	carrier = ops->start(job);
	carrier->ops = ops;
	carrier->job = *job;
	return carrier;
}

void
carrier_stop(struct carrier *carrier)
{
	carrier->ops->stop(carrier);
}

void
carrier_facts(const struct carrier *carrier, struct conn_facts *ret)
{
	*ret = (struct conn_facts){.address = "", .version = ""};
	if (carrier->ops->facts != NULL)
		carrier->ops->facts(carrier, ret);
}

void
carrier_free(struct carrier *carrier)
{
	if (carrier != NULL)
		carrier->ops->free(carrier);
}

struct conn *
carrier_open(const struct carrier_job *job, const struct conn_hooks *hooks)
{
	const struct conf_destination *conf = job->conf;
	const struct conn_options options = {
	    .server = job->server,
	    .name = conf->server_name,
	    .tls = job->tls,
	    .connect_timeout_ms = conf->connect_timeout_ms,
	    .write_timeout_ms = conf->write_timeout_ms,
	};

	return conn_open(job->loop, &options, hooks);
}
