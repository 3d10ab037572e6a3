// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/package.h"

#include <Poco/Exception.h>
#include <Poco/MemoryStream.h>
#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/InputSource.h>
#include <Poco/SAX/LexicalHandler.h>
#include <Poco/SAX/SAXException.h>
#include <Poco/SAX/SAXParser.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>

#include <algorithm>

#include "kernel/sheet/unpacking.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

// A document type is where entities come from; no workbook has one, so the first is the end of reading.
class Reader : public Poco::XML::DefaultHandler, public Poco::XML::LexicalHandler {
 public:
  explicit Reader(const PartHandler& handler) : handler_(handler) {}
  void startElement(const Poco::XML::XMLString&, const Poco::XML::XMLString& name, const Poco::XML::XMLString&, const Poco::XML::Attributes& given) override {
    if (++depth_ > 64) refuse("workbook.broken", "xlsx 文件的 XML 嵌套太深 (XML nested too deeply)");
    attributes_.clear();
    for (int i = 0; i < given.getLength(); ++i) attributes_[given.getLocalName(i)] = given.getValue(i);
    if (handler_.start) handler_.start(name, attributes_);
  }
  void endElement(const Poco::XML::XMLString&, const Poco::XML::XMLString& name, const Poco::XML::XMLString&) override {
    --depth_;
    if (handler_.end) handler_.end(name);
  }
  void characters(const Poco::XML::XMLChar text[], int start, int length) override {
    if (handler_.text) handler_.text(std::string_view(text + start, static_cast<std::size_t>(length)));
  }
  void startDTD(const Poco::XML::XMLString&, const Poco::XML::XMLString&, const Poco::XML::XMLString&) override {
    refuse("workbook.broken", "xlsx 文件里有文档类型声明, 不予读取 (a DTD is refused)");
  }
  void endDTD() override {}
  void startEntity(const Poco::XML::XMLString&) override {}
  void endEntity(const Poco::XML::XMLString&) override {}
  void startCDATA() override {}
  void endCDATA() override {}
  void comment(const Poco::XML::XMLChar[], int, int) override {}

 private:
  const PartHandler& handler_;
  Attributes attributes_;
  int depth_ = 0;
};

}  // namespace

struct Package::Impl {
  explicit Impl(std::string_view bytes) : stream(bytes.data(), bytes.size()), archive(stream) {}
  Poco::MemoryInputStream stream;
  Poco::Zip::ZipArchive archive;
  std::size_t unpacked = 0, limit = 0;
};

Package::Package(std::string_view bytes, const ReadLimits& limits) {
  if (bytes.size() > limits.file_bytes) refuse("sheet.too-large", "文件超过 " + std::to_string(limits.file_bytes >> 20) + " MB, 请拆成几个文件 (file too large)");
  try {
    impl_ = std::make_unique<Impl>(bytes);
  } catch (const std::exception&) {
    refuse("workbook.broken", "xlsx 文件损坏或不完整, 请用电子表格软件打开后重新保存 (broken or truncated workbook)");
  }
  impl_->limit = std::min(limits.unpacked_bytes, std::max<std::size_t>(16u << 20, bytes.size() * limits.ratio));
  std::size_t parts = 0;
  for (auto part = impl_->archive.headerBegin(); part != impl_->archive.headerEnd(); ++part) {
    if (++parts > 10000) refuse("workbook.broken", "xlsx 文件里的部件太多 (too many parts)");
    if (leaves(part->first)) refuse("workbook.broken", "xlsx 文件里有越界的路径 (a path leaves the package): " + part->first);
    if (part->second.isEncrypted()) refuse("workbook.protected", "xlsx 文件加了密码, 请去掉密码后再导入 (encrypted workbook)");
    if (part->first.find("vbaProject") != std::string::npos || part->first.find("macrosheets/") != std::string::npos)
      refuse("workbook.protected", "工作簿带宏, 请另存为不带宏的 xlsx (macro-enabled workbook)");
  }
  if (!has("xl/workbook.xml")) refuse("workbook.broken", "文件不是 xlsx 工作簿 (not a workbook: no xl/workbook.xml)");
}

Package::~Package() = default;

bool Package::has(const std::string& part) const { return impl_->archive.findHeader(part) != impl_->archive.headerEnd(); }

void Package::read(const std::string& part, const PartHandler& handler) {
  const auto found = impl_->archive.findHeader(part);
  if (found == impl_->archive.headerEnd()) refuse("workbook.broken", "xlsx 文件缺部件 (part missing) " + part);
  if (!found->second.hasSupportedCompressionMethod()) refuse("workbook.broken", "xlsx 文件的压缩方法不认识 (unknown compression) " + part);
  try {
    impl_->stream.clear();
    Poco::Zip::ZipInputStream unzipped(impl_->stream, found->second);
    Metered metered(unzipped, impl_->unpacked, impl_->limit);
    std::istream in(&metered);
    Reader reader(handler);
    Poco::XML::SAXParser parser;
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_GENERAL_ENTITIES, false);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_PARAMETER_ENTITIES, false);
    parser.setContentHandler(&reader);
    parser.setProperty(Poco::XML::XMLReader::PROPERTY_LEXICAL_HANDLER, static_cast<Poco::XML::LexicalHandler*>(&reader));
    Poco::XML::InputSource source(in);
    try {
      parser.parse(&source);
    } catch (const Poco::Exception&) {
      if (metered.over()) refuse("sheet.too-large", "xlsx 文件展开后过大, 像是压缩炸弹, 不予读取 (unpacks to more than " + std::to_string(impl_->limit >> 20) + " MB)");
      throw;
    }
    while (in.get() != std::char_traits<char>::eof()) {
    }
    if (!unzipped.crcValid()) refuse("workbook.broken", "xlsx 文件损坏, 校验和不符 (checksum mismatch) " + part);
  } catch (const Poco::Exception& e) {
    refuse("workbook.broken", "xlsx 文件的部件 " + part + " 损坏 (broken part): " + e.displayText());
  }
}

}  // namespace mif::sheet
