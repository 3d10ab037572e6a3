// SPDX-License-Identifier: Apache-2.0
// ByCell: one thing for each cell of a table in a period, found by place.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "table.h"

namespace mif::reporting {

// [calling-thread] What was put stays where it is until it is put anew or forgotten.
template <class T>
class ByCell {
 public:
  const T* find(const Table& table, int row, int col, Period period) {
    const auto& cells = grid(table, period);
    return cells.empty() ? nullptr : cells[index(table, row, col)].get();
  }
  const T& put(const Table& table, int row, int col, Period period, T value) {
    auto& cells = grid(table, period);
    if (cells.empty()) cells.resize(table.grid.size());
    auto& cell = cells[index(table, row, col)];
    cell = std::make_unique<T>(std::move(value));
    return *cell;
  }
  // In every period; how many there were.
  std::size_t forget(const Table& table, int row, int col) {
    std::size_t forgotten = 0;
    for (auto& [of, cells] : grids_) {
      if (of.first != &table || cells.empty() || !cells[index(table, row, col)]) continue;
      cells[index(table, row, col)].reset();
      ++forgotten;
    }
    return forgotten;
  }

 private:
  using Cells = std::vector<std::unique_ptr<T>>;
  static std::size_t index(const Table& table, int row, int col) { return static_cast<std::size_t>(row) * table.cols.size() + static_cast<std::size_t>(col); }
  // Cells are asked for table by table.
  Cells& grid(const Table& table, Period period) {
    const Where where{&table, period.year * 100 + period.month};
    if (!last_ || last_->first != where) last_ = &*grids_.try_emplace(where).first;
    return last_->second;
  }
  using Where = std::pair<const Table*, int>;
  std::map<Where, Cells> grids_;
  std::pair<const Where, Cells>* last_ = nullptr;
};

}  // namespace mif::reporting
