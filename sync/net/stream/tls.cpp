#include "sync/net/stream/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstring>

#include "sync/net/stream/tls_session.hpp"

namespace tutti::net {

namespace {

constexpr std::string_view alpn_wire("\x08http/1.1");

// Without a common protocol the handshake goes on without ALPN: old clients that offer something else still speak HTTP/1.1.
int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned offered_size,
                void*) {
  unsigned char* chosen = nullptr;
  const auto* ours = reinterpret_cast<const unsigned char*>(alpn_wire.data());
  if (SSL_select_next_proto(&chosen, out_size, ours, alpn_wire.size(), offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<TlsContext::Handle> make_handle(bool server) {
  auto handle = std::make_shared<TlsContext::Handle>(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()), server);
  SSL_CTX_set_min_proto_version(handle->context, TLS1_2_VERSION);
  SSL_CTX_set_options(handle->context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // TLS 1.2 only with forward secrecy and authenticated encryption.
  SSL_CTX_set_cipher_list(handle->context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_mode(handle->context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  return handle;
}

}  // namespace

std::string openssl_words() {
  std::array<char, 256> text{};
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown reason";
  if (const char* reason = ERR_reason_error_string(code)) return reason;
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

TlsContext::Handle::~Handle() {
  SSL_CTX_free(context);
}

Result<TlsContext> TlsContext::server(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  auto handle = make_handle(true);
  if (SSL_CTX_use_certificate_chain_file(handle->context, certificate_file.c_str()) != 1) {
    return error(ErrorCode::io, "cannot use the certificate " + certificate_file + ": " + openssl_words());
  }
  if (SSL_CTX_use_PrivateKey_file(handle->context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return error(ErrorCode::io, "cannot use the key " + key_file + ": " + openssl_words());
  }
  SSL_CTX_set_alpn_select_cb(handle->context, choose_alpn, nullptr);
  return TlsContext(std::move(handle));
}

Result<TlsContext> TlsContext::client(const std::string& ca_file) {
  ERR_clear_error();
  auto handle = make_handle(false);
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(handle->context)
                                     : SSL_CTX_load_verify_locations(handle->context, ca_file.c_str(), nullptr);
  if (loaded != 1) return error(ErrorCode::io, "cannot read trusted certificates " + ca_file + ": " + openssl_words());
  SSL_CTX_set_verify(handle->context, SSL_VERIFY_PEER, nullptr);
  const auto* ours = reinterpret_cast<const unsigned char*>(alpn_wire.data());
  SSL_CTX_set_alpn_protos(handle->context, ours, alpn_wire.size());
  return TlsContext(std::move(handle));
}

bool TlsContext::is_server() const {
  return handle_->server;
}

}  // namespace tutti::net
