// SPDX-License-Identifier: Apache-2.0
#include "packager_conformance.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "mif/sdk.hpp"

namespace mif::testing {
namespace {

using Poco::JSON::Object;

struct Said {
  mif_status status = MIF_OK;
  std::string text;
};

template <class F>
Said asked(F&& ask) {
  auto call = sized<mif_call>();
  call.fail = [](mif_call*, mif_status, mif_str) {};
  TextSink out;
  Said said;
  said.status = ask(&call, out.get());
  said.text = out.text();
  return said;
}

struct Cells {
  explicit Cells(const std::vector<SampleCell>& all) : cells(all), c(sized<mif_cell_source>()) {
    c.impl = this;
    c.get = [](mif_cell_source* self, mif_str table, mif_str row, mif_str col, mif_cell* out) -> std::int32_t {
      for (const auto& one : static_cast<Cells*>(self->impl)->cells)
        if (one.table == view(table) && one.row == view(row) && one.col == view(col)) {
          out->kind = MIF_CELL_MONEY;
          out->fen = one.fen;
          out->table = s(one.table);
          out->row = s(one.row);
          out->col = s(one.col);
          return 1;
        }
      return 0;
    };
  }
  const std::vector<SampleCell>& cells;
  mif_cell_source c;
};

Object::Ptr object(const std::string& text) {
  try {
    return Poco::JSON::Parser().parse(text).extract<Object::Ptr>();
  } catch (const Poco::Exception&) {
    return nullptr;
  }
}

}  // namespace

std::vector<std::string> packager_faults(const mif_report_template& m, const std::string& task, const std::vector<SampleCell>& cells, const std::string& receipt) {
  std::vector<std::string> faults;
  const auto pack = [&](const std::vector<SampleCell>& of) {
    Cells source(of);
    return asked([&](mif_call* call, mif_text_sink* out) { return m.package(m.self, call, s(task), &source.c, out); });
  };
  const Said first = pack(cells), again = pack(cells);
  if (first.status != MIF_OK) faults.push_back("package refuses the sample");
  if (first.text != again.text) faults.push_back("the same cells give other bytes");
  const bool described = MIF_HAS(&m, describe_package) && m.describe_package;
  const Said what = described ? asked([&](mif_call* call, mif_text_sink* out) { return m.describe_package(m.self, call, out); }) : Said{};
  if (what.text.empty() != first.text.empty()) faults.push_back("a file without a description, or a description without a file");
  if (what.text.empty()) return faults;
  const auto o = object(what.text);
  if (!o) return faults.push_back("describe_package is not JSON"), faults;
  const std::string extension = o->optValue<std::string>("extension", ""), signature = o->optValue<std::string>("signature", "");
  if (o->optValue<std::string>("name", "").empty()) faults.push_back("the file has no name");
  if (extension.empty() || extension.size() > 8 || extension.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != std::string::npos) faults.push_back("extension: 1 to 8 of a-z0-9");
  if (signature != "none" && signature != "detached") faults.push_back("signature: none or detached");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto other = cells;
    ++other[i].fen;
    if (pack(other).text == first.text) faults.push_back("a fen more in " + cells[i].table + "[" + cells[i].row + "," + cells[i].col + "] does not show");
  }
  if (!o->optValue("receipts", false)) return faults;
  const auto unpack = [&](const std::string& bytes) { return asked([&](mif_call* call, mif_text_sink* out) { return m.unpack(m.self, call, s(bytes), out); }); };
  const Said read = unpack(receipt);
  const auto told = object(read.text);
  if (read.status != MIF_OK || !told || !told->getArray("units") || told->getArray("units")->size() == 0) return faults.push_back("the sample receipt is not read"), faults;
  const auto units = told->getArray("units");
  for (unsigned i = 0; i < units->size(); ++i) {
    const auto u = units->getObject(i);
    const std::string state = u->optValue<std::string>("state", "");
    for (const char* name : {"unit", "package", "period"})
      if (u->optValue<std::string>(name, "").empty()) faults.push_back(std::string("a unit of the receipt has no ") + name);
    if (u->optValue<std::int64_t>("revision", 0) < 1) faults.push_back("a unit of the receipt has no revision");
    if (state != "accepted" && state != "refused") faults.push_back("state: accepted or refused");
    if (state == "refused" && u->optValue<std::string>("reason", "").empty()) faults.push_back("a refusal has its reason");
  }
  for (std::size_t n = 0; n < receipt.size(); ++n) {
    const Said cut = unpack(receipt.substr(0, n));
    if (cut.status == MIF_OK || !cut.text.empty()) {
      faults.push_back("a receipt cut after " + std::to_string(n) + " bytes is read");
      break;
    }
  }
  if (unpack(receipt + receipt).status == MIF_OK) faults.push_back("two receipts in one file are read as one");
  return faults;
}

}  // namespace mif::testing
