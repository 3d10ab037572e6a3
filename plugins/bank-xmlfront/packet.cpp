// SPDX-License-Identifier: Apache-2.0
#include "packet.h"

#include <Poco/Exception.h>
#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/InputSource.h>
#include <Poco/SAX/SAXParser.h>

#include <exception>

#include "charset.h"

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

// Collects one block at a time. Depth 1 is the root, 2 a block, 3 its fields. Nothing may be thrown through the C parser
// that calls this, so a complaint waits in `thrown` and the rest of the document is ignored.
class BlockHandler : public Poco::XML::DefaultHandler {
 public:
  BlockHandler(const std::string& root, const EachBlock& each) : root_(root), each_(each) {}

  void startElement(const Poco::XML::XMLString&, const Poco::XML::XMLString& name, const Poco::XML::XMLString&, const Poco::XML::Attributes&) override {
    if (thrown_) return;
    ++depth_;
    if (depth_ == 1 && name != root_) complain("bank.reply-root", "报文根元素是 \"" + name + "\"，应为 \"" + root_ + "\" (unexpected root element)");
    if (depth_ == 2) {
      block_ = name;
      tags_.clear();
    }
    if (depth_ > 3) complain("bank.reply-nested", "报文嵌套过深 (nested deeper than expected) at \"" + name + "\"");
    text_.clear();
  }
  void endElement(const Poco::XML::XMLString&, const Poco::XML::XMLString& name, const Poco::XML::XMLString&) override {
    if (thrown_) return;
    if (depth_ == 3) tags_.emplace_back(name, trimmed());
    if (depth_ == 2) {
      try {
        each_(block_, std::move(tags_));
      } catch (...) {
        thrown_ = std::current_exception();
      }
    }
    --depth_;
  }
  void characters(const Poco::XML::XMLChar ch[], int start, int length) override {
    if (!thrown_ && depth_ == 3) text_.append(ch + start, static_cast<std::size_t>(length));
  }
  void done() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  void complain(const char* rule, const std::string& what) { thrown_ = std::make_exception_ptr(Error(MIF_E_INVALID, rule, what)); }
  std::string trimmed() const {
    const auto first = text_.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text_.substr(first, text_.find_last_not_of(" \t\r\n") - first + 1);
  }
  const std::string& root_;
  const EachBlock& each_;
  int depth_ = 0;
  std::string block_, text_;
  Tags tags_;
  std::exception_ptr thrown_;
};

}  // namespace

void append_block(std::string& xml, std::string_view block, const Tags& tags) {
  xml.append("<").append(block).append(">");
  for (const auto& [tag, text] : tags) {
    xml.append("<").append(tag).append(">");
    append_text(xml, text);
    xml.append("</").append(tag).append(">");
  }
  xml.append("</").append(block).append(">");
}

std::string wrap(const Profile& profile, const std::string& login, const std::string& function, const std::string& blocks) {
  Tags head = {{profile.function_tag, function}};
  for (const auto& c : profile.head_constants) head.emplace_back(c.tag, c.value);
  if (!profile.login_tag.empty()) head.emplace_back(profile.login_tag, login);
  std::string xml = "<?xml version=\"1.0\" encoding=\"" + profile.charset + "\"?><" + profile.root + '>';
  append_block(xml, profile.head, head);
  xml += blocks;
  xml += "</" + profile.root + '>';
  return charset::to_bank(profile.charset, xml);
}

void read_reply(const Profile& profile, std::string_view bytes, const EachBlock& each) {
  std::string xml = charset::from_bank(profile.charset, bytes);
  // The declaration names the bank's encoding, which is no longer true of this text.
  if (xml.rfind("<?xml", 0) == 0) {
    const auto end = xml.find("?>");
    if (end == std::string::npos) throw Error(MIF_E_INVALID, "bank.reply-declaration", "XML 声明没有结束 (the XML declaration has no end)");
    xml.erase(0, end + 2);
  }
  if (xml.find("<!DOCTYPE") != std::string::npos) throw Error(MIF_E_INVALID, "bank.reply-doctype", "不接受文档类型定义 (a document type is refused)");
  BlockHandler handler(profile.root, each);
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

Fen read_amount(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto point = text.find('.');
  if (point != std::string_view::npos)
    while (text.size() > point + 3 && text.back() == '0') text.remove_suffix(1);
  return Fen::parse(text);
}

}  // namespace mif::bank_xmlfront
