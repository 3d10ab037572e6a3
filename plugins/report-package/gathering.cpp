// SPDX-License-Identifier: Apache-2.0
#include "gathering.h"

#include "names.h"
#include "rules.h"

namespace mif::report_package {
namespace {

constexpr std::size_t kText = 8000;

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包 " + one_line(sentence)); }

}  // namespace

std::string gathering_json(const Gathering& top, const Manifest& common, const Membership& members) {
  JsonWriter w;
  write_head(w, top.version, "units");
  w.field("package", common.package).field("ministry", common.ministry).field("period", common.period).field("layer", common.layer).field("tool", top.tool).field("created", top.created);
  w.key("units").begin_array();
  for (const auto& u : members.units)
    w.begin_object().field("unit", u.unit).field("unitName", u.name).field("revision", u.revision).field("digest", u.digest).field("cells", u.cells).end_object();
  w.end_array();
  write_listing(w, members.listing);
  write_unknown(w, top.unknown);
  return w.end_object().take() + "\n";
}

Membership read_gathering(const std::string& where, std::string_view json, Gathering& top, Manifest& common) {
  Membership members;
  const std::map<std::string_view, std::string*> texts = {{"version", &top.version}, {"package", &common.package}, {"ministry", &common.ministry}, {"period", &common.period},
                                                          {"layer", &common.layer}, {"tool", &top.tool}, {"created", &top.created}};
  read_json(where, json, [&](ferry::JsonReader& r) {
    r.object([&](std::string_view name) {
      if (const auto text = texts.find(name); text != texts.end()) *text->second = r.text(kText);
      else if (name == "format" || name == "kind") r.text(kText);
      else if (name == "units") r.array(40000, [&] {
        Member u;
        r.object([&](std::string_view field) {
          if (field == "unit") u.unit = r.text(kText);
          else if (field == "unitName") u.name = r.text(kText);
          else if (field == "revision") u.revision = r.integer();
          else if (field == "digest") u.digest = r.text(kText);
          else if (field == "cells") u.cells = r.integer();
          else r.refuse("不认识的字段 (unknown field) " + std::string(field));
        });
        members.units.push_back(std::move(u));
      });
      else if (name == "files") members.listing.files = read_files(r);
      else if (name == "totals") members.listing.totals = read_totals(r);
      else top.unknown.emplace(name, r.value(kUnknownDepth));
    });
  });
  return members;
}

void Common::add(const Manifest& m) {
  if (seen_.empty()) common_ = m;
  if (m.package != common_.package || m.ministry != common_.ministry || m.period != common_.period)
    refuse("report-package.mixed", name_of(m) + "：一个文件里只能是同一报表包、同一期间的单位，另有 " + name_of(common_) + " (units of different packages or periods)");
  if (!seen_.insert(folded(m.unit)).second) refuse("report-package.mixed", name_of(m) + "：单位在文件里出现两次 (a unit comes twice)");
  if (m.layer != common_.layer) common_.layer = "all";
}

}  // namespace mif::report_package
