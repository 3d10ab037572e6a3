// SPDX-License-Identifier: Apache-2.0
// A statement file read once through whichever plugin knows its format: facts and verdict of every statement in it.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk.h"
#include "proof.h"
#include "statement_lines.h"

namespace mif::treasury {

// The bytes of a file, or of an upload.
class StatementBytes {
 public:
  static StatementBytes of_file(const std::string& path);                                   // MIF_E_NOT_FOUND
  static StatementBytes of_text(const std::string& name, std::string_view bytes) { return StatementBytes(name, nullptr, bytes); }
  ~StatementBytes();
  StatementBytes(StatementBytes&& other) noexcept;
  StatementBytes(const StatementBytes&) = delete;
  const std::string& name() const { return name_; }  // without its folder
  std::size_t read(std::uint8_t* room, std::size_t most);
  void rewind();
  std::uint64_t position() const { return at_; }

 private:
  StatementBytes(std::string name, std::FILE* file, std::string_view bytes) : name_(std::move(name)), file_(file), bytes_(bytes) {}
  std::string name_;
  std::FILE* file_;
  std::string_view bytes_;
  std::uint64_t at_ = 0;
};

struct ReadStatement {
  StatementFacts facts;
  std::size_t begin = 0, end = 0;  // its booked lines in the spool
  std::string not_fen;             // the first line that is not whole fen
};
struct FileTrouble {
  std::int64_t line = 0;
  std::string code, what;  // as the reader said it
  std::string sentence;    // with the place
};
struct ReadFile {
  std::string format;  // empty: no plugin knows it
  std::vector<ReadStatement> statements;
  Verdict verdict = Verdict::proved;  // of what belongs to no statement
  std::vector<std::string> reasons, notes;
  std::optional<FileTrouble> broken;  // the first
  bool all_proved() const;
};
// `format` empty: the one that is surest. `lines` empty: facts only. Throws what the reader throws; a file that is broken is no exception.
ReadFile read_statement_file(Desk& desk, Call call, StatementBytes& bytes, const std::string& format, const std::string& options, LineSpool* lines, Progress progress);
// "name=value" lines for the reader out of a job's parameters.
std::string reader_options(const Params& params);

}  // namespace mif::treasury
