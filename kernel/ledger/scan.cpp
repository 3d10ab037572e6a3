// SPDX-License-Identifier: Apache-2.0
#include "kernel/ledger/scan.h"

#include <set>

#include "kernel/audit/row_digest.h"

namespace mif::ledger {
namespace {

constexpr std::int64_t kPage = 1000;

struct Group {
  std::int64_t book;
  Period period;
  bool operator<(const Group& other) const { return book != other.book ? book < other.book : period < other.period; }
};

std::set<Group> groups(store::Txn& txn) {
  std::set<Group> all;
  const auto add = [&](const store::Row& row) {
    try {
      all.insert({row.integer(0), {static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2))}});
    } catch (const Error&) {  // a key that is no number: its object is missing in every list and named there
    }
  };
  txn.query("select distinct book, year, month from ledger_voucher", {}, add);
  txn.query("select distinct book, year, month from ledger_line", {}, add);
  txn.query("select distinct book, year, month from ledger_attachment", {}, add);
  return all;
}

struct Page {
  std::vector<Scanned> vouchers;
  std::vector<Canonical> rows;  // beside vouchers, when digests are asked for
};

// As add_head in record.cpp, over what stands in the row, whatever it is.
void add_head_row(Canonical& canonical, const store::Row& row) {
  constexpr std::size_t kFirstSchema = 23, kCashier = 23, kPart = 24;
  canonical.add(static_cast<std::int64_t>(kFirstSchema));
  for (std::size_t i = 0; i < kFirstSchema; ++i) audit::add_value(canonical, row, i);
  if (!row.is_text(kCashier) || !row.text(kCashier).empty()) audit::add_value(canonical.add("cashier"), row, kCashier);
  bool whole = true;
  for (std::size_t i = kPart; i < kVoucherWidth; ++i) whole = whole && audit::integer_at(row, i) == 0;
  if (whole) return;
  canonical.add("part");
  for (std::size_t i = kPart; i < kVoucherWidth; ++i) audit::add_value(canonical, row, i);
}

void add_orphan(std::vector<Scanned>& orphans, const Group& group, std::int64_t id) {
  if (!orphans.empty() && orphans.back().voucher.id == id) return;
  Scanned& s = orphans.emplace_back();
  s.voucher.book_id = group.book;
  s.voucher.period = group.period;
  s.voucher.id = id;
  s.orphan = true;
  s.problem = "分录没有凭证 (lines without a voucher)";
  s.digest = std::string(64, '0');
}

}  // namespace

void scan_vouchers(store::Txn& txn, HashAlg alg, ScanOptions options, const std::function<void(const Scanned&)>& each,
                   const std::function<void(std::int64_t, Period)>& group_end) {
  std::map<std::int64_t, std::string> codes;
  txn.query("select id, code from ledger_book", {}, [&](const store::Row& row) {
    try {
      codes[row.integer(0)] = row.text(1);
    } catch (const Error&) {
    }
  });
  static const std::string voucher_sql =
      "select " + std::string(kVoucherColumns) + " from ledger_voucher v where v.book = ? and v.year = ? and v.month = ? and v.id > ? order by v.id limit ?";
  constexpr std::string_view line_sql =
      "select voucher, line, side, fen, account, aux, summary from ledger_line where book = ? and year = ? and month = ? and voucher > ? and voucher <= ? order by voucher, line";
  constexpr std::string_view file_sql =
      "select voucher, seq, digest, name, media_type, bytes from ledger_attachment where book = ? and year = ? and month = ? and voucher > ? and voucher <= ? order by voucher, seq";
  for (const auto& group : groups(txn)) {
    const auto code = codes.find(group.book);
    std::int64_t after = std::numeric_limits<std::int64_t>::min();
    for (bool more = true; more;) {
      Page page;
      txn.query(voucher_sql, {group.book, group.period.year, group.period.month, after, kPage}, [&](const store::Row& row) {
        Scanned& s = page.vouchers.emplace_back();
        try {
          s.voucher = voucher_of(row);
        } catch (const Error& error) {
          s.problem = std::string("凭证行读不出 (unreadable row): ") + error.what();
          s.voucher.id = row.null(3) || row.is_text(3) ? 0 : row.integer(3);
        }
        if (code != codes.end()) s.voucher.book = code->second;
        else s.problem = "凭证所属账套不存在 (its book is missing)";
        if (options.digests) {
          Canonical& canonical = page.rows.emplace_back();
          try {
            add_head_row(canonical, row);
          } catch (const Error&) {
            canonical.clear();
          }
        }
      });
      more = static_cast<std::int64_t>(page.vouchers.size()) == kPage;
      const std::int64_t last = more ? page.vouchers.back().voucher.id : std::numeric_limits<std::int64_t>::max();
      std::vector<Scanned> orphans;
      std::size_t at = 0;
      txn.query(line_sql, {group.book, group.period.year, group.period.month, after, last}, [&](const store::Row& row) {
        const std::int64_t id = row.integer(0);
        while (at < page.vouchers.size() && page.vouchers[at].voucher.id < id) ++at;
        if (at == page.vouchers.size() || page.vouchers[at].voucher.id != id) return add_orphan(orphans, group, id);
        Scanned& s = page.vouchers[at];
        try {
          Line& line = s.voucher.lines.emplace_back();
          if (row.integer(1) != static_cast<std::int64_t>(s.voucher.lines.size())) s.problem = "分录行号不连续 (line numbers have a gap)";
          line.side = static_cast<int>(row.integer(2));
          line.fen = row.fen(3);
          line.account = row.text(4);
          line.aux = row.text(5);
          line.summary = row.text(6);
        } catch (const Error& error) {
          s.problem = std::string("分录读不出 (unreadable line): ") + error.what();
        }
      });
      at = 0;
      txn.query(file_sql, {group.book, group.period.year, group.period.month, after, last}, [&](const store::Row& row) {
        const std::int64_t id = row.integer(0);
        while (at < page.vouchers.size() && page.vouchers[at].voucher.id < id) ++at;
        if (at == page.vouchers.size() || page.vouchers[at].voucher.id != id) return add_orphan(orphans, group, id);
        Scanned& s = page.vouchers[at];
        try {
          s.voucher.files.push_back({std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)), row.integer(5)});
          if (row.integer(1) != static_cast<std::int64_t>(s.voucher.files.size())) s.problem = "附件序号不连续 (attachment numbers have a gap)";
        } catch (const Error& error) {
          s.problem = std::string("附件行读不出 (unreadable attachment): ") + error.what();
        }
      });
      for (std::size_t i = 0; i < page.vouchers.size(); ++i) {
        Scanned& s = page.vouchers[i];
        if (options.content || options.digests) s.content = s.problem.empty() ? content_hash(alg, s.voucher) : std::string(64, '0');
        if (options.digests) s.digest = audit::digest_hex(alg, page.rows[i].add(s.content));
        each(s);
      }
      for (const auto& orphan : orphans) each(orphan);
      after = last;
    }
    if (group_end) group_end(group.book, group.period);
  }
}

}  // namespace mif::ledger
