// SPDX-License-Identifier: Apache-2.0
#include "message.h"

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/DOM/Element.h>
#include <Poco/Exception.h>
#include <iconv.h>

#include <cerrno>

#include "mif/error.hpp"

namespace mif::banksim {

std::string convert(const char* to, const char* from, std::string_view text) {
  const iconv_t cd = iconv_open(to, from);
  if (cd == reinterpret_cast<iconv_t>(-1)) throw Error(MIF_E_INTERNAL, std::string("no character set ") + to);
  std::string out;
  char* in = const_cast<char*>(text.data());
  std::size_t left = text.size();
  char buffer[4096];
  bool bad = false;
  while (left > 0 && !bad) {
    char* at = buffer;
    std::size_t room = sizeof buffer;
    if (iconv(cd, &in, &left, &at, &room) == static_cast<std::size_t>(-1) && errno != E2BIG) bad = true;
    out.append(buffer, sizeof buffer - room);
  }
  iconv_close(cd);
  if (bad) throw Error(MIF_E_INVALID, std::string("text is not ") + from);
  return out;
}

namespace {

void escape(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
}

void write(std::string& out, const Block& block) {
  out += '<' + block.name + '>';
  for (const auto& [tag, text] : block.fields) {
    out += '<' + tag + '>';
    escape(out, text);
    out += "</" + tag + '>';
  }
  out += "</" + block.name + '>';
}

}  // namespace

std::string Block::get(std::string_view tag) const {
  for (const auto& [name, text] : fields)
    if (name == tag) return text;
  return {};
}
Block& Block::set(std::string tag, std::string text) {
  fields.emplace_back(std::move(tag), std::move(text));
  return *this;
}

Message parse(const std::string& gbk_xml) {
  std::string xml = convert("UTF-8", "GB18030", gbk_xml);
  if (xml.rfind("<?xml", 0) == 0) {
    const auto end = xml.find("?>");
    if (end == std::string::npos) throw Error(MIF_E_INVALID, "the XML declaration has no end");
    xml.erase(0, end + 2);
  }
  if (xml.find("<!DOCTYPE") != std::string::npos) throw Error(MIF_E_INVALID, "a document type is not accepted");
  try {
    Poco::XML::DOMParser parser;
    const Poco::AutoPtr<Poco::XML::Document> document = parser.parseString(xml);
    const auto* root = document->documentElement();
    if (!root || root->nodeName() != "CMBSDKPGK") throw Error(MIF_E_INVALID, "the root is not CMBSDKPGK");
    Message message;
    for (const auto* node = root->firstChild(); node; node = node->nextSibling()) {
      if (node->nodeType() != Poco::XML::Node::ELEMENT_NODE) continue;
      Block block;
      block.name = node->nodeName();
      for (const auto* field = node->firstChild(); field; field = field->nextSibling())
        if (field->nodeType() == Poco::XML::Node::ELEMENT_NODE) block.set(field->nodeName(), field->innerText());
      if (block.name == "INFO") message.info = std::move(block);
      else message.blocks.push_back(std::move(block));
    }
    return message;
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "not XML: " + e.displayText());
  }
}

std::string print(const Message& message) {
  std::string out = "<?xml version=\"1.0\" encoding=\"GBK\"?><CMBSDKPGK>";
  write(out, message.info);
  for (const auto& block : message.blocks) write(out, block);
  out += "</CMBSDKPGK>";
  return convert("GB18030", "UTF-8", out);
}

}  // namespace mif::banksim
