// SPDX-License-Identifier: Apache-2.0
#include "html.h"

namespace mif::treasury {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

}  // namespace

void Html::start(std::string_view tag, const Attributes& attributes) {
  out_.append("<").append(tag);
  for (const auto& [name, value] : attributes) {
    out_.append(" ").append(name).append("=\"");
    append_escaped(out_, value);
    out_ += '"';
  }
  out_ += '>';
}
Html& Html::open(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  open_.emplace_back(tag);
  return *this;
}
Html& Html::empty(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  return *this;
}
Html& Html::close() {
  out_ += "</" + open_.back() + ">";
  open_.pop_back();
  return *this;
}
Html& Html::close_to(std::size_t depth) {
  while (open_.size() > depth) close();
  return *this;
}
Html& Html::text(std::string_view text) {
  append_escaped(out_, text);
  return *this;
}
std::string Html::take() {
  close_to(0);
  return "<!doctype html>" + std::move(out_);
}

}  // namespace mif::treasury
