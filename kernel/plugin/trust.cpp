// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/trust.h"

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <filesystem>
#include <sstream>

#include "kernel/base/text.h"
#include "kernel/plugin/json_scan.h"
#include "kernel/plugin/signature.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::plugin {
namespace {

std::map<std::string, std::string> keys_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> keys;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".pem") keys[entry.path().stem().string()] = read_file(entry.path().string());
  return keys;
}

}  // namespace

std::vector<SignatureEntry> parse_signatures(std::string_view json) {
  const JsonFacts facts = scan_json(json, "plugin.sig");
  const auto list = facts.find("signatures");
  if (list == facts.end() || list->second.kind != JsonFact::Kind::array)
    throw Error(MIF_E_INVALID, "plugin.sig-file", "plugin.sig:1: 缺少数组 (lacks the array) \"signatures\"");
  boost::property_tree::ptree tree;
  std::istringstream in{std::string(json)};
  try {
    boost::property_tree::read_json(in, tree);
  } catch (const boost::property_tree::json_parser_error& e) {
    throw Error(MIF_E_INVALID, "plugin.sig-file", "plugin.sig:" + std::to_string(e.line()) + ": " + e.message());
  }
  std::vector<SignatureEntry> entries;
  for (const auto& [unused, item] : tree.get_child("signatures")) {
    SignatureEntry entry{item.get("alg", ""), item.get("key_id", ""), item.get("sig", "")};
    if (entry.alg.empty() || entry.key_id.empty() || entry.sig.empty())
      throw Error(MIF_E_INVALID, "plugin.sig-file", "plugin.sig: 每个签名要有 alg、key_id、sig (each entry needs alg, key_id and sig)");
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string write_signatures(const std::vector<SignatureEntry>& entries) {
  JsonWriter out;
  out.begin_object().key("signatures").begin_array();
  for (const auto& e : entries) out.begin_object().field("alg", e.alg).field("key_id", e.key_id).field("sig", e.sig).end_object();
  return out.end_array().end_object().take() + "\n";
}

std::string SignatureVerdict::names() const {
  std::string all;
  for (const auto* group : {&vendors, &province})
    for (const auto& id : *group) all += (all.empty() ? "" : ", ") + id;
  return all.empty() ? "unsigned" : all;
}

Trust::Trust(const std::string& folder) {
  const std::filesystem::path root(folder);
  vendors_ = keys_below(root / "vendors");
  province_ = keys_below(root / "province");
  if (!std::filesystem::exists(root / "revoked.txt")) return;
  std::istringstream lines(read_file((root / "revoked.txt").string()));
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) line.pop_back();
    if (line.empty()) continue;
    if (line.rfind("bundle:", 0) != 0 && line.rfind("key:", 0) != 0)
      throw Error(MIF_E_INVALID, "plugin.revoked-file", "revoked.txt: 每行应为 bundle:<摘要> 或 key:<编号> (write bundle:<digest> or key:<id>): \"" + line + "\"");
    revoked_.insert(line);
  }
}

SignatureVerdict Trust::check(std::string_view manifest_bytes, std::string_view signature_json) const {
  SignatureVerdict verdict;
  if (signature_json.empty()) return verdict;
  for (const auto& entry : parse_signatures(signature_json)) {
    if (revoked_.count("key:" + entry.key_id))
      throw Error(MIF_E_DENIED, "plugin.revoked", "签名密钥已被吊销 (the signing key is revoked): " + entry.key_id);
    bool known = false;
    for (const auto* group : {&vendors_, &province_}) {
      const auto key = group->find(entry.key_id);
      if (key == group->end()) continue;
      known = true;
      const std::string expected = algorithm_of_public_key(key->second);
      if (expected != entry.alg)
        throw Error(MIF_E_DENIED, "plugin.sig-wrong", "plugin.sig: 密钥 " + entry.key_id + " 的算法应为 (the key's algorithm is) " + expected + "，见到 (found) " + entry.alg);
      if (!verify_signature(key->second, manifest_bytes, from_base64(entry.sig)))
        throw Error(MIF_E_DENIED, "plugin.sig-wrong", "plugin.sig: 密钥 " + entry.key_id + " 的签名与 plugin.json 不符 (the signature does not fit plugin.json): 文件被改过，请重新封装");
      (group == &vendors_ ? verdict.vendors : verdict.province).push_back(entry.key_id);
    }
    if (!known) verdict.unknown.push_back(entry.key_id);
  }
  return verdict;
}

void Trust::refuse_revoked(std::string_view bundle_digest) const {
  if (revoked_.count("bundle:" + std::string(bundle_digest)))
    throw Error(MIF_E_DENIED, "plugin.revoked", "这个插件包已被吊销 (this bundle is revoked): " + std::string(bundle_digest));
}

}  // namespace mif::plugin
