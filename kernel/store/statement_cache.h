// SPDX-License-Identifier: Apache-2.0
// Prepared statements of one connection by their text. The key is looked up as a string_view: no copy on the hot path.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mif::store {

template <typename Statement>
class StatementCache {
 public:
  static constexpr std::size_t kMost = 512;  // texts made at run time (lists of values) must not fill the memory

  Statement* find(std::string_view sql) {
    const auto at = statements_.find(sql);
    return at == statements_.end() ? nullptr : at->second.get();
  }
  Statement& add(std::string_view sql, std::unique_ptr<Statement> statement) {
    if (statements_.size() >= kMost)
      for (auto at = statements_.begin(); at != statements_.end();) at = at->second->busy ? std::next(at) : statements_.erase(at);
    return *(statements_[std::string(sql)] = std::move(statement));
  }
  template <typename Action>
  void for_each(Action action) {
    for (auto& [sql, statement] : statements_) action(*statement);
  }
  void clear() { statements_.clear(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>> statements_;
};

}  // namespace mif::store
