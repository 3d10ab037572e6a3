// SPDX-License-Identifier: Apache-2.0
// ReportSet: everything one unit reports in one package for one period, and nothing about how either end stores it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mif::report_package {

inline constexpr std::string_view kFormat = "mif-report-package";
inline constexpr std::string_view kVersion = "1.1";  // a reader takes every 1.x and keeps what it does not know

// The ledger the figures came from, as it was then.
struct Ledger {
  std::string state;           // "open", "closed", ...; empty: not from a ledger
  std::string recorded_until;  // the last instant whose postings count; empty: not from a ledger
  bool operator==(const Ledger&) const = default;
};

struct Manifest {
  std::string version{kVersion};
  std::string package, title, template_digest;  // of the report package: code, title, SHA-256 of its text
  std::string ministry, unit, unit_name;
  std::string period;         // 2023, 2023-06, 2023-Q2
  std::string layer = "own";  // own: the unit's; sum: with those below it
  std::int64_t revision = 1;
  std::string parent;   // digest of the package this one corrects; empty in revision 1
  std::string tool;     // program and version
  std::string created;  // 2023-07-05T08:30:00Z, told by the caller
  Ledger ledger;
  std::map<std::string, std::string> unknown;  // fields of later versions: name -> JSON as it stood
  bool operator==(const Manifest&) const = default;
};

struct Axis {  // a row or a column
  std::string code, name;
  bool operator==(const Axis&) const = default;
};

enum class Kind { blank, number, text };  // blank is not zero

struct Cell {
  std::string row, col;
  std::string state;  // formula, input, blocked, ...: a word
  Kind kind = Kind::blank;
  std::string value;  // number: "-1290212.39", exactly; blank: empty
  std::string printed, formula;
  std::string source{};  // where figures in it are from that no ledger line stands behind; from here on: since 1.1
  bool linear = true;    // its lineage sums to it
  bool operator==(const Cell&) const = default;
};

// What a cell asked of the ledger, as often as it counts, and what it came to.
struct Lineage {
  std::string row, col;
  std::int64_t times = 1;
  std::string book;
  std::int64_t year = 0, month_from = 0, month_to = 0;
  bool opening = false;       // plus the opening balance of the year
  std::string accounts, aux;  // as patterns
  std::string measure, side;  // words
  bool closing = false;       // with closing vouchers
  std::int64_t fen = 0;
  std::string opposite{};        // the other side asked for, as a pattern; since 1.1
  std::int64_t opening_fen = 0;  // the part of times x fen that is the opening balance of the year
  bool operator==(const Lineage&) const = default;
};

struct Table {
  std::string code, title, unit;  // unit: 元, 万元, 人: how it is printed
  std::vector<Axis> rows, cols;
  std::vector<Cell> cells;       // by rows, then columns, each place at most once
  std::vector<Lineage> lineage;  // in the order of the cells
  bool operator==(const Table&) const = default;
};

struct Check {
  std::string id, table, place, level, state;
  std::string left, right, difference, tolerance;  // numbers, or empty
  std::string message;
  std::string kind{}, expression{}, rule{};  // what was compared, as written, and the digest of the rule; since 1.1
  std::string reason{};                      // why it could not be evaluated
  bool operator==(const Check&) const = default;
};

struct Explanation {
  std::string check, place;
  std::string values;  // digest of the values it explains
  std::string text, who, when;
  bool operator==(const Explanation&) const = default;
};

struct Attachment {
  std::string name, bytes;
  bool operator==(const Attachment&) const = default;
};

// Who stands for the package. Algorithm "none": nobody does.
struct Seal {
  std::string algorithm = "none", key_id, certificate;
  std::string container;  // SHA-256 of the file before the seal, where it was sealed alone
  std::string signature;  // bytes
  bool operator==(const Seal&) const = default;
};

struct ReportSet {
  Manifest manifest;
  std::map<std::string, std::string> cover;  // what the cover says: name -> text
  std::vector<Table> tables;                 // by code
  std::vector<Check> checks;
  std::vector<Explanation> explanations;
  std::vector<Attachment> attachments;  // by name
  Seal seal;           // as read; a writer without a signer keeps it
  std::string digest;  // SHA-256 of the manifest, as read or written: what names this package
  bool operator==(const ReportSet&) const = default;
};

// Brings tables, cells, lineage and attachments into the order packages have.
void arrange(ReportSet& set);

}  // namespace mif::report_package
