// SPDX-License-Identifier: Apache-2.0
// A checkpoint is a C2SP signed note: origin, size, root; then as extension lines the hash, the time and one head per chain;
// then the Ed25519 signature line.
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "kernel/audit/chain_reader.h"
#include "kernel/audit/row_digest.h"
#include "kernel/audit/verify.h"
#include "mif/error.hpp"

namespace mif::audit {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash, as signed notes want it

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(n));
  return text;
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int n = text.size() % 4 == 0 && !text.empty()
                    ? EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()))
                    : -1;
  if (n < 0) return {};
  bytes.resize(static_cast<std::size_t>(n) - static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '=')));
  return base64(bytes) == text ? bytes : std::string();  // one spelling only
}

// The name of a note's key holds neither blanks nor '+'.
std::string key_name(std::string_view origin) {
  std::string name(origin);
  for (char& c : name)
    if (static_cast<unsigned char>(c) <= ' ' || c == '+') c = '-';
  return name;
}

std::string key_id(std::string_view name, const Signer& signer) {
  const Digest d = hash(HashAlg::sha256, std::string(name) + "\n\x01" + signer.public_key_raw());
  return std::string(reinterpret_cast<const char*>(d.data()), 4);
}

Digest root_of(HashAlg alg, const std::vector<ChainHead>& heads) {
  std::vector<Digest> leaves;
  for (const auto& head : heads) {
    Canonical canonical;
    canonical.add(head.chain).add(head.size).add(head.merkle_root);
    leaves.push_back(merkle_leaf(alg, canonical.bytes()));
  }
  return merkle_root(alg, leaves);
}

std::string_view bytes(const Digest& d) { return {reinterpret_cast<const char*>(d.data()), d.size()}; }

std::string note_text(const Checkpoint& c) {
  std::int64_t total = 0;
  for (const auto& head : c.heads) total += head.size;
  std::string text = c.origin + "\n" + std::to_string(total) + "\n" + base64(bytes(root_of(c.alg, c.heads))) + "\n";
  text += "alg " + std::string(name_of(c.alg)) + "\nat " + std::to_string(c.at_ms) + "\n";
  for (const auto& head : c.heads) text += "chain " + head.chain + " " + std::to_string(head.size) + " " + head.merkle_root + "\n";
  return text;
}

[[noreturn]] void bad(int line, const std::string& what) {
  throw Error(MIF_E_INVALID, "checkpoint.format", "检查点第 " + std::to_string(line) + " 行: " + what);
}

std::int64_t number(std::string_view text, int line) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size() || n < 0) bad(line, "应为数字 (expected a number), 实为 \"" + std::string(text) + "\"");
  return n;
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const std::size_t next = text.find(by, at);
    parts.push_back(text.substr(at, next == std::string_view::npos ? next : next - at));
    if (next == std::string_view::npos) return parts;
    at = next + 1;
  }
}

// The note's own signature must be there and right; signatures of others (witnesses) are not ours to judge.
void check_signature(std::string_view text, std::string_view signatures, const std::string& origin, const Signer& signer) {
  const std::string name = key_name(origin), id = key_id(name, signer);
  for (const auto line : split(signatures, '\n')) {
    if (!line.starts_with(kDash)) continue;
    const auto parts = split(line.substr(kDash.size()), ' ');
    if (parts.size() != 2 || parts[0] != name) continue;
    const std::string raw = from_base64(parts[1]);
    if (raw.size() != 4 + 64 || raw.substr(0, 4) != id) continue;
    if (signer.verify(text, std::string_view(raw).substr(4))) return;
    throw Error(MIF_E_INVALID, "checkpoint.signature", "检查点的签名不对, 内容被改过 (the checkpoint's signature is wrong: it was edited)");
  }
  throw Error(MIF_E_INVALID, "checkpoint.key", "检查点没有本密钥的签名 (no signature by this key, expected \"" + name + "\")");
}

}  // namespace

Checkpoint make_checkpoint(store::Txn& txn, HashAlg alg, std::string_view origin, std::int64_t at_ms, const Signer& signer) {
  if (origin.empty() || origin.find('\n') != std::string_view::npos)
    throw Error(MIF_E_INVALID, "checkpoint.origin", "检查点的来源名要有一行 (the origin of a checkpoint is one non-empty line)");
  Checkpoint c{std::string(origin), at_ms, alg, {}, {}};
  for (const auto& rows : chains_of(txn)) {
    ChainWalker walker(alg);
    MerkleTree tree(alg);
    const std::int64_t seen = read_chain(txn, alg, rows.chain, [&](const EntryView& entry) {
      if (walker.next(entry) != ChainWalker::Verdict::good)
        throw Error(MIF_E_CONFLICT, "checkpoint.chain-broken", "审计链 " + rows.chain + " 在第 " + std::to_string(entry.seq) + " 条断开, 不能签检查点, 先运行 mifctl verify (the chain is broken, not signed)");
      tree.add_leaf(entry.leaf);
    });
    const auto head_seq = one_integer(txn, "select seq from audit_head where chain = ?", {rows.chain});
    const auto head_hash = txn.text("select hash from audit_head where chain = ?", {rows.chain});
    if (seen != rows.count || head_seq != walker.seq() || head_hash != walker.hash())
      throw Error(MIF_E_CONFLICT, "checkpoint.chain-broken", "审计链 " + rows.chain + " 与链头不符, 不能签检查点, 先运行 mifctl verify (the chain contradicts its head, not signed)");
    c.heads.push_back({rows.chain, tree.size(), to_hex(tree.root())});
  }
  // Database collations differ; the signed order is by bytes.
  std::sort(c.heads.begin(), c.heads.end(), [](const auto& a, const auto& b) { return a.chain < b.chain; });
  const std::string text = note_text(c), name = key_name(origin);
  c.text = text + "\n" + std::string(kDash) + name + " " + base64(key_id(name, signer) + signer.sign(text)) + "\n";
  return c;
}

Checkpoint read_checkpoint(std::string_view note, const Signer& signer) {
  const std::size_t blank = note.find("\n\n");
  if (blank == std::string_view::npos) bad(1, "缺少签名前的空行 (no blank line before the signatures)");
  const std::string_view text = note.substr(0, blank + 1);
  const auto lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.size() < 5) bad(static_cast<int>(lines.size()), "内容不完整 (too few lines)");
  Checkpoint c;
  c.origin = lines[0];
  check_signature(text, note.substr(blank + 2), c.origin, signer);
  if (!lines[3].starts_with("alg ")) bad(4, "应为 alg (expected alg sha256 or alg sm3)");
  c.alg = hash_alg_of(lines[3].substr(4));
  if (!lines[4].starts_with("at ")) bad(5, "应为 at (expected at MILLISECONDS)");
  c.at_ms = number(lines[4].substr(3), 5);
  for (std::size_t i = 5; i < lines.size(); ++i) {
    const auto parts = split(lines[i], ' ');
    const int line = static_cast<int>(i) + 1;
    if (parts.size() != 4 || parts[0] != "chain") bad(line, "应为 chain 名称 条数 根 (expected chain NAME SIZE ROOT)");
    digest_from_hex(parts[3]);
    c.heads.push_back({std::string(parts[1]), number(parts[2], line), std::string(parts[3])});
  }
  // Size and root follow from the heads: one signed text, one meaning.
  if (note_text(c) != text) bad(2, "总条数、根或写法与各链不符 (size, root or form contradict the chains)");
  c.text = note;
  return c;
}

}  // namespace mif::audit
