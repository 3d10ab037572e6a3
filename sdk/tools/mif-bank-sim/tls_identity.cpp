// SPDX-License-Identifier: Apache-2.0
#include "tls_identity.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "mif/error.hpp"

namespace mif::banksim {

namespace {

[[noreturn]] void failed(const char* what) { throw Error(MIF_E_INTERNAL, std::string("the bank's own certificate: ") + what); }

template <class Write>
void to_file(const std::string& path, Write write) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
  if (!file || write(file.get()) != 1) failed(path.c_str());
}

}  // namespace

TlsIdentity tls_identity(const std::string& folder) {
  TlsIdentity own{folder + "/tls.key.pem", folder + "/tls.pem", ""};
  std::ifstream known(folder + "/tls.pin");
  if (known >> own.pin) return own;
  std::filesystem::create_directories(folder);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> cert(X509_new(), X509_free);
  if (!key || !cert) failed("key");
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 86400L * 3650);
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("mif-bank-sim"), -1, -1, 0);
  if (X509_set_issuer_name(cert.get(), name) != 1 || X509_set_pubkey(cert.get(), key.get()) != 1 || X509_sign(cert.get(), key.get(), EVP_sha256()) == 0) failed("sign");
  unsigned char* der = nullptr;
  const int n = i2d_PUBKEY(key.get(), &der);
  unsigned char digest[32];
  unsigned size = 0;
  const bool ok = n > 0 && EVP_Digest(der, static_cast<std::size_t>(n), digest, &size, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(der);
  if (!ok) failed("pin");
  for (unsigned i = 0; i < size; ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(digest[i]));
    own.pin += two;
  }
  to_file(own.key_file, [&](std::FILE* f) { return PEM_write_PrivateKey(f, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  to_file(own.certificate_file, [&](std::FILE* f) { return PEM_write_X509(f, cert.get()); });
  std::ofstream(folder + "/tls.pin") << own.pin << "\n";
  return own;
}

}  // namespace mif::banksim
