#pragma once

#include <memory>
#include <string>

#include "protocol/base/result.hpp"

/// Certificates and trust, loaded once and shared by connections. Copying shares. TLS 1.2 is the floor, ALPN is http/1.1,
/// no renegotiation, no compression.
namespace tutti::net {

class TlsContext {
 public:
  /// PEM files: certificate chain (leaf first) and private key. Fails if they do not belong together.
  static Result<TlsContext> server(const std::string& certificate_file, const std::string& key_file);
  /// Trusts the system's store, or only `ca_file` (PEM) if given. The peer's certificate and name are always verified.
  static Result<TlsContext> client(const std::string& ca_file = {});

  [[nodiscard]] bool is_server() const;

  struct Handle;                                                                   // OpenSSL's context
  [[nodiscard]] const std::shared_ptr<Handle>& handle() const { return handle_; }  ///< for this room only

 private:
  explicit TlsContext(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<Handle> handle_;
};

}  // namespace tutti::net
