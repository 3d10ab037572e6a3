// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <filesystem>

#include "kernel/audit/verify.h"
#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::audit {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

[[noreturn]] void fail(const std::string& what) {
  ERR_clear_error();
  throw Error(MIF_E_INTERNAL, what);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long n = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(n));
}

std::string public_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  if (PEM_write_bio_PUBKEY(bio.get(), key) != 1) fail("公钥写不出来 (cannot encode the checkpoint key)");
  return text_of(bio.get());
}

Key read_key(const std::string& path, bool secret) {
  const std::string pem = read_file(path);
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  // An empty passphrase callback: a protected key must fail, not ask on a terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Key key(secret ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    ERR_clear_error();
    throw Error(MIF_E_INVALID, "audit.key", path + ": 不是 Ed25519 密钥 (expected an Ed25519 key in PEM form)");
  }
  return key;
}

// The file must never be readable by others, not even while it is written.
void write_secret(const std::string& path, const std::string& pem) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  bool ok = file >= 0;
  std::size_t done = 0;
  while (ok && done < pem.size()) {
    const ssize_t n = write(file, pem.data() + done, pem.size() - done);
    ok = n > 0;
    if (ok) done += static_cast<std::size_t>(n);
  }
  ok = ok && fsync(file) == 0;
  if (file >= 0) close(file);
  if (!ok) throw Error(MIF_E_INTERNAL, "写不了私钥文件 (cannot write the private key) " + path);
}

void make_pair(const std::string& secret_path, const std::string& public_path) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const Bio bio(BIO_new(BIO_s_secmem()), BIO_free);
  if (!key || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) fail("生成不了 Ed25519 密钥 (cannot make an Ed25519 key)");
  std::filesystem::create_directories(std::filesystem::path(secret_path).parent_path());
  write_secret(secret_path, text_of(bio.get()));
  write_file_durably(public_path, public_pem(key.get()));
}

}  // namespace

struct Signer::Impl {
  Key secret{nullptr, EVP_PKEY_free};
  Key known{nullptr, EVP_PKEY_free};
  std::string folder;
};

Signer::Signer(const std::string& folder) : impl_(new Impl) {
  impl_->folder = folder;
  const std::string secret_path = folder + "/checkpoint-key.pem", public_path = folder + "/checkpoint-key.pub.pem";
  const bool have_public = std::filesystem::exists(public_path);
  if (!std::filesystem::exists(secret_path) && !have_public) make_pair(secret_path, public_path);
  if (std::filesystem::exists(secret_path)) {
    impl_->secret = read_key(secret_path, true);
    // A crash between the two files leaves the private one alone; the other follows from it.
    if (!std::filesystem::exists(public_path)) write_file_durably(public_path, public_pem(impl_->secret.get()));
  }
  impl_->known = read_key(public_path, false);
  if (impl_->secret && EVP_PKEY_eq(impl_->secret.get(), impl_->known.get()) != 1)
    throw Error(MIF_E_INVALID, "audit.key-pair", public_path + ": 公钥和私钥不是一对 (the public key does not belong to the private key beside it)");
}

Signer::~Signer() = default;

std::string Signer::sign(std::string_view bytes) const {
  if (!impl_->secret) throw Error(MIF_E_UNSUPPORTED, "audit.key-public-only", impl_->folder + ": 只有公钥, 不能签名 (only the public key is here, cannot sign)");
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, impl_->secret.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1)
    fail("检查点签名失败 (signing the checkpoint failed)");
  signature.resize(size);
  return signature;
}

bool Signer::verify(std::string_view bytes, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const bool ok = EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, impl_->known.get()) == 1 &&
                  EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
  ERR_clear_error();
  return ok;
}

std::string Signer::public_key_pem() const { return public_pem(impl_->known.get()); }

std::string Signer::public_key_raw() const {
  std::string raw(32, '\0');
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(impl_->known.get(), reinterpret_cast<unsigned char*>(raw.data()), &size) != 1) fail("公钥读不出来 (cannot read the checkpoint key)");
  return raw;
}

}  // namespace mif::audit
