/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one message object of a threat detail, the same text each time for
 * the same seed and state. Every oddity that the API has been seen to have
 * turns up in some message.
 */
#ifndef CEFD_SIM_MESSAGE_H
#define CEFD_SIM_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim_put.h"
#include "sim_time.h"

struct buf;
struct sim_state;
struct sim_threat;

#define SIM_TENANT_ID 4711
#define SIM_TENANT_NAME "sim-tenant"

/* `broken` allows subjects that are not valid UTF-8. */
void sim_message_put(
    struct buf *out, const struct sim_threat *t, uint32_t n, bool broken);

/* tenantId and tenantName, null where they are not known. */
void sim_message_put_tenant(struct buf *out, bool known);

/* The message's id: signed, all 64 bits in use. */
int64_t sim_message_id(const struct sim_threat *t, uint32_t n);

/* recipientAddress, or "" where the message has none. */
void sim_message_recipient(
    char out[SIM_ADDRESS_MAX], const struct sim_threat *t, uint32_t n);

/* remediationTimestamp as the API writes it; "" where there is none. */
void sim_message_remediated(char out[SIM_TIME_MAX], const struct sim_threat *t,
    uint32_t n, const struct sim_state *state);

#endif
