#include "sync/net/stream/tls_session.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>

namespace tutti::net {

namespace {

bool is_address(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 || ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

void expect_host(SSL* ssl, const std::string& host) {
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    return;
  }
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(host.c_str()));  // the macro casts C style
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, host.c_str());
}

}  // namespace

TlsSession::TlsSession(const TlsContext& context, const std::string& host)
    : context_(context.handle()),
      host_(host),
      ssl_(SSL_new(context_->context)),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  SSL_set_bio(ssl_, in_, out_);
  if (context_->server) {
    SSL_set_accept_state(ssl_);
    return;
  }
  SSL_set_connect_state(ssl_);
  expect_host(ssl_, host_);
}

TlsSession::~TlsSession() {
  SSL_free(ssl_);
}

void TlsSession::receive(std::string_view cipher) {
  BIO_write(in_, cipher.data(), static_cast<int>(cipher.size()));
}

Status TlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  ready_ = result == 1;
  if (ready_) return {};
  const int why = SSL_get_error(ssl_, result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return {};
  return handshake_error();
}

Error TlsSession::handshake_error() const {
  const long verdict = SSL_get_verify_result(ssl_);
  if (context_->server || verdict == X509_V_OK)
    return error(ErrorCode::unavailable, "no secure connection: " + openssl_words());
  ERR_clear_error();
  if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return error(ErrorCode::denied, "certificate not trusted: it is not for " + host_);
  }
  return error(ErrorCode::denied, "certificate not trusted: " + host_ + ": " + X509_verify_cert_error_string(verdict));
}

Result<std::size_t> TlsSession::read(char* to, std::size_t size) {
  ERR_clear_error();
  const int got = SSL_read(ssl_, to, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
  if (got > 0) return static_cast<std::size_t>(got);
  const int why = SSL_get_error(ssl_, got);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
  return error(ErrorCode::unavailable, "secure connection broken: " + openssl_words());
}

bool TlsSession::peer_ended() const {
  return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

Status TlsSession::write(std::string_view plain) {
  ERR_clear_error();
  if (plain.empty()) return {};
  // The output is a growing memory buffer, so a write is never partial.
  if (SSL_write(ssl_, plain.data(), static_cast<int>(plain.size())) > 0) return {};
  return error(ErrorCode::unavailable, "secure connection broken: " + openssl_words());
}

void TlsSession::end() {
  ERR_clear_error();
  if (ready_) SSL_shutdown(ssl_);
}

std::string TlsSession::take_output() {
  std::string out(BIO_ctrl_pending(out_), '\0');
  if (!out.empty()) BIO_read(out_, out.data(), static_cast<int>(out.size()));
  return out;
}

}  // namespace tutti::net
