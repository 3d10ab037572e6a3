// SPDX-License-Identifier: Apache-2.0
// A home of the demonstration province without vouchers, and the probe plugin in it.
#pragma once

#include <memory>

#include "folders.h"

namespace mif::test {

class Home {
 public:
  explicit Home(std::initializer_list<const char*> plugins = {"probe"}) : plugins_(plugins.begin(), plugins.end()) {
    const fs::path from = fs::path(MIF_SOURCE_DIR) / "config/demo-province";
    fs::create_directories(scratch_ / "config");
    fs::copy(from, scratch_ / "config", fs::copy_options::recursive);
    write(scratch_ / "mif.info", "name \"试验\"\nmode development\nclock { business-day 2023-12-31 }\nplugin\n{\n  probe\n  {\n    colour \"red\"\n  }\n}\n");
    write(scratch_ / "secrets" / "bank-password", "swordfish\n");
    write(scratch_ / "templates" / "hello.info", "greeting \"hello\"\n");
    fs::copy(fs::path(MIF_SOURCE_DIR) / "templates/print", scratch_ / "templates/print", fs::copy_options::recursive);
    const auto d = service::Deployment::open(scratch_.str(), false);
    const Who who{"system", "test", ""};
    d->database().write([&](store::Txn& txn) {
      for (const auto& unit : identity::read_units_info((from / "units.info").string())) d->identity().put_unit(txn, who, unit);
      for (const auto& person : identity::read_people_info((from / "people.info").string())) d->identity().put_person(txn, who, person);
      d->identity().put_person(txn, who, {"county1", "李县", "990101", {"maker"}, false});
      d->charts().apply(txn, who, "employee", chart::read_chart((from / "chart/employee.csv").string()), chart::read_aux_info((from / "chart/aux.info").string()));
    });
    d->database().write([&](store::Txn& txn) {
      ledger::Book book;
      book.code = "990000-310";
      book.unit = "990000";
      book.scheme = "310";
      book.chart = "employee";
      book.name = "省本级职工";
      book.start = {2023, 6};
      d->ledger().create_book(txn, who, book);
    });
    for (const auto& id : plugins_) d->plugins().install(bundle(id));
  }

  std::unique_ptr<service::Deployment> open() const { return service::Deployment::open(scratch_.str()); }
  const Scratch& folder() const { return scratch_; }

 private:
  Scratch scratch_;
  std::vector<std::string> plugins_;
};

inline identity::Caller caller_of(service::Deployment& d, const std::string& login) {
  identity::Caller caller;
  d.database().read([&](store::Txn& txn) { caller = d.identity().caller(txn, login); });
  return caller;
}

}  // namespace mif::test
