// SPDX-License-Identifier: Apache-2.0
#include "bundle.h"

#include <algorithm>

#include "entry.h"
#include "json_reader.h"
#include "mif/json.hpp"

namespace mif::ferry {

namespace {

constexpr std::string_view kMagic = "MIFFERRY";
constexpr const char* kVersion = "1";

std::string big_endian(std::uint32_t n) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((n >> shift) & 0xff);
  return out;
}

std::uint32_t number(std::string_view four) {
  std::uint32_t n = 0;
  for (const char c : four) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

[[noreturn]] void malformed(const std::string& what) { throw Error(MIF_E_INVALID, "ferry.format", "不是完好的摆渡包 (not a well-formed bundle): " + what); }

// Where the parts lie.
struct Parts {
  std::string_view prefix, header, body, signature;  // prefix: magic, length, header: what the tag authenticates; body with its tag
  std::string_view signed_part;                      // everything before the signature
};

std::string_view piece(std::string_view file, std::size_t at, std::size_t n) {
  if (at > file.size() || file.size() - at < n) throw Error(MIF_E_INVALID, "ferry.truncated", "摆渡包不完整: 有 " + std::to_string(file.size()) + " 字节, 至少应有 " + std::to_string(at + n) + " (the bundle is cut off)");
  return file.substr(at, n);
}

std::string_view header_of(std::string_view file) {
  if (piece(file, 0, kMagic.size()) != kMagic) malformed("开头不对 (wrong magic)");
  const std::uint32_t n = number(piece(file, kMagic.size(), 4));
  if (n == 0 || n > kLongestHeader) malformed("包头长度 (length of the header) " + std::to_string(n));
  return piece(file, kMagic.size() + 4, n);
}

Parts split(std::string_view file, const Header& h) {
  Parts p;
  p.header = header_of(file);
  p.prefix = file.substr(0, kMagic.size() + 4 + p.header.size());
  p.body = piece(file, p.prefix.size(), static_cast<std::size_t>(h.body_bytes) + tag_bytes(suite_of(h.suite)));
  const std::size_t at = p.prefix.size() + p.body.size();
  p.signed_part = file.substr(0, at);
  const std::uint32_t n = number(piece(file, at, 4));
  if (n == 0 || n > kLongestSignature) malformed("签名长度 (length of the signature) " + std::to_string(n));
  p.signature = piece(file, at + 4, n);
  if (file.size() != at + 4 + n) malformed("签名后还有内容 (something follows the signature)");
  return p;
}

std::string message_of(Suite suite, std::string_view signed_part) { return "mif-ferry/1 signature\n" + named_digest(suite, signed_part) + "\n"; }

std::string write_header(const Header& h) {
  JsonWriter json;
  json.begin_object().field("format", kVersion).field("suite", h.suite).field("flow", h.flow).field("sender", h.sender).field("recipient", h.recipient);
  json.field("seq", h.seq).field("prev", h.prev).field("created_ms", h.created_ms).field("expires_ms", h.expires_ms).field("sign_key", h.sign_key);
  return json.field("encrypt_key", h.encrypt_key).field("nonce", h.nonce).field("body_bytes", h.body_bytes).end_object().take();
}

Header read_header(std::string_view text) {
  Header h;
  std::string format;
  int seen = 0;
  JsonReader json(text, "包头 (header)");
  json.object([&](std::string_view name) {
    ++seen;
    if (name == "format") format = json.text(20);
    else if (name == "suite") h.suite = json.text(20);
    else if (name == "flow") h.flow = json.text(kLongestFlow);
    else if (name == "sender") h.sender = json.text(kLongestFlow);
    else if (name == "recipient") h.recipient = json.text(kLongestFlow);
    else if (name == "seq") h.seq = json.integer();
    else if (name == "prev") h.prev = json.text(80);
    else if (name == "created_ms") h.created_ms = json.integer();
    else if (name == "expires_ms") h.expires_ms = json.integer();
    else if (name == "sign_key") h.sign_key = json.text(kLongestFlow);
    else if (name == "encrypt_key") h.encrypt_key = json.text(kLongestFlow);
    else if (name == "nonce") h.nonce = json.text(2 * kNonceBytes);
    else if (name == "body_bytes") h.body_bytes = json.integer();
    else json.refuse("不认识的字段 (unknown field)");
  });
  json.end();
  if (format != kVersion) malformed("版本 (version) \"" + format + "\", 本程序只读 (this program reads) 1");
  if (seen != 13) malformed("包头缺字段 (the header lacks fields)");
  if (h.seq < 1 || h.seq > kLastNumber || h.body_bytes < 0 || h.expires_ms < 0 || unhex(h.nonce).size() != kNonceBytes) malformed("包头的数值 (numbers of the header)");
  if (!plain_name(h.flow, kLongestFlow) || !plain_name(h.sender, kLongestFlow) || !plain_name(h.recipient, kLongestFlow)) malformed("流水名或收发方 (flow, sender or recipient)");
  return h;
}

std::string write_manifest(const Manifest& m) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& i : m.items) json.begin_object().field("name", i.name).field("type", i.type).field("bytes", i.bytes).field("digest", i.digest).end_object();
  json.end_array().field("count", m.count).field("amount", m.amount).field("total_count", m.total_count).field("total_amount", m.total_amount);
  json.key("position").begin_object();
  for (const auto& [feed, seq] : m.position) json.field(feed, seq);
  return json.end_object().end_object().take();
}

Item read_item(JsonReader& json) {
  Item i;
  int seen = 0;
  json.object([&](std::string_view name) {
    ++seen;
    if (name == "name") i.name = json.text(kLongestFlow);
    else if (name == "type") i.type = json.text(kLongestFlow);
    else if (name == "bytes") i.bytes = json.integer();
    else if (name == "digest") i.digest = json.text(80);
    else json.refuse("不认识的字段 (unknown field)");
  });
  if (seen != 4 || i.bytes < 0 || !plain_name(i.name, kLongestFlow)) malformed("清单的一项 (an item of the manifest)");
  if (i.type != kDocuments && i.type != kAnswers)
    throw Error(MIF_E_INVALID, "ferry.entry-type", "包里的内容类型不在允许之列 (type of content is not on the list): \"" + i.type.substr(0, 40) + "\"");
  return i;
}

Manifest read_manifest(std::string_view text) {
  Manifest m;
  int seen = 0;
  JsonReader json(text, "清单 (manifest)");
  json.object([&](std::string_view name) {
    ++seen;
    if (name == "items") json.array(kMostEntries, [&] { m.items.push_back(read_item(json)); });
    else if (name == "count") m.count = json.integer();
    else if (name == "amount") m.amount = Fen::parse(json.text(40));
    else if (name == "total_count") m.total_count = json.integer();
    else if (name == "total_amount") m.total_amount = Fen::parse(json.text(40));
    else if (name == "position") json.object([&](std::string_view feed) { m.position[std::string(feed)] = json.integer(); });
    else json.refuse("不认识的字段 (unknown field)");
  });
  json.end();
  if (seen != 6 || m.count < 0 || m.total_count < m.count) malformed("清单缺字段或数值不对 (the manifest lacks fields or has impossible numbers)");
  return m;
}

}  // namespace

std::string file_name(const std::string& flow, std::int64_t seq) {
  std::string digits = std::to_string(seq);
  return flow + "-" + std::string(10 - std::min<std::size_t>(10, digits.size()), '0') + digits + ".ferry";
}

std::int64_t number_in(std::string_view name, const std::string& flow) {
  if (name.size() != flow.size() + 17 || name.substr(0, flow.size()) != flow || name[flow.size()] != '-' || name.substr(name.size() - 6) != ".ferry") return 0;
  const std::string_view digits = name.substr(flow.size() + 1, 10);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return 0;
  return std::stoll(std::string(digits));
}

std::string seal(Bundle bundle, const Key& sign_key, const Secret& shared, const Limits& limits) {
  Header& h = bundle.header;
  const Suite suite = suite_of(h.suite);
  if (suite_of(sign_key) != suite) throw Error(MIF_E_INVALID, "ferry.key", "签名密钥 " + h.sign_key + " 不属于套件 (the signing key is not one of the suite) " + h.suite);
  bundle.manifest.items.clear();
  std::string contents;
  for (const auto& c : bundle.contents) {
    bundle.manifest.items.push_back({c.type + "-" + std::to_string(bundle.manifest.items.size() + 1), c.type, named_digest(suite, c.bytes), static_cast<std::int64_t>(c.bytes.size())});
    contents += c.bytes;
  }
  const std::string manifest = write_manifest(bundle.manifest);
  if (manifest.size() > kLongestManifest || bundle.contents.size() > kMostEntries || contents.size() > limits.bundle_bytes)
    throw Error(MIF_E_INVALID, "ferry.too-long", "摆渡包超过 " + std::to_string(limits.bundle_bytes) + " 字节 (larger than a bundle may be)");
  const std::string plain = big_endian(static_cast<std::uint32_t>(manifest.size())) + manifest + contents;
  const std::string nonce = random_bytes(kNonceBytes);
  h.nonce = hex(nonce);
  h.body_bytes = static_cast<std::int64_t>(plain.size());
  const std::string header = write_header(h);
  if (header.size() > kLongestHeader) throw Error(MIF_E_INVALID, "ferry.too-long", "包头超过 " + std::to_string(kLongestHeader) + " 字节 (header)");
  std::string file = std::string(kMagic) + big_endian(static_cast<std::uint32_t>(header.size())) + header;
  file += encrypt(suite, shared, nonce, file, plain);
  const std::string signature = sign(sign_key, message_of(suite, file));
  file += big_endian(static_cast<std::uint32_t>(signature.size())) + signature;
  if (file.size() > limits.bundle_bytes) throw Error(MIF_E_INVALID, "ferry.too-long", "摆渡包 " + std::to_string(file.size()) + " 字节, 超过 " + std::to_string(limits.bundle_bytes) + " (larger than a bundle may be)");
  return file;
}

Header peek(std::string_view file, const Limits& limits) {
  if (file.size() > limits.bundle_bytes) throw Error(MIF_E_INVALID, "ferry.too-long", "摆渡包 " + std::to_string(file.size()) + " 字节, 超过 " + std::to_string(limits.bundle_bytes) + " (larger than a bundle may be)");
  Header h = read_header(header_of(file));
  if (static_cast<std::uint64_t>(h.body_bytes) > limits.bundle_bytes) throw Error(MIF_E_INVALID, "ferry.too-long", "包头所写长度 " + std::to_string(h.body_bytes) + " 超过上限 (the header announces more than a bundle may be)");
  split(file, h);
  return h;
}

void check_signature(std::string_view file, const Header& h, const KeyRing& keys) {
  const auto key = keys.verify.find(h.sign_key);
  if (key == keys.verify.end()) throw Error(MIF_E_INVALID, "ferry.key-unknown", "签名密钥未登记 (signed with a key that is not configured): \"" + h.sign_key + "\"");
  const Suite suite = suite_of(h.suite);
  const Parts p = split(file, h);
  if (suite_of(key->second) != suite || !verify(key->second, message_of(suite, p.signed_part), p.signature))
    throw Error(MIF_E_INVALID, "ferry.signature", "签名不符: 内容被改或不是对方所签 (the signature does not fit): " + h.flow + " " + std::to_string(h.seq));
}

Bundle open(std::string_view file, const Header& h, const KeyRing& keys) {
  const auto key = keys.decrypt.find(h.encrypt_key);
  if (key == keys.decrypt.end()) throw Error(MIF_E_INVALID, "ferry.key-unknown", "加密密钥未登记 (encrypted with a key that is not configured): \"" + h.encrypt_key + "\"");
  const Parts p = split(file, h);
  const std::string plain = decrypt(suite_of(h.suite), key->second, unhex(h.nonce), p.prefix, p.body);
  const std::string_view whole = plain;
  if (whole.size() < 4) malformed("没有清单 (no manifest)");
  const std::uint32_t n = number(whole.substr(0, 4));
  if (n > kLongestManifest || n > whole.size() - 4) malformed("清单长度 (length of the manifest)");
  Bundle b;
  b.header = h;
  b.manifest = read_manifest(whole.substr(4, n));
  std::size_t at = 4 + n;
  for (const auto& i : b.manifest.items) {
    if (static_cast<std::uint64_t>(i.bytes) > whole.size() - at) malformed("内容比清单短 (less content than the manifest says)");
    const std::string_view bytes = whole.substr(at, static_cast<std::size_t>(i.bytes));
    if (!has_digest(i.digest, bytes)) throw Error(MIF_E_INVALID, "ferry.digest", "内容与清单的摘要不符 (content differs from the manifest's digest): " + i.name);
    b.contents.push_back({i.type, std::string(bytes)});
    at += bytes.size();
  }
  if (at != whole.size()) malformed("内容比清单长 (more content than the manifest says)");
  return b;
}

}  // namespace mif::ferry
