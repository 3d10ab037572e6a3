// SPDX-License-Identifier: Apache-2.0
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "kernel/base/random.h"
#include "kernel/base/text.h"
#include "kernel/identity/rules.h"
#include "mif/error.hpp"

namespace mif::identity {
namespace {

constexpr std::int64_t kIterations = 210'000;
constexpr std::size_t kSaltBytes = 16;

std::string_view name_of_password(HashAlg alg) { return alg == HashAlg::sm3 ? "pbkdf2-sm3" : "pbkdf2-sha256"; }

std::string from_hex(std::string_view hex) {
  const auto nibble = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
  return bytes;
}

std::string derive(std::string_view alg, std::string_view salt_hex, std::int64_t iterations, std::string_view plain) {
  const std::string salt = from_hex(salt_hex);
  Digest out{};
  if (PKCS5_PBKDF2_HMAC(plain.data(), static_cast<int>(plain.size()), reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                        static_cast<int>(iterations), alg == "pbkdf2-sm3" ? EVP_sm3() : EVP_sha256(), static_cast<int>(out.size()), out.data()) != 1)
    throw Error(MIF_E_INTERNAL, "口令杂凑失败 (deriving the password hash failed)");
  return to_hex(out);
}

}  // namespace

Password make_password(HashAlg alg, std::string_view plain) {
  Password password{std::string(name_of_password(alg)), random_hex(kSaltBytes), {}, kIterations};
  password.hash = derive(password.alg, password.salt, password.iterations, plain);
  return password;
}

bool matches(HashAlg alg, const Password& stored, std::string_view plain) {
  const bool set = !stored.hash.empty();
  const std::string computed = set ? derive(stored.alg, stored.salt, stored.iterations, plain)
                                   : derive(name_of_password(alg), std::string(kSaltBytes * 2, '0'), kIterations, plain);
  return set && computed.size() == stored.hash.size() && CRYPTO_memcmp(computed.data(), stored.hash.data(), computed.size()) == 0;
}

void check_password_rules(std::string_view login, std::string_view plain) {
  if (!valid_utf8(plain) || plain.size() < 8 || plain.size() > 256)
    throw Error(MIF_E_INVALID, "password.length", "口令要 8 到 256 字节的文本 (a password has 8 to 256 bytes of text)");
  if (plain == login) throw Error(MIF_E_INVALID, "password.is-login", "口令不能与登录名相同 (the password must differ from the login)");
}

}  // namespace mif::identity
