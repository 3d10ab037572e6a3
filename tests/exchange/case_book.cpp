// SPDX-License-Identifier: Apache-2.0
#include "case_book.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "mif/json.hpp"

namespace mif::exchange::testing {

namespace {

constexpr const char* kBatch = "CASES";

std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 2) text.insert(at, 1, '\'');
  return "'" + text + "'";
}

std::string day_number(const std::string& iso) { return std::to_string(Day::parse(iso).value()); }

std::string payload_of(const Case& one) {
  if (one.record.command == "raw") {
    std::string text;
    for (const auto& line : one.record.body) text += line;
    return text;
  }
  const std::string day = one.record.option("day", "2023-06-12");
  JsonWriter json;
  json.begin_object().field("book", one.record.option("code", book_code(one.book))).field("batch", kBatch).field("period", day.substr(0, 7));
  for (const auto& line : one.record.body) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) throw std::runtime_error(one.where() + ": a field is name=value: " + line);
    json.field(line.substr(0, equals), line.substr(equals + 1));
  }
  return json.end_object().take();
}

}  // namespace

const std::string& book_code(const std::string& rules) {
  static const std::map<std::string, std::string> books = {{"employee", "990000-310"}, {"resident", "990101-390"}, {"maternity", "990000-510"}};
  const auto found = books.find(rules);
  if (found == books.end()) throw std::runtime_error("no book follows the rules \"" + rules + "\"");
  return found->second;
}

std::vector<NewBook> case_books() {
  std::vector<NewBook> books;
  for (const auto& [rules, scheme] : {std::pair("employee", "310"), std::pair("resident", "390"), std::pair("maternity", "510")})
    books.push_back({book_code(rules), book_code(rules).substr(0, 6), scheme, rules, {2023, 1}});
  return books;
}

std::vector<Case> read_cases(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  std::map<std::string, std::size_t> known;
  for (const auto& file : files)
    for (const auto& record : mif::cases::read_case_file(file)) {
      Case one;
      one.file = std::filesystem::path(file).filename();
      one.record = record;
      const bool taking_back = record.command == "withdraw";
      if ((record.command != "document" && record.command != "reverse" && record.command != "raw" && !taking_back) || record.words.size() != (taking_back ? 1u : 2u))
        throw std::runtime_error(one.where() + ": a record is document|reverse|raw KEY TYPE, or withdraw KEY");
      one.key = record.words[0];
      one.of = record.option("of");
      one.version = std::stoi(record.option("version", "1"));
      if (!one.of.empty() && known.find(one.of) == known.end()) throw std::runtime_error(one.where() + ": no case before it has the key " + one.of);
      one.book = record.option("book", one.of.empty() ? "employee" : cases[known[one.of]].book);
      one.type = taking_back ? cases[known[one.of]].type : record.words[1];
      if (!taking_back && one.version == 1 && !known.emplace(one.key, cases.size()).second) throw std::runtime_error(one.where() + ": the key " + one.key + " is used twice");
      cases.push_back(one);
    }
  return cases;
}

void send(Business& business, const std::vector<Case>& cases) {
  std::string sql;
  int seq = 0;
  for (const auto& one : cases) {
    const std::string day = day_number(one.record.option("day", "2023-06-12")), place = "'main', " + std::to_string(++seq) + ", ";
    if (one.record.command == "withdraw") {
      sql += "insert into ex_withdrawal (feed, seq, doc_no, version, doc_day, reason) values (" + place + quoted(one.of) + ", " + std::to_string(one.version) + ", " + day + ", '更正');\n";
      continue;
    }
    const std::string book = book_code(one.book);
    sql += "insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values (" + place + quoted(one.key) + ", " +
           std::to_string(one.version) + ", " + quoted(one.type) + ", '" + book.substr(0, 6) + "', '" + book.substr(7) + "', '" + book + "', " + day + ", '2023-06', '" + kBatch + "', 0, " +
           quoted(payload_of(one)) + ");\n";
  }
  business.run(sql);
}

Entry entry_of(World& world, const Case& one) { return world.entry("demo/" + one.key + "#" + std::to_string(one.version)); }

std::string rule_of_document(World& world, const Case& one) {
  const auto found = world.rows("select rule_name from x_exchange_document where doc_key = ? and arrival = 0 order by doc_version", {one.key});
  return found.empty() ? "" : found.back();
}

std::vector<std::string> answer(World& world, const Case& one) {
  const bool taking_back = one.record.command == "withdraw";
  const std::string from = std::string(taking_back ? "x_exchange_withdrawal" : "x_exchange_document") + " where doc_key = ? and doc_version = " + std::to_string(one.version) +
                           (taking_back ? "" : " and arrival = " + one.record.option("arrival", "0"));
  const auto state = world.rows("select state from " + from, {taking_back ? one.of : one.key});
  if (state.empty()) return {"nothing"};
  if (state.front() != "drafted") {
    const auto rest = world.rows("select reason || " + std::string(taking_back ? "''" : "voucher_no") + " from " + from, {taking_back ? one.of : one.key});
    return {state.front() + (rest.front().empty() ? "" : " " + rest.front())};
  }
  const Entry entry = entry_of(world, one);
  std::vector<std::string> lines = {entry.word + " " + entry.flow + " " + entry.summary};
  while (lines[0].back() == ' ') lines[0].pop_back();  // a placeholder that came out empty; a case file has no blanks at the end
  for (const auto& l : entry.lines)
    lines.push_back((l.debit ? "D " : "C ") + l.account + (l.aux.empty() ? "" : " " + l.aux) + " " + l.fen.plain() + (l.summary == entry.summary ? "" : " | " + l.summary));
  const std::string payable = " from x_exchange_payable where obligation = ?";
  const std::vector<std::string> key = {"demo/" + one.key + "#" + std::to_string(one.version)};
  const auto sums = world.rows("select cast(fen as varchar(20))" + payable, key);
  const auto words = world.rows("select payer_account || ' > ' || payee_account || ' ' || payee_bank_no || ' ' || payee_name || ': ' || purpose" + payable, key);
  for (std::size_t i = 0; i < sums.size(); ++i) lines.push_back("pay " + Fen(std::stoll(sums[i])).plain() + " " + words[i]);
  return lines;
}

}  // namespace mif::exchange::testing
