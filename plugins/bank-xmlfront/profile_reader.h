// SPDX-License-Identifier: Apache-2.0
// The parts of a profile file, each read once and complained about with file and line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profile.h"

namespace mif::bank_xmlfront {

// "custPassword", "PWD": whose value belongs into no configuration.
bool is_secret_name(std::string_view name);

class ProfileReader {
 public:
  explicit ProfileReader(const std::string& file) : file_(file) {}

  [[noreturn]] void complain(const char* rule, const Node& at, const std::string& what) const;
  void only(const Node& node, const Words& known) const;
  const Node& child(const Node& node, std::string_view name) const;
  std::string text(const Node& node, std::string_view name) const;
  // A tag or a path of tags; `up` allows "../" in front.
  std::string tag(const Node& node, std::string_view name, bool up = false) const;
  std::string optional_tag(const Node& node, std::string_view name, bool up = false) const;
  std::string block_path(const Node& node, std::string_view name) const;  // or "."
  void check_tag(const Node& at, std::string_view value) const;
  std::int64_t number(const Node& node, std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;
  bool yes(const Node& node, std::string_view name) const;
  Words words(const Node& node, std::string_view name) const;
  int outcome(const Node& at) const;
  Codes codes(const Node& node, bool may_read_status) const;
  Field field(const Node& node) const;
  BlockPlan block(const Node& node) const;
  StatusMap status(const Node& node) const;
  Framing framing(const Node& node) const;
  Operation operation(const Node& node, const ResultPlan& usual) const;
  StatementPlan lines(const Node& statement) const;
  ReceiptPlan receipt(const Node& receipts) const;
  PagePlan page(const Node& operation) const;

 private:
  AnswerPlan answer(const Node& node) const;
  ResultPlan result(const Node& operation, const ResultPlan& usual) const;
  const std::string& file_;
};

}  // namespace mif::bank_xmlfront
