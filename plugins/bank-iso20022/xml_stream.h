// SPDX-License-Identifier: Apache-2.0
// XML as a stream of elements by local name. expat itself rather than its wrapper in POCO, which can neither stop in the middle
// nor say at which byte it is. Memory is bounded whatever the file is: a long token, a million names or deep nesting is an end.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

struct XML_ParserStruct;

namespace mif::bank_iso20022 {

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // `attributes`: name, value, name, value, ..., nullptr
  virtual void start(std::string_view name, const char* const* attributes) = 0;
  virtual void end() = 0;
  virtual void text(std::string_view piece) = 0;
};

class XmlStream {
 public:
  static constexpr int kMostDepth = 64;

  // `charset` empty = as the file says.
  XmlStream(XmlHandler& handler, const std::string& charset);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  // False = nothing more is read: the handler stopped it or the file is broken. What a handler threw is thrown here.
  bool feed(std::string_view bytes, bool last);
  void stop();  // from inside a handler
  // Stops as broken, from inside a handler.
  void broken(const char* code, std::string what);

  bool is_broken() const { return !code_.empty(); }
  const std::string& code() const { return code_; }
  const std::string& what() const { return what_; }
  std::int64_t byte() const;  // of the event a handler is told, or where it broke
  std::int64_t line() const;

 private:
  struct Callbacks;
  bool skip_blanks(std::string_view& bytes);
  void explain();
  XmlHandler& handler_;
  XML_ParserStruct* parser_;
  std::string code_, what_;
  std::exception_ptr thrown_;
  std::int64_t before_ = 0, lines_before_ = 0, fed_ = 0;
  int depth_ = 0;
  bool begun_ = false, stopped_ = false, rooted_ = false, markup_ = true;
};

}  // namespace mif::bank_iso20022
