// SPDX-License-Identifier: Apache-2.0
// Ministries: the plugins that provide mif.report-template/1, called through the host's registry.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog.h"
#include "mif/ext/report_template.h"

namespace mif::reporting {

// One computed cell as it is stored and shown.
struct StoredCell {
  std::string table, row, col, state, value, printed, formula;
  int kind = MIF_CELL_BLANK;
  Fen fen;
  bool linear = true;
  std::string source{};  // where figures in it come from that no ledger line stands behind
};

// The ministry's own file; no name: it takes the data package.
struct Packager {
  std::string name, extension = "dat";
  bool signs = false, receipts = false;  // a signature beside the file; answers can be read
};

// [worker, concurrent]
class Ministries {
 public:
  explicit Ministries(const Plugin& plugin) : registry_(plugin) {}
  // Where every provider keeps its text packages.
  std::vector<TemplateFolder> folders(Call call) const;
  // Fills `printed` of every cell as its table says; money the way the package's ministry prints it, where its plugin does.
  void present(Call call, const Package& package, std::vector<StoredCell>& cells) const;
  // Throws report.packager when the plugin does not describe its file as the contract says.
  Packager packager(Call call, const Package& package) const;
  // What the ministry's receipt says, as JSON (mif.report-template/1 `unpack`). Throws report.no-receipts.
  std::string unpack(Call call, const Package& package, std::string_view bytes) const;
  // The file in the ministry's own form; empty when it takes the data package.
  std::string upload(Call call, const Package& package, const std::string& task_json, const std::vector<StoredCell>& cells) const;

 private:
  const mif_report_template* provider(Call call, const std::string& plugin) const;
  Registry registry_;
};

}  // namespace mif::reporting
