// SPDX-License-Identifier: Apache-2.0
#include "xml_stream.h"

#include <expat.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "encodings.h"

namespace mif::bank_iso20022 {

namespace {

// expat keeps an unfinished token and every name it has seen; beyond this it is told that memory is out.
constexpr std::size_t kMostMemory = 16u << 20;
constexpr std::size_t kHead = alignof(std::max_align_t);
static_assert(kHead >= sizeof(std::size_t));
thread_local std::size_t in_use = 0;

std::size_t& size_of(void* block) { return *static_cast<std::size_t*>(block); }
void* take(std::size_t n) {
  if (n > kMostMemory || in_use + n > kMostMemory) return nullptr;
  void* const block = std::malloc(kHead + n);
  if (!block) return nullptr;
  size_of(block) = n;
  in_use += n;
  return static_cast<char*>(block) + kHead;
}
void give_back(void* p) {
  if (!p) return;
  void* const block = static_cast<char*>(p) - kHead;
  in_use -= size_of(block);
  std::free(block);
}
void* resize(void* p, std::size_t n) {
  if (!p) return take(n);
  void* const block = static_cast<char*>(p) - kHead;
  const std::size_t old = size_of(block);
  if (n > kMostMemory || in_use - old + n > kMostMemory) return nullptr;
  void* const grown = std::realloc(block, kHead + n);
  if (!grown) return nullptr;
  size_of(grown) = n;
  in_use = in_use - old + n;
  return static_cast<char*>(grown) + kHead;
}
const XML_Memory_Handling_Suite kMemory = {take, resize, give_back};

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

struct XmlStream::Callbacks {
  static XmlStream& me(void* p) { return *static_cast<XmlStream*>(p); }
  // Nothing may be thrown through C.
  template <class F>
  static void guarded(XmlStream& s, F&& act) {
    if (s.stopped_) return;
    try {
      act();
    } catch (...) {
      s.thrown_ = std::current_exception();
      s.stop();
    }
  }
  static void start(void* p, const XML_Char* name, const XML_Char** attributes) {
    XmlStream& s = me(p);
    guarded(s, [&] {
      s.rooted_ = true;
      if (++s.depth_ > kMostDepth) return s.broken("camt.too-deep", "XML 嵌套超过 " + std::to_string(kMostDepth) + " 层，不是银行报文，请向银行重取文件 (nested too deep)");
      const char* const colon = std::strrchr(name, ':');
      s.handler_.start(colon ? colon + 1 : name, attributes);
    });
  }
  static void end(void* p, const XML_Char*) {
    XmlStream& s = me(p);
    guarded(s, [&] {
      --s.depth_;
      s.handler_.end();
    });
  }
  static void text(void* p, const XML_Char* piece, int n) {
    XmlStream& s = me(p);
    guarded(s, [&] { s.handler_.text({piece, static_cast<std::size_t>(n)}); });
  }
  // Entities live in a document type only, and no bank needs one.
  static void doctype(void* p, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    XmlStream& s = me(p);
    guarded(s, [&] { s.broken("camt.doctype", "文件带文档类型定义 (DOCTYPE)，可能藏有实体炸弹，不读，请向银行要不带它的文件 (a document type is refused)"); });
  }
};

XmlStream::XmlStream(XmlHandler& handler, const std::string& charset) : handler_(handler), parser_(XML_ParserCreate_MM(charset.empty() ? nullptr : charset.c_str(), &kMemory, nullptr)) {
  if (!parser_) throw std::bad_alloc();
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Callbacks::start, Callbacks::end);
  XML_SetCharacterDataHandler(parser_, Callbacks::text);
  XML_SetStartDoctypeDeclHandler(parser_, Callbacks::doctype);
  XML_SetUnknownEncodingHandler(parser_, know_encoding, nullptr);
}

XmlStream::~XmlStream() { XML_ParserFree(parser_); }

void XmlStream::stop() {
  stopped_ = true;
  XML_StopParser(parser_, XML_FALSE);
}

void XmlStream::broken(const char* code, std::string what) {
  code_ = code;
  what_ = std::move(what);
  stop();
}

std::int64_t XmlStream::byte() const {
  if (!markup_) return before_;
  const std::int64_t index = XML_GetCurrentByteIndex(parser_);
  return before_ + (index < 0 ? 0 : index);
}
std::int64_t XmlStream::line() const { return lines_before_ + static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_)); }

// Blank lines before the XML declaration are against the standard and common.
bool XmlStream::skip_blanks(std::string_view& bytes) {
  std::size_t n = 0;
  while (n < bytes.size() && blank(bytes[n])) lines_before_ += bytes[n++] == '\n';
  before_ += static_cast<std::int64_t>(n);
  bytes.remove_prefix(n);
  begun_ = !bytes.empty();
  if (begun_) markup_ = bytes[0] == '<' || bytes[0] == '\0' || static_cast<unsigned char>(bytes[0]) >= 0x80;  // or a wider character, or the mark of one
  return begun_;
}

bool XmlStream::feed(std::string_view bytes, bool last) {
  if (stopped_ || is_broken()) return false;
  if (!begun_ && !skip_blanks(bytes) && !last) return true;
  fed_ += static_cast<std::int64_t>(bytes.size());
  const XML_Status status = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
  if (thrown_) std::rethrow_exception(thrown_);
  if (stopped_) return false;
  if (status == XML_STATUS_OK) return true;
  explain();
  return false;
}

void XmlStream::explain() {
  const XML_Error error = XML_GetErrorCode(parser_);
  const std::string at = "第 " + std::to_string(byte()) + " 字节";
  const std::string why = std::string(" (") + XML_ErrorString(error) + ")";
  // Behind the message expat has several words for what should not be there, one or the other as the bytes arrive.
  if (rooted_ && depth_ == 0 && error != XML_ERROR_NO_MEMORY) {
    code_ = "camt.garbage-after";
    what_ = at + "起，报文结束之后还有别的内容，前面已读的有效，请核对文件是否被拼接或改动 (there is more behind the message)";
    return;
  }
  switch (error) {
    case XML_ERROR_NO_MEMORY:
      code_ = "camt.too-large";
      what_ = at + "起的一段标签或注释过长，或名称过多，不是银行报文，请向银行重取文件 (a token or the names do not fit the memory allowed)";
      return;
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
      code_ = "camt.charset";
      what_ = "文件声明的字符集不认识或与内容不符，请用 charset=名称 指明，或请银行改发 UTF-8" + why;
      return;
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
      code_ = rooted_ ? "camt.cut-off" : fed_ == 0 ? "camt.empty" : "camt.not-xml";
      what_ = rooted_ ? at + "处文件中断，前面已读的有效，请向银行重取完整文件" + why : fed_ == 0 ? "文件是空的，请向银行重取 (the file is empty)" : "文件不是 XML，请核对是否选错文件" + why;
      return;
    default:
      code_ = "camt.not-xml";
      if (!markup_) {
        what_ = at + "起的内容不是 XML，请核对是否选错文件，或文件开头被加了别的内容 (the file does not begin as XML)";
        return;
      }
      what_ = at + "起不是完整的 XML，前面已读的有效，请向银行重取文件" + why;
  }
}

}  // namespace mif::bank_iso20022
