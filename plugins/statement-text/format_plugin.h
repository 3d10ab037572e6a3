// SPDX-License-Identifier: Apache-2.0
// The whole plugin around one reader of statement files: what its plugin.cpp says is which formats, how to tell them, who reads.
#pragma once

#include "lines.h"
#include "mif/extensions.hpp"

namespace mif::statement_text {

// Reader: static formats() as describe_formats tells them, sniff(head, format) 0..100, read(bytes, options, events, cancelled).
template <class Reader>
class FormatPlugin : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? static_cast<const void*>(statement_format_abi()) : nullptr; }
  std::string describe_formats(Call) override { return Reader::formats(); }
  Sniffed sniff(std::string_view head) override {
    Sniffed found;
    found.sure = Reader::sniff(head, found.format);
    if (found.sure == 0) found.format.clear();
    return found;
  }
  void read_statements(Call call, std::string_view, std::string_view options, mif_byte_source& bytes, mif_statement_events& events) override {
    Reader::read(bytes, options, events, [call] { return call.cancelled(); });
  }
};

}  // namespace mif::statement_text

#define MIF_STATEMENT_FORMAT_PLUGIN(Reader, Id, Version) \
  MIF_PLUGIN(mif::statement_text::FormatPlugin<Reader>, Id, Version, MIF_LIST(MIF_STATEMENT_FORMAT_ID), MIF_LIST(nullptr))
