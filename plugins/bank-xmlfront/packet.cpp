// SPDX-License-Identifier: Apache-2.0
#include "packet.h"

#include <Poco/Exception.h>
#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/InputSource.h>
#include <Poco/SAX/SAXParser.h>

#include <algorithm>
#include <exception>

#include "charset.h"
#include "crypto/vault.h"

namespace mif::bank_xmlfront {

namespace {

void append_text(std::string& xml, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) throw Error(MIF_E_INVALID, "bank.control-character", "含有控制字符 (a control character): \"" + std::string(text) + "\"");
    switch (c) {
      case '&': xml += "&amp;"; break;
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      case '"': xml += "&quot;"; break;
      case '\'': xml += "&apos;"; break;
      default: xml += c;
    }
  }
}

// Collects the declared blocks, inner ones before the one around them. Nothing may be thrown through the C parser that calls this,
// so a complaint waits in `thrown` and the rest of the document is ignored.
class BlockHandler : public Poco::XML::DefaultHandler {
 public:
  BlockHandler(const std::string& root, const Shape& shape, const EachBlock& each) : root_(root), shape_(shape), each_(each) {}

  void startElement(const Poco::XML::XMLString&, const Poco::XML::XMLString& name, const Poco::XML::XMLString&, const Poco::XML::Attributes&) override {
    if (thrown_) return;
    ++depth_;
    leaf_ = true;
    text_.clear();
    if (depth_ == 1) {
      if (name != root_) complain("bank.reply-root", "报文根元素是 \"" + name + "\"，应为 \"" + root_ + "\" (unexpected root element)");
      if (shape_.blocks.count(".")) open_.push_back({".", 0, 1, {}});
      return;
    }
    if (depth_ > shape_.depth) return complain("bank.reply-nested", "报文嵌套过深 (nested deeper than expected) at \"" + name + "\"");
    ends_.push_back(path_.size());
    if (!path_.empty()) path_ += '/';
    path_ += name;
    if (shape_.blocks.count(path_)) open_.push_back({path_, path_.size() + 1, depth_, {}});
  }
  void endElement(const Poco::XML::XMLString&, const Poco::XML::XMLString&, const Poco::XML::XMLString&) override {
    if (thrown_) return;
    if (!open_.empty() && open_.back().depth == depth_) close();
    else if (leaf_ && !open_.empty()) open_.back().tags.emplace_back(path_.substr(open_.back().skip), trimmed());
    leaf_ = false;
    if (depth_-- > 1) {
      path_.resize(ends_.back());
      ends_.pop_back();
    }
  }
  void characters(const Poco::XML::XMLChar ch[], int start, int length) override {
    if (!thrown_ && leaf_ && !open_.empty()) text_.append(ch + start, static_cast<std::size_t>(length));
  }
  void done() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  struct Open {
    std::string path;
    std::size_t skip, depth;  // of the path in front of its tags; of the element
    Tags tags;
  };
  void close() {
    Open block = std::move(open_.back());
    open_.pop_back();
    if (shape_.looks_up && !open_.empty())
      for (const auto& [tag, text] : open_.back().tags) block.tags.emplace_back("../" + tag, text);
    try {
      each_(block.path, std::move(block.tags));
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }
  void complain(const char* rule, const std::string& what) { thrown_ = std::make_exception_ptr(Error(MIF_E_INVALID, rule, what)); }
  std::string trimmed() const {
    const auto first = text_.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text_.substr(first, text_.find_last_not_of(" \t\r\n") - first + 1);
  }
  const std::string& root_;
  const Shape& shape_;
  const EachBlock& each_;
  std::size_t depth_ = 0;
  bool leaf_ = false;
  std::string path_, text_;
  std::vector<std::size_t> ends_;
  std::vector<Open> open_;
  std::exception_ptr thrown_;
};

// Writes paths one after another; what two neighbours share stays open between them, the last part of a block is always a new element.
class Writer {
 public:
  explicit Writer(std::string& xml) : xml_(xml) {}
  void open(std::string_view path) {
    const std::vector<std::string_view> parts = split(path);
    std::size_t shared = 0;
    while (shared < open_.size() && shared + 1 < parts.size() && open_[shared] == parts[shared]) ++shared;
    close_to(shared);
    for (std::size_t i = shared; i < parts.size(); ++i) push(parts[i]);
  }
  void field(std::size_t base, std::string_view tag, std::string_view text) {
    const std::vector<std::string_view> parts = split(tag);
    std::size_t shared = base;
    while (shared < open_.size() && shared - base + 1 < parts.size() && open_[shared] == parts[shared - base]) ++shared;
    close_to(shared);
    for (std::size_t i = shared - base; i < parts.size(); ++i) push(parts[i]);
    append_text(xml_, text);
    close_to(open_.size() - 1);
  }
  void close_to(std::size_t depth) {
    while (open_.size() > depth) {
      xml_ += "</" + open_.back() + '>';
      open_.pop_back();
    }
  }
  std::size_t depth() const { return open_.size(); }

 private:
  static std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty() && path != ".") {
      parts.push_back(path.substr(0, path.find('/')));
      path.remove_prefix(std::min(path.size(), parts.back().size() + 1));
    }
    return parts;
  }
  void push(std::string_view part) {
    open_.emplace_back(part);
    xml_ += '<' + open_.back() + '>';
  }
  std::string& xml_;
  std::vector<std::string> open_;
};

}  // namespace

std::string request_text(const Profile& profile, const std::vector<Block>& blocks) {
  std::size_t most = 1024 + 2 * profile.root.size();
  for (const auto& [name, value] : profile.root_attributes) most += name.size() + 6 * value.size() + 4;
  for (const auto& [path, tags] : blocks) {
    most += 2 * path.size() + 64;
    for (const auto& [tag, text] : tags) most += 2 * tag.size() + 6 * text.size() + 64;
  }
  std::string xml;
  xml.reserve(most);  // it may hold a password, which growth would leave behind
  xml += "<?xml version=\"1.0\" encoding=\"" + profile.charset + "\"?><" + profile.root;
  for (const auto& [name, value] : profile.root_attributes) {
    xml += ' ' + name + "=\"";
    append_text(xml, value);
    xml += '"';
  }
  xml += '>';
  Writer writer(xml);
  for (const auto& [path, tags] : blocks) {
    writer.open(path);
    const std::size_t base = writer.depth();
    for (const auto& [tag, text] : tags) writer.field(base, tag, text);
    writer.close_to(base);
  }
  writer.close_to(0);
  xml += "</" + profile.root + '>';
  return xml;
}
std::string write_request(const Profile& profile, const std::vector<Block>& blocks) {
  std::string xml = request_text(profile, blocks);
  std::string bytes = charset::to_bank(profile.charset, xml);
  crypto::wipe(xml.data(), xml.size());
  return bytes;
}

void check_text(std::string_view text) {
  std::string unused;
  append_text(unused, text);
}

void read_reply(const Profile& profile, const Operation& operation, std::string_view bytes, const EachBlock& each) {
  std::string xml = charset::from_bank(profile.charset, bytes);
  // The declaration names the bank's encoding, which is no longer true of this text.
  if (xml.rfind("<?xml", 0) == 0) {
    const auto end = xml.find("?>");
    if (end == std::string::npos) throw Error(MIF_E_INVALID, "bank.reply-declaration", "XML 声明没有结束 (the XML declaration has no end)");
    xml.erase(0, end + 2);
  }
  if (xml.find("<!DOCTYPE") != std::string::npos) throw Error(MIF_E_INVALID, "bank.reply-doctype", "不接受文档类型定义 (a document type is refused)");
  BlockHandler handler(profile.root, operation.shape, each);
  try {
    Poco::XML::SAXParser parser;
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_GENERAL_ENTITIES, false);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_PARAMETER_ENTITIES, false);
    parser.setContentHandler(&handler);
    parser.parseMemoryNP(xml.data(), xml.size());
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "bank.reply-not-xml", "银行报文不是完整的 XML (not well-formed XML): " + e.message());
  }
  handler.done();
}

Fen read_amount(std::string_view text, bool in_fen) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (in_fen) {
    const bool minus = !text.empty() && text.front() == '-';
    const std::string_view digits = text.substr(minus ? 1 : 0);
    if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string_view::npos)
      throw Error(MIF_E_INVALID, "bank.amount-not-fen", "金额不是以分为单位的整数 (not a whole number of fen): \"" + std::string(text.substr(0, 40)) + "\"");
    const std::int64_t fen = std::stoll(std::string(digits));
    return Fen(minus ? -fen : fen);
  }
  const auto point = text.find('.');
  if (point != std::string_view::npos)
    while (text.size() > point + 3 && text.back() == '0') text.remove_suffix(1);
  return Fen::parse(text);
}

std::string write_amount(Fen amount, bool in_fen) { return in_fen ? std::to_string(amount.value()) : amount.plain(); }

}  // namespace mif::bank_xmlfront
