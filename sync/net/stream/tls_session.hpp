#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/stream/tls.hpp"

/// TLS without a socket: bytes from the network in, bytes for the network out. Private to the stream.
namespace tutti::net {

struct TlsContext::Handle {
  Handle(SSL_CTX* c, bool s) : context(c), server(s) {}
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  SSL_CTX* context;
  bool server;
};

/// The oldest error of OpenSSL's queue in words; empties the queue.
std::string openssl_words();

class TlsSession {
 public:
  /// `host`: the name or address a client expects the certificate to be for.
  TlsSession(const TlsContext& context, const std::string& host);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  void receive(std::string_view cipher);
  /// Goes as far as it can with what was received. Not ready and no error: more is needed.
  Status handshake();
  [[nodiscard]] bool ready() const { return ready_; }

  /// Decrypted bytes into `to`, at most `size`; 0: more is needed, or the peer has ended (`peer_ended`).
  Result<std::size_t> read(char* to, std::size_t size);
  [[nodiscard]] bool peer_ended() const;
  Status write(std::string_view plain);  ///< after `ready`
  void end();                            ///< close_notify

  std::string take_output();

 private:
  Error handshake_error() const;

  std::shared_ptr<TlsContext::Handle> context_;
  std::string host_;
  SSL* ssl_;
  BIO* in_;   ///< owned by ssl_
  BIO* out_;  ///< owned by ssl_
  bool ready_ = false;
};

}  // namespace tutti::net
