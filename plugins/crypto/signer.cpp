// SPDX-License-Identifier: Apache-2.0
#include "signer.h"

#include <set>

#include "mif/error.hpp"
#include "tls.h"

namespace mif::crypto {

namespace {

class SoftwareSigner : public Signer {
 public:
  SoftwareSigner(std::unique_ptr<Vault> pem, std::unique_ptr<Vault> passphrase, Algorithm algorithm, const std::string& where)
      : Signer(algorithm, where), pem_(std::move(pem)), passphrase_(std::move(passphrase)), public_(verifying_key(public_text(key()))) {}
  Key public_key() override { return public_; }

 protected:
  // The key leaves its vault for one signature and is wiped with it.
  std::string make(std::string_view message) override { return crypto::sign(key(), message); }

 private:
  Key key() const {
    Key key = signing_key(pem_->view(), passphrase_ ? passphrase_->view() : std::string_view());
    if (algorithm_of(key) != algorithm_)
      fail(MIF_E_INVALID, "bank.key", std::string("私钥文件应为 ") + name_of(algorithm_) + " 的 PEM 私钥, 口令写在 passphrase-file 所指的文件里 (expects such a private key in PEM form, and its passphrase in passphrase-file)");
    return key;
  }
  std::unique_ptr<Vault> pem_, passphrase_;
  Key public_;
};

struct Reader {
  const Node& node;
  const std::string& file;
  [[noreturn]] void complain(const Node& at, const std::string& what) const { throw Error(MIF_E_INVALID, "sign.setting", file + ":" + std::to_string(at.line) + ": signer 的 " + what); }
  std::string need(const char* key) const {
    const Node* found = node.find(key);
    if (!found || found->value.empty()) complain(found ? *found : node, std::string(key) + " 没有写 (is missing)");
    return found->value;
  }
  void only(const std::set<std::string>& known) const {
    for (const Node& c : node.children)
      if (!known.count(c.key)) complain(c, c.key + " 不认识 (unknown here)");
  }
};

bool loopback(const std::string& host) { return host == "localhost" || host == "[::1]" || (host.rfind("127.", 0) == 0 && host.find_first_not_of("0123456789.") == std::string::npos); }

void read_url(const Reader& r, SignerSettings& s) {
  const std::string url = r.need("url");
  const Node& at = *r.node.find("url");
  const bool tls = url.rfind("https://", 0) == 0;
  if (!tls && url.rfind("http://", 0) != 0) r.complain(at, "url 应以 http:// 或 https:// 开头 (begins with http:// or https://)");
  const std::string rest = url.substr(tls ? 8 : 7);
  const auto slash = rest.find('/');
  const std::string place = rest.substr(0, slash);
  s.path = slash == std::string::npos ? "/" : rest.substr(slash);
  const auto colon = place.find(':', place.find(']') == std::string::npos ? 0 : place.find(']'));
  s.host = place.substr(0, colon);
  const std::string port = colon == std::string::npos ? (tls ? "443" : "80") : place.substr(colon + 1);
  if (s.host.empty() || place.find('@') != std::string::npos || url.find_first_of(" \t\r\n") != std::string::npos || port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos || std::stol(port) < 1 || std::stol(port) > 65535)
    r.complain(at, "url 的地址或端口不对, 用户和口令不写在这里 (host or port is wrong; no user and password here)");
  s.port = static_cast<std::uint16_t>(std::stol(port));
  if (tls) {
    s.peer_pin = r.need("pin");
    if (!bank_wire::is_pin(s.peer_pin)) r.complain(*r.node.find("pin"), "pin 应为签名服务公钥的 SHA-256, 64 位小写十六进制 (64 lower-case hexadecimal digits)");
  } else if (!loopback(s.host)) {
    r.complain(at, "url 不在本机时必须用 https 和 pin (beyond this machine only https with a pin)");
  }
}

}  // namespace

void Signer::fail(mif_status status, const char* rule, const std::string& what) const { throw Error(status, rule, where_ + ": " + what); }

std::string Signer::sign(std::string_view message) {
  std::string signature = make(message);
  if (!verify(public_key(), message, signature))
    fail(MIF_E_UNAVAILABLE, "sign.does-not-verify", "做出的签名用公钥验不过, 没有发出任何内容, 请核对密钥和公钥是否一对 (the signature does not verify with the public key; nothing was sent)");
  return signature;
}

SignerSettings signer_settings(const Node& signer, const std::string& file, const std::string& link) {
  const Reader r{signer, file};
  SignerSettings s;
  s.where = file + ":" + std::to_string(signer.line) + " link " + link;
  const std::string kind = r.need("kind");
  s.key = r.need("key");
  if (kind == "software") {
    r.only({"kind", "key", "passphrase-file"});
    s.passphrase_file = signer.get("passphrase-file");
    return s;
  }
  s.public_key_file = signer.get("public-key");
  if (kind == "pkcs11") {
    s.kind = SignerSettings::Kind::pkcs11;
    r.only({"kind", "module", "token", "key", "pin-file", "mechanism", "public-key"});
    s.module = r.need("module");
    if (s.module[0] != '/') r.complain(*signer.find("module"), "module 应为绝对路径 (an absolute path)");
    s.token = r.need("token");
    s.pin_file = r.need("pin-file");
    if (const Node* m = signer.find("mechanism")) {
      const bool hex = m->value.rfind("0x", 0) == 0;
      const std::string digits = hex ? m->value.substr(2) : m->value;
      if (digits.empty() || digits.size() > (hex ? 8 : 9) || digits.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789") != std::string::npos) r.complain(*m, "mechanism 应为数字, 如 0x80000201 (a number)");
      s.mechanism = std::stoul(digits, nullptr, hex ? 16 : 10);
    }
    return s;
  }
  if (kind != "external") r.complain(*signer.find("kind"), "kind 应为 software、pkcs11 或 external (one of these)");
  s.kind = SignerSettings::Kind::external;
  r.only({"kind", "url", "pin", "key", "public-key", "credential-file", "timeout-ms", "send"});
  r.need("public-key");
  s.credential_file = signer.get("credential-file");
  read_url(r, s);
  if (const Node* t = signer.find("timeout-ms")) {
    if (t->value.empty() || t->value.size() > 6 || t->value.find_first_not_of("0123456789") != std::string::npos || std::stol(t->value) < 100) r.complain(*t, "timeout-ms 应为 100 到 999999 的整数 (a whole number)");
    s.timeout_ms = std::stol(t->value);
  }
  const std::string send = signer.get("send", "message");
  if (send != "message" && send != "digest") r.complain(*signer.find("send"), "send 应为 message 或 digest (one of these)");
  s.digest = send == "digest";
  return s;
}

std::unique_ptr<Signer> software_signer(std::unique_ptr<Vault> pem, std::unique_ptr<Vault> passphrase, Algorithm algorithm, const std::string& where) {
  return std::make_unique<SoftwareSigner>(std::move(pem), std::move(passphrase), algorithm, where);
}

std::unique_ptr<Signer> make_signer(const SignerSettings& s, Algorithm algorithm, const ReadSecret& read) {
  if (s.kind == SignerSettings::Kind::software) return software_signer(read(s.key), s.passphrase_file.empty() ? nullptr : read(s.passphrase_file), algorithm, s.where);
  Key open;
  if (!s.public_key_file.empty()) {
    open = verifying_key(read(s.public_key_file)->view());
    if (algorithm_of(open) != algorithm) throw Error(MIF_E_INVALID, "bank.key", s.where + ": public-key 应为 " + name_of(algorithm) + " 的 PEM 公钥 (expects such a public key in PEM form)");
  }
  if (s.kind == SignerSettings::Kind::pkcs11) return pkcs11_signer(s, algorithm, read(s.pin_file), std::move(open));
  if (s.digest && algorithm == Algorithm::sm2_sm3) throw Error(MIF_E_INVALID, "sign.setting", s.where + ": sm2-sm3 只能 send message (SM2 hashes the public key in: the whole message is sent)");
  return external_signer(s, algorithm, s.credential_file.empty() ? nullptr : read(s.credential_file), std::move(open));
}

}  // namespace mif::crypto
