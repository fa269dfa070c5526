#include "tests/net/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "tests/support/catch.hpp"

namespace tutti::net::test {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Key make_key() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(const std::string& name, EVP_PKEY* key, X509* issuer) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), issuer == nullptr ? subject : X509_get_subject_name(issuer));
  return certificate;
}

std::FILE* open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  REQUIRE(file != nullptr);
  return file;
}

void write(const std::string& path, X509* certificate) {
  std::FILE* file = open(path);
  PEM_write_X509(file, certificate);
  std::fclose(file);
}

void write(const std::string& path, EVP_PKEY* key) {
  std::FILE* file = open(path);
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

}  // namespace

Certificates::Certificates(const std::string& directory, const std::string& prefix, const std::string& names)
    : ca_file(directory + '/' + prefix + "-ca.pem"),
      certificate_file(directory + '/' + prefix + ".pem"),
      key_file(directory + '/' + prefix + ".key") {
  const Key ca_key = make_key();
  const Certificate ca = make_certificate(prefix + " authority", ca_key.get(), nullptr);
  add_extension(ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(ca.get(), ca_key.get(), EVP_sha256());
  const Key key = make_key();
  const Certificate leaf = make_certificate(prefix, key.get(), ca.get());
  add_extension(leaf.get(), NID_subject_alt_name, names);
  X509_sign(leaf.get(), ca_key.get(), EVP_sha256());
  write(ca_file, ca.get());
  write(certificate_file, leaf.get());
  write(key_file, key.get());
}

}  // namespace tutti::net::test
