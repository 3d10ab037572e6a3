// SPDX-License-Identifier: Apache-2.0
#include "package_keys.h"

namespace mif::reporting {
namespace {

[[noreturn]] void complain(const Node& at, const std::string& what) {
  throw Error(MIF_E_INVALID, "report.package-setting", "mif.info:" + std::to_string(at.line) + ": plugin.reporting 的 package " + what);
}

}  // namespace

void PackageKeys::read(const Node& package) {
  for (const auto& node : package.children) {
    if (node.key == "signature") {
      if (node.value != "none") complain(node, "signature 只能写 none，要签名请写 signer (only none; to sign, write signer)");
      none_ = true;
    } else if (node.key == "key-id") {
      key_id_ = node.value;
    } else if (node.key == "certificate") {
      certificate_ = node.value;
    } else if (node.key == "algorithm") {
      const auto named = crypto::algorithm_named(node.value);
      if (!named) complain(node, "algorithm 应为 sm2-sm3、ecdsa-p256-sha256 或 rsa-sha256 (one of these)");
      algorithm_ = *named;
    } else if (node.key == "signer") {
      settings_ = crypto::signer_settings(node, "mif.info", "reporting");
    } else if (node.key == "trust") {
      for (const auto& key : node.children) trusted_[key.key] = key.value;
    } else {
      complain(node, "不认识的设置 (unknown setting) \"" + node.key + "\"");
    }
  }
  if (none_ && (settings_ || !trusted_.empty())) complain(package, "写了 signature none 就不能写 signer 或 trust (signature none stands alone)");
  if (settings_ && key_id_.empty()) complain(package, "有 signer 就要写 key-id，收件方按它找公钥 (a signer needs a key-id)");
}

std::optional<report_package::Signer> PackageKeys::any_signer(const Config& config, Call call) const {
  if (!settings_) return std::nullopt;
  report_package::Signer signer;
  signer.algorithm = crypto::name_of(algorithm_);
  signer.key_id = key_id_;
  if (!certificate_.empty()) signer.certificate = config.bytes(call, certificate_);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!signer_) signer_ = crypto::make_signer(*settings_, algorithm_, [&](const std::string& file) { return crypto::read_secret(config, call, file); });
  signer.sign = [held = signer_](std::string_view message) { return held->sign(message); };
  return signer;
}

report_package::Signer PackageKeys::signer(const Config& config, Call call) const {
  if (none_) return {};
  if (auto found = any_signer(config, call)) return *found;
  throw Error(MIF_E_CONFLICT, "report.signer-missing", "没有配置数据包的签名，请在 mif.info 的 plugin.reporting 写 package { key-id … signer … }，开发环境可写 package { signature none } (no signer of data packages is configured)");
}

report_package::Trusts PackageKeys::trusts(const Config& config, Call call) const {
  struct Trusted {
    crypto::Key key;
    std::string algorithm;
  };
  std::map<std::string, Trusted> keys;
  for (const auto& [id, file] : trusted_) {
    const crypto::Key key = crypto::verifying_key(config.bytes(call, file));
    const auto algorithm = crypto::algorithm_of(key);
    if (!algorithm) throw Error(MIF_E_INVALID, "report.trust-key", file + " 不是 SM2、P-256 或 RSA 的 PEM 公钥，请向报送单位要公钥文件 (not such a public key in PEM form)");
    keys[id] = {key, crypto::name_of(*algorithm)};
  }
  return [keys](const report_package::Seal& seal, std::string_view message) {
    const auto found = keys.find(seal.key_id);
    return found != keys.end() && found->second.algorithm == seal.algorithm && crypto::verify(found->second.key, message, seal.signature);
  };
}

report_package::Limits PackageKeys::limits() const {
  report_package::Limits limits;
  limits.unsigned_too = none_;
  return limits;
}

}  // namespace mif::reporting
