// SPDX-License-Identifier: Apache-2.0
#include "tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>

namespace mif::bank_wire {

namespace {

std::string pin_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (n <= 0) return {};
  unsigned char digest[32];
  unsigned size = 0;
  const bool ok = EVP_Digest(der, static_cast<std::size_t>(n), digest, &size, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(der);
  std::string hex;
  for (unsigned i = 0; ok && i < size; ++i) hex.append(1, "0123456789abcdef"[digest[i] >> 4]).append(1, "0123456789abcdef"[digest[i] & 15]);
  return hex;
}

}  // namespace

struct Tls::Impl {
  Put put;
  Source::More get;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, SSL_free};
  BIO *in = nullptr, *out = nullptr;  // owned by ssl

  void flush() {
    char buffer[16384];
    for (int n; (n = BIO_read(out, buffer, sizeof buffer)) > 0;) put(buffer, static_cast<std::size_t>(n));
  }
  // What the library wants next: its own bytes out, the peer's in. False when the peer closed in order.
  bool feed(int result, const char* what) {
    const int why = SSL_get_error(ssl.get(), result);
    flush();
    if (why == SSL_ERROR_ZERO_RETURN) return false;
    if (why == SSL_ERROR_WANT_READ) {
      char buffer[16384];
      const std::size_t n = get(buffer, sizeof buffer);
      if (n == 0) throw Unreadable("加密连接被切断 (the encrypted line was cut)");
      BIO_write(in, buffer, static_cast<int>(n));
      return true;
    }
    ERR_clear_error();
    throw Unreadable(what);
  }
};

Tls::Tls(Put put, Source::More get) : impl_(std::make_unique<Impl>()) {
  impl_->put = std::move(put);
  impl_->get = std::move(get);
  if (!impl_->context || SSL_CTX_set_min_proto_version(impl_->context.get(), TLS1_2_VERSION) != 1) throw Unreadable("密码库出错 (the cryptographic library failed)");
  impl_->ssl.reset(SSL_new(impl_->context.get()));
  impl_->in = BIO_new(BIO_s_mem());
  impl_->out = BIO_new(BIO_s_mem());
  SSL_set_bio(impl_->ssl.get(), impl_->in, impl_->out);
  SSL_set_connect_state(impl_->ssl.get());
}
Tls::~Tls() { ERR_clear_error(); }

void Tls::greet(const std::string& host, const std::string& pin) {
  if (host.find_first_not_of("0123456789.:") != std::string::npos) SSL_set_tlsext_host_name(impl_->ssl.get(), host.c_str());
  ERR_clear_error();
  for (int result; (result = SSL_do_handshake(impl_->ssl.get())) != 1;)
    if (!impl_->feed(result, "TLS 握手失败 (the TLS handshake failed)")) throw Unreadable("TLS 握手失败 (the TLS handshake failed)");
  impl_->flush();
  X509* certificate = SSL_get1_peer_certificate(impl_->ssl.get());
  const std::string seen = certificate ? pin_of(certificate) : std::string();
  X509_free(certificate);
  if (seen.empty() || seen != pin) throw Unreadable("对端公钥不是约定的那一个 (the peer's public key is not the pinned one), 见到 sha256:" + seen);
}

void Tls::put(const char* bytes, std::size_t n) {
  while (n > 0) {
    const int part = static_cast<int>(std::min<std::size_t>(n, 1 << 14));
    ERR_clear_error();
    const int result = SSL_write(impl_->ssl.get(), bytes, part);
    if (result > 0) {
      bytes += result;
      n -= static_cast<std::size_t>(result);
      impl_->flush();
    } else if (!impl_->feed(result, "加密连接中断 (the encrypted line broke)")) {
      throw Unreadable("加密连接中断 (the encrypted line broke)");
    }
  }
}

std::size_t Tls::get(char* bytes, std::size_t n) {
  while (true) {
    ERR_clear_error();
    const int result = SSL_read(impl_->ssl.get(), bytes, static_cast<int>(std::min<std::size_t>(n, 1 << 20)));
    if (result > 0) return static_cast<std::size_t>(result);
    if (!impl_->feed(result, "加密连接中断 (the encrypted line broke)")) return 0;
  }
}

bool is_pin(std::string_view text) { return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

}  // namespace mif::bank_wire
