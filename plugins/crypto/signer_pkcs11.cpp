// SPDX-License-Identifier: Apache-2.0
// The key stays in its token. A signature moves no money, so a lost session is opened again and asked once more; a refused PIN never is.
#include <type_traits>
#include <vector>

#include "mif/error.hpp"
#include "pkcs11_module.h"
#include "signer.h"

namespace mif::crypto {

namespace {

class Pkcs11Signer : public Signer {
 public:
  Pkcs11Signer(const SignerSettings& s, Algorithm algorithm, std::unique_ptr<Vault> pin, Key public_key)
      : Signer(algorithm, s.where), token_(s.token), label_(s.key), pin_(std::move(pin)), told_(std::move(public_key)) {
    if (!s.mechanism && algorithm == Algorithm::sm2_sm3)
      fail(MIF_E_INVALID, "sign.setting", "PKCS#11 没有公认的 SM2 机制号, 请按厂商手册写 mechanism (SM2 has no standard mechanism: write the vendor's number)");
    mechanism_ = s.mechanism.value_or(algorithm == Algorithm::rsa_sha256 ? CKM_SHA256_RSA_PKCS : CKM_ECDSA);
    try {
      module_ = Module::load(s.module);
    } catch (const TokenError& e) {
      fail(e.status, e.rule, e.what);
    }
  }
  ~Pkcs11Signer() override {
    const std::lock_guard lock(module_->mutex);
    close();
  }

  Key public_key() override {
    if (told_) return told_;
    return with_session([&] { return found_; });
  }

 protected:
  std::string make(std::string_view message) override {
    return with_session([&] { return once(message); });
  }

 private:
  template <class F>
  std::invoke_result_t<F&> with_session(F&& work) {
    const std::lock_guard lock(module_->mutex);
    try {
      try {
        open();
        return work();
      } catch (const TokenError& e) {
        close();
        if (e.cure == TokenError::Cure::none) throw;
        if (e.cure == TokenError::Cure::restart) module_->restart();
      }
      open();
      return work();
    } catch (const TokenError& e) {
      close();
      fail(e.status, e.rule, e.what);
    }
  }

  std::string once(std::string_view message) {
    const std::string digest = mechanism_ == CKM_ECDSA ? sha256(message) : std::string();
    const std::string_view input = mechanism_ == CKM_ECDSA ? std::string_view(digest) : message;
    CK_MECHANISM mechanism{mechanism_, nullptr, 0};
    module_->check(module_->f().C_SignInit(session_, &mechanism, private_), "C_SignInit");
    std::string out(1024, '\0');
    CK_ULONG n = out.size();
    module_->check(module_->f().C_Sign(session_, bytes(input), input.size(), reinterpret_cast<CK_BYTE*>(out.data()), &n), "C_Sign");
    out.resize(n);
    if (algorithm_ == Algorithm::rsa_sha256 || out.size() != 64) return out;
    return der_of(out);
  }

  static CK_BYTE* bytes(std::string_view text) { return reinterpret_cast<CK_BYTE*>(const_cast<char*>(text.data())); }  // the C interface knows no const

  void close() {
    if (session_ != CK_INVALID_HANDLE) module_->f().C_CloseSession(session_);
    session_ = CK_INVALID_HANDLE;
    found_.reset();
  }

  void open() {
    if (session_ != CK_INVALID_HANDLE) return;
    if (pin_refused_) unable(MIF_E_DENIED, "sign.pin", "PIN 先前已被密码设备拒绝, 为免锁死不再试, 请改正 pin-file 后重启 (the PIN was refused before and is not tried again: correct pin-file and restart)");
    auto slot = module_->slot_of(token_);
    if (!slot) {  // a library looks for its tokens when it starts
      module_->restart();
      slot = module_->slot_of(token_);
    }
    if (!slot) unable(MIF_E_UNAVAILABLE, "sign.token-gone", "没有标签为 \"" + token_ + "\" 的密码设备, 请插好设备或核对 token (no such token: plug it in or correct the label)");
    CK_TOKEN_INFO info{};
    module_->check(module_->f().C_GetTokenInfo(*slot, &info), "C_GetTokenInfo");
    if (info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED))
      unable(MIF_E_DENIED, "sign.pin-low", "密码设备记有输错的 PIN 或已锁, 为免锁死不再试, 请核对 pin-file, 用厂商工具登录一次后重发 (a wrong PIN was tried or the token is locked: check pin-file, log in once with the token's own tool)");
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    module_->check(module_->f().C_OpenSession(*slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session), "C_OpenSession");
    session_ = session;
    login();
    private_ = find(CKO_PRIVATE_KEY, {});
    if (private_ == CK_INVALID_HANDLE) unable(MIF_E_NOT_FOUND, "sign.key-missing", "密码设备里没有标签为 \"" + label_ + "\" 的私钥, 请核对 key 或导入密钥 (no such private key in the token)");
    if (!told_) found_ = read_public();
  }

  void login() {
    const std::string_view pin = pin_->view();
    const CK_RV r = module_->f().C_Login(session_, CKU_USER, bytes(pin), pin.size());
    if (r == CKR_USER_ALREADY_LOGGED_IN) return;
    if (r == CKR_PIN_INCORRECT || r == CKR_PIN_INVALID || r == CKR_PIN_LEN_RANGE || r == CKR_PIN_EXPIRED || r == CKR_PIN_LOCKED) {
      pin_refused_ = true;
      unable(MIF_E_DENIED, "sign.pin", "密码设备拒绝了 PIN, 为免锁死只试一次, 请改正 pin-file 所指的文件 (the token refused the PIN, which is tried once only: correct the file pin-file names)");
    }
    module_->check(r, "C_Login");
  }

  CK_OBJECT_HANDLE find(CK_OBJECT_CLASS kind, std::string_view id) {
    std::vector<CK_ATTRIBUTE> wanted = {{CKA_CLASS, &kind, sizeof kind}};
    if (id.empty()) wanted.push_back({CKA_LABEL, bytes(label_), label_.size()});
    else wanted.push_back({CKA_ID, bytes(id), id.size()});
    module_->check(module_->f().C_FindObjectsInit(session_, wanted.data(), wanted.size()), "C_FindObjectsInit");
    CK_OBJECT_HANDLE found[2] = {CK_INVALID_HANDLE, CK_INVALID_HANDLE};
    CK_ULONG n = 0;
    const CK_RV r = module_->f().C_FindObjects(session_, found, 2, &n);
    module_->f().C_FindObjectsFinal(session_);
    module_->check(r, "C_FindObjects");
    if (n == 2 && kind == CKO_PRIVATE_KEY) unable(MIF_E_CONFLICT, "sign.key-twice", "密码设备里有两把标签为 \"" + label_ + "\" 的私钥, 请只留一把或改标签 (two private keys have this label)");
    return n == 0 ? CK_INVALID_HANDLE : found[0];
  }

  std::string attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE a{type, nullptr, 0};
    if (module_->f().C_GetAttributeValue(session_, object, &a, 1) != CKR_OK || a.ulValueLen == CK_UNAVAILABLE_INFORMATION || a.ulValueLen > 65536) return {};
    std::string out(a.ulValueLen, '\0');
    a.pValue = out.data();
    return module_->f().C_GetAttributeValue(session_, object, &a, 1) == CKR_OK ? out : std::string();
  }

  Key read_public() {
    const std::string id = attribute(private_, CKA_ID);
    const CK_OBJECT_HANDLE object = find(CKO_PUBLIC_KEY, id);
    Key key;
    if (object != CK_INVALID_HANDLE && algorithm_ == Algorithm::rsa_sha256) {
      key = rsa_key(attribute(object, CKA_MODULUS), attribute(object, CKA_PUBLIC_EXPONENT));
    } else if (object != CK_INVALID_HANDLE) {
      std::string point = attribute(object, CKA_EC_POINT);
      if (point.size() == 67 && point[0] == 4 && point[1] == 65) point.erase(0, 2);  // in an OCTET STRING, as the standard says; some give it bare
      key = point_key(algorithm_, point);
    }
    if (!key || algorithm_of(key) != algorithm_)
      unable(MIF_E_INVALID, "sign.public-key", std::string("密码设备没有给出 ") + name_of(algorithm_) + " 的公钥, 请核对算法, 或用 public-key 写明公钥文件 (the token shows no public key of this algorithm: check the algorithm or name a public-key file)");
    return key;
  }

  const std::string token_, label_;
  const std::unique_ptr<Vault> pin_;
  const Key told_;
  Key found_;
  std::shared_ptr<Module> module_;
  CK_MECHANISM_TYPE mechanism_ = 0;
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE private_ = CK_INVALID_HANDLE;
  bool pin_refused_ = false;
};

}  // namespace

std::unique_ptr<Signer> pkcs11_signer(const SignerSettings& settings, Algorithm algorithm, std::unique_ptr<Vault> pin, Key public_key) {
  return std::make_unique<Pkcs11Signer>(settings, algorithm, std::move(pin), std::move(public_key));
}

}  // namespace mif::crypto
