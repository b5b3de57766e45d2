/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>

#include <openssl/bio.h>

#include "base/buf.h"
#include "io/tls_out.h"

/* Of a record, and of the answers that a peer can ask for without reading. */
#define LEFT_MAX 65536

static BIO_METHOD *method_of(void);
static int on_write(BIO *bio, const char *data, int len);
static long on_ctrl(BIO *bio, int what, long number, void *arg);
static ssize_t send_some(int fd, const char *data, size_t len);

BIO *
tls_out_new(struct tls_out *out, int fd)
{
	BIO_METHOD *method = method_of();
	BIO *bio = method != NULL ? BIO_new(method) : NULL;

	out->fd = fd;
	buf_init(&out->left, LEFT_MAX);
	if (bio == NULL)
		return NULL;
	BIO_set_data(bio, out);
	BIO_set_init(bio, 1);
	return bio;
}

int
tls_out_flush(struct tls_out *out)
{
	ssize_t sent;

	if (out->left.len == 0)
		return 0;
	sent = send_some(out->fd, out->left.data, out->left.len);
	if (sent == -1)
		return -1;
	buf_consume(&out->left, (size_t)sent);
	return out->left.len == 0 ? 0 : 1;
}

static BIO_METHOD *
method_of(void)
{
	static BIO_METHOD *method;

	if (method != NULL)
		return method;
	method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket and what is left");
	if (method == NULL || !BIO_meth_set_write(method, on_write) ||
	    !BIO_meth_set_ctrl(method, on_ctrl))
		return NULL;
	return method;
}

/* All is taken, or it fails. */
static int
on_write(BIO *bio, const char *data, int len)
{
	struct tls_out *out = BIO_get_data(bio);
	size_t size = len > 0 ? (size_t)len : 0;
	ssize_t sent = 0;

	if (out->is_over)
		return len;
	if (tls_out_flush(out) == -1)
		return -1;
	if (out->left.len == 0)
		sent = send_some(out->fd, data, size);
	if (sent == -1)
		return -1;
	if (buf_put(&out->left, data + sent, size - (size_t)sent) == -1) {
		errno = EPROTO;
		return -1;
	}
	return len;
}

static long
on_ctrl(BIO *bio, int what, long number, void *arg)
{
	(void)bio;
	(void)number;
	(void)arg;
	return what == BIO_CTRL_FLUSH ? 1 : 0;
}

/* -1: errno says why. 0: there is no room. */
static ssize_t
send_some(int fd, const char *data, size_t len)
{
	ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

	if (sent == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return sent;
}
