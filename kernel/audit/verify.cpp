// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/verify.h"

#include <algorithm>
#include <memory_resource>
#include <set>
#include <unordered_map>

#include "kernel/audit/chain_reader.h"
#include "kernel/audit/row_digest.h"
#include "mif/error.hpp"

namespace mif::audit {
namespace {

constexpr std::size_t kMostFindings = 1000;  // a rewritten log would otherwise fill the screen and the memory

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// What the log says an object looks like now.
struct Last {
  Digest digest{};
  bool present = false;  // false: never stored, or gone
  bool seen = false;     // the store has it
};

class Verifier {
 public:
  Verifier(store::Txn& txn, HashAlg alg, std::span<const DigestSource> sources, const Checkpoint* witnessed, const std::function<void(std::int64_t)>& progress)
      : txn_(txn), alg_(alg), sources_(sources), witnessed_(witnessed), progress_(progress) {
    for (const auto& source : sources_) kinds_.insert(source.kind);
  }

  VerifyResult run() {
    check_chains();
    check_witnessed_chains_exist();
    check_objects();
    if (hidden_ > 0) result_.findings.push_back({"P11", "audit", "另有 " + std::to_string(hidden_) + " 处问题未列出 (more findings not listed)"});
    return std::move(result_);
  }

 private:
  void find(const char* promise, std::string object, std::string what) {
    if (result_.findings.size() < kMostFindings) result_.findings.push_back({promise, std::move(object), std::move(what)});
    else ++hidden_;
  }
  static std::string name(std::string_view chain, std::int64_t seq) { return "audit:" + std::string(chain) + "#" + std::to_string(seq); }
  static std::string head_name(std::string_view chain) { return "audit:" + std::string(chain) + "#head"; }

  void check_chains() {
    std::map<std::string, std::pair<std::int64_t, std::string>, std::less<>> heads;
    txn_.query("select chain, seq, hash from audit_head", {}, [&](const store::Row& row) {
      heads[std::string(row.text(0))] = {integer_at(row, 1).value_or(-1), std::string(row.text(2))};
    });
    for (const auto& rows : chains_of(txn_)) {
      ++result_.chains;
      stored_chains_.insert(rows.chain);
      const auto head = heads.find(rows.chain);
      check_chain(rows, head == heads.end() ? nullptr : &head->second);
      if (head != heads.end()) heads.erase(head);
    }
    for (const auto& [chain, head] : heads)
      find("P11", head_name(chain), "链 " + chain + " 应有 " + std::to_string(head.first) + " 条记录, 现在一条也没有 (all entries of the chain are gone)");
  }

  void check_chain(const ChainRows& rows, const std::pair<std::int64_t, std::string>* head) {
    ChainWalker walker(alg_);
    const ChainHead* witness = witness_of(rows.chain);
    MerkleTree tree(alg_);
    const std::int64_t seen = read_chain(txn_, alg_, rows.chain, [&](const EntryView& entry) {
      const std::int64_t expected = walker.seq() + 1;
      switch (walker.next(entry)) {
        case ChainWalker::Verdict::gap:
          find("P11", name(rows.chain, expected), "应为第 " + std::to_string(expected) + " 条, 却是第 " + std::to_string(entry.seq) + " 条: 记录被删除、插入或改号 (entry missing, inserted or renumbered)");
          break;
        case ChainWalker::Verdict::edited:
          find("P11", name(rows.chain, entry.seq), "记录内容与哈希链不符, 被改过或换过位置 (entry edited or moved): " + std::string(entry.action) + " " + std::string(entry.object));
          break;
        case ChainWalker::Verdict::good: break;
      }
      if (witness && tree.size() < witness->size) {
        tree.add_leaf(entry.leaf);
        if (tree.size() == witness->size && to_hex(tree.root()) != witness->merkle_root)
          find("P11", name(rows.chain, entry.seq), "前 " + std::to_string(witness->size) + " 条与检查点见证的根不同, 日志被整体改写 (rewritten since the witnessed checkpoint)");
      }
      remember(entry);
      if (++result_.entries % 10000 == 0 && progress_) progress_(result_.entries);
    });
    if (seen != rows.count)
      find("P11", "audit:" + rows.chain, "有 " + std::to_string(rows.count - seen) + " 条记录的序号不是数字 (entries without a readable number)");
    if (!head)
      find("P11", head_name(rows.chain), "链 " + rows.chain + " 没有链头 (the head row is missing)");
    else if (head->first != walker.seq() || head->second != walker.hash())
      find("P11", head_name(rows.chain), "链头记到第 " + std::to_string(head->first) + " 条, 日志止于第 " + std::to_string(walker.seq()) + " 条或末条哈希不同: 尾部被截断或链头被改 (tail cut, or head edited)");
    if (witness && tree.size() < witness->size)
      find("P11", head_name(rows.chain), "检查点见证过 " + std::to_string(witness->size) + " 条, 现在只有 " + std::to_string(tree.size()) + " 条: 尾部被截断 (tail cut since the witnessed checkpoint)");
  }

  const ChainHead* witness_of(std::string_view chain) const {
    if (!witnessed_) return nullptr;
    for (const auto& head : witnessed_->heads)
      if (head.chain == chain) return &head;
    return nullptr;
  }

  void check_witnessed_chains_exist() {
    if (!witnessed_) return;
    result_.checkpoint_checked = true;
    if (witnessed_->alg != alg_)
      find("P11", "audit", "检查点用 " + std::string(name_of(witnessed_->alg)) + ", 日志用 " + std::string(name_of(alg_)) + " (the checkpoint uses another hash)");
    for (const auto& head : witnessed_->heads)
      if (head.size > 0 && !stored_chains_.count(head.chain))
        find("P11", head_name(head.chain), "检查点见证过 " + std::to_string(head.size) + " 条, 现在整条链没有了 (the witnessed chain is gone)");
  }

  void remember(const EntryView& entry) {
    if (entry.object_digest.empty()) return;
    if (!kinds_.count(entry.object.substr(0, entry.object.find(':')))) return;
    auto at = objects_.find(entry.object);
    if (at == objects_.end()) at = objects_.emplace(entry.object, Last{}).first;
    at->second.present = entry.object_digest != kGone;
    // A digest damaged in the log has been reported with its entry; zeros contradict the object as well.
    if (at->second.present) at->second.digest = parse(entry.object_digest);
  }

  static Digest parse(std::string_view hex) {
    try {
      return digest_from_hex(hex);
    } catch (const Error&) {
      return Digest{};
    }
  }

  void check_objects() {
    for (const auto& source : sources_) {
      const char* promise = source.kind == "voucher" ? "P3" : "P11";
      try {
        source.each(txn_, [&](const std::string& object, const std::string& digest) { check_object(promise, object, digest); });
      } catch (const Error& e) {
        find(promise, source.kind, std::string("读不完这类对象 (cannot read the stored objects): ") + e.what());
      }
    }
    std::vector<std::string_view> missing;
    for (const auto& [object, last] : objects_)
      if (last.present && !last.seen) missing.push_back(object);
    std::sort(missing.begin(), missing.end());
    for (const auto object : missing)
      find(object.starts_with("voucher:") ? "P3" : "P11", std::string(object), "日志里有, 库里没有: 被删除 (logged but no longer stored)");
  }

  void check_object(const char* promise, const std::string& object, const std::string& digest) {
    ++result_.objects;
    const auto at = objects_.find(std::string_view(object));
    if (at == objects_.end() || !at->second.present) {
      find(promise, object, "库里有, 日志里没有: 绕过系统写入 (stored but not in the log)");
      return;
    }
    if (at->second.seen) find(promise, object, "同一对象在库里出现两次 (stored twice)");
    else if (parse(digest) != at->second.digest || digest.empty()) find(promise, object, "内容与日志里最后一次的摘要不符: 被改过 (edited behind the log)");
    at->second.seen = true;
  }

  store::Txn& txn_;
  HashAlg alg_;
  std::span<const DigestSource> sources_;
  const Checkpoint* witnessed_;
  const std::function<void(std::int64_t)>& progress_;
  std::set<std::string, std::less<>> kinds_;
  std::set<std::string> stored_chains_;
  // Hundreds of thousands of small nodes that die together.
  std::pmr::monotonic_buffer_resource memory_{1 << 20};
  std::pmr::unordered_map<std::pmr::string, Last, StringHash, std::equal_to<>> objects_{&memory_};
  VerifyResult result_;
  std::int64_t hidden_ = 0;
};

}  // namespace

VerifyResult verify(store::Txn& txn, HashAlg alg, std::span<const DigestSource> sources, const Checkpoint* witnessed, const std::function<void(std::int64_t)>& progress) {
  return Verifier(txn, alg, sources, witnessed, progress).run();
}

}  // namespace mif::audit
