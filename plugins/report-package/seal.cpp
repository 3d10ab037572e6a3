// SPDX-License-Identifier: Apache-2.0
#include "seal.h"

#include "digests.h"
#include "manifest.h"
#include "report-package/names.h"

namespace mif::report_package {
namespace {

constexpr const char* kSealFormat = "mif-report-seal/1";

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包 " + one_line(sentence)); }

// One line without anything that could end it.
bool is_line(std::string_view text, std::size_t most) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return text.size() <= most && ferry::valid_utf8(text);
}

}  // namespace

std::string seal_message(std::string_view manifest, const Seal& seal) {
  return std::string(kSealFormat) + "\nmanifest sha256 " + sha256(manifest) + "\nmanifest sm3 " + sm3(manifest) + "\ncontainer sha256 " + seal.container + "\nalgorithm " + seal.algorithm + "\nkey " + seal.key_id +
         "\ncertificate sha256 " + (seal.certificate.empty() ? std::string() : sha256(seal.certificate)) + "\n";
}

Seal make_seal(std::string_view manifest, const std::string& container, const Signer& signer, const Seal& kept, bool same_manifest) {
  if (signer.sign) {
    Seal seal{signer.algorithm, signer.key_id, signer.certificate, container, {}};
    if (seal.algorithm == "none" || seal.algorithm.empty() || !is_line(seal.algorithm, 40) || !is_line(seal.key_id, 200) || seal.certificate.size() > 16384 || !ferry::valid_utf8(seal.certificate))
      refuse("report-package.seal", "的签名算法、密钥标识或证书不能用 (the algorithm, key id or certificate of the signer)");
    seal.signature = signer.sign(seal_message(manifest, seal));
    return seal;
  }
  if (kept.algorithm == "none" || !same_manifest) return {"none", {}, {}, container, {}};
  if (kept.container != container) refuse("report-package.seal", "的原签名是对另一个文件做的，请重新签名 (the seal was made for another file, sign again)");
  return kept;
}

std::string seal_json(const Seal& seal) {
  JsonWriter w;
  w.begin_object().field("format", kSealFormat).field("algorithm", seal.algorithm).field("keyId", seal.key_id).field("certificate", seal.certificate);
  return w.field("container", seal.container).field("signature", hex(seal.signature)).end_object().take() + "\n";
}

Seal read_seal(const std::string& where, std::string_view json) {
  Seal seal;
  std::string format, signature;
  read_json(where + kSealName, json, [&](ferry::JsonReader& r) {
    r.object([&](std::string_view name) {
      if (name == "format") format = r.text(100);
      else if (name == "algorithm") seal.algorithm = r.text(40);
      else if (name == "keyId") seal.key_id = r.text(200);
      else if (name == "certificate") seal.certificate = r.text(16384);
      else if (name == "container") seal.container = r.text(64);
      else if (name == "signature") signature = r.text(16384);
      else r.refuse("不认识的字段 (unknown field) " + std::string(name));
    });
  });
  seal.signature = unhex(signature);
  const bool nobody = seal.algorithm == "none" && seal.key_id.empty() && seal.certificate.empty() && seal.signature.empty();
  const bool somebody = seal.algorithm != "none" && !seal.algorithm.empty() && is_line(seal.algorithm, 40) && is_line(seal.key_id, 200) && !seal.signature.empty();
  const bool whole = format == kSealFormat && (nobody || somebody);
  if (!whole || !is_digest(seal.container) || seal_json(seal) != json) refuse("report-package.seal", where + "的 " + kSealName + " 不是规定的写法 (not the form of a seal)");
  return seal;
}

void check_seal(const std::string& where, std::string_view manifest, const Seal& seal, const Trusts& trusts, bool unsigned_too) {
  if (seal.algorithm == "none") {
    if (!unsigned_too) refuse("report-package.unsigned", where + "没有签名，请报送单位签名后再报 (nobody signed it)");
    return;
  }
  if (!trusts || !trusts(seal, seal_message(manifest, seal)))
    refuse("report-package.signature", where + "的签名验不过：内容被改，或签名的密钥不在信任之列 (the signature is wrong, or its key is not trusted)");
}

}  // namespace mif::report_package
