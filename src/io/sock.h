/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP sockets as a sender wants them: non-blocking, no delay, keepalive, and
 * an end to waiting for a peer that does not acknowledge. And UDP's.
 */
#ifndef CEFD_IO_SOCK_H
#define CEFD_IO_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/resolve.h"

/* Octets of an address as text, "[v6]:port", the final NUL included. */
#define SOCK_TEXT_MAX 64

struct err;

/*
 * Begin to connect. Unacknowledged data break the connection after
 * `user_timeout_ms` (RFC 5482). Returns the descriptor or -1.
 */
int sock_connect(const struct resolve_address *address, int64_t user_timeout_ms,
    struct err *err);

/* A socket whose datagrams go there, and which hears of their fate. */
int sock_connect_datagrams(
    const struct resolve_address *address, struct err *err);

/*
 * Send one datagram: 1, 0 when there is no room, or -1: ERR_BAD when it is too
 * large, otherwise an error that an earlier one may have met.
 */
int sock_send_datagram(int fd, const void *data, size_t len, struct err *err);

/* ERR_IO, and in words why a connection failed with that errno. Returns -1. */
int sock_failed(int error, struct err *err);

/* 0, or -1 with the error that waits on the socket. Taking it clears it. */
int sock_take_error(int fd, struct err *err);

/* Octets that the peer's kernel has not acknowledged, our end (FIN) counted
 * as one; -1 when that cannot be told. */
int64_t sock_unacknowledged(int fd);

/* True when the peer's end (FIN) has come, read or not. */
bool sock_peer_has_ended(int fd);

/*
 * True when the socket is connected to itself: TCP's simultaneous open lets
 * that happen on loopback when nobody listens on a port of the ephemeral
 * range. What is sent there would look delivered.
 */
bool sock_is_self(int fd);

void sock_text(char ret[SOCK_TEXT_MAX], const struct resolve_address *address);

#endif
