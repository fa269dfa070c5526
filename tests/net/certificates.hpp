#pragma once

#include <string>

namespace tutti::net::test {

/// A certificate authority and one server certificate of it, as PEM files in a directory.
struct Certificates {
  /// `names` as in OpenSSL's subjectAltName: "DNS:localhost,IP:127.0.0.1".
  Certificates(const std::string& directory, const std::string& prefix, const std::string& names);

  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
};

}  // namespace tutti::net::test
