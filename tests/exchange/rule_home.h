// SPDX-License-Identifier: Apache-2.0
// A home with documents of a past month and a change of rules to try on them: hospital money of 零星报销 moves from 50010101 to
// 50010103.
#pragma once

#include <fstream>
#include <sstream>

#include "home.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::exchange::testing {

inline std::string object(const std::vector<std::pair<std::string, std::string>>& fields) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : fields) json.field(name, value);
  return json.end_object().take();
}

class RuleHome : public Home {
 public:
  explicit RuleHome(int pull_batch = 200) : Home(pull_batch) {
    individual("A1", "100.00");
    individual("A2", "250.50");
    subsidy("S1", "70.00");
  }

  std::string shipped() const {
    std::ostringstream text;
    text << std::ifstream(std::string(MIF_SOURCE_DIR) + "/templates/vouchers/employee.info").rdbuf();
    return text.str();
  }
  // `from` becomes `to`, the first time after `document TYPE`.
  static std::string changed(std::string text, const std::string& type, const std::string& from, const std::string& to) {
    const auto document = text.find("\ndocument " + type + "\n");
    const auto at = text.find(from, document);
    EXPECT_NE(document, std::string::npos);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
  }
  std::string version(const std::string& name) const {
    std::string text = shipped();
    const std::string old = "version 2026.1";
    return text.replace(text.find(old), old.size(), "version " + name);
  }
  std::string moved(const std::string& name = "2026.2") const { return changed(version(name), "individual-reimbursement", "account 50010101 ", "account 50010103 "); }

  // A job's JSON, or the sentence it was refused with.
  std::string told(const std::string& name, const std::vector<std::pair<std::string, std::string>>& params, const std::string& login = "maker1") {
    try {
      return job(name, object(params), login).text;
    } catch (const Error& e) {
      return std::string("refused: ") + e.what();
    }
  }
  std::string draft(const std::string& text, const std::string& login = "maker1") {
    std::ofstream(path("draft.info")) << text;
    return told("mapping draft", {{"file", path("draft.info")}}, login);
  }
  static std::string id_in(const std::string& json, const std::string& name = "set") {
    const auto at = json.find("\"" + name + "\":");
    EXPECT_NE(at, std::string::npos) << json;
    if (at == std::string::npos) return "0";
    const auto from = at + name.size() + 3;
    return json.substr(from, json.find_first_not_of("0123456789", from) - from);
  }
  static std::string expected(const std::string& account, const std::string& amount) {
    return "debit " + account + " " + amount + " mode=1;insutype=310 | credit 1004 " + amount + " bank_account=9900001004001 | payable " + amount + " 9900001004001 P1 900 参保人";
  }
  // Draft, example and trial of the move; the set's id.
  std::string prepared(const std::string& text, const std::string& login = "maker1") {
    const std::string set = id_in(draft(text, login));
    told("mapping example", {{"set", set}, {"name", "住院报销"}, {"document", "demo/A1#1"}, {"expected", expected("50010103", "100.00")}}, login);
    told("mapping trial", {{"set", set}, {"batch", "B1"}}, login);
    return set;
  }
  std::string approved(const std::string& text, const std::string& from) {
    const std::string set = prepared(text);
    EXPECT_NE(told("mapping submit", {{"set", set}, {"from", from}}).find("\"state\":\"submitted\""), std::string::npos);
    EXPECT_NE(told("mapping approve", {{"set", set}}, "chief1").find("\"state\":\"approved\""), std::string::npos);
    return set;
  }
  // The accounts debited by the document's live voucher.
  std::string debits(const std::string& key) {
    std::string all;
    deployment().database().read([&](store::Txn& txn) {
      for (const auto& v : deployment().ledger().vouchers(txn, {}))
        if (v.source_key == "demo/" + key + "#1")
          for (const auto& l : deployment().ledger().voucher(txn, v.id).lines)
            if (l.side == MIF_DEBIT) all += (all.empty() ? "" : " ") + l.account;
    });
    return all;
  }
  std::string rule_of(const std::string& key) {
    std::string rule;
    deployment().database().read([&](store::Txn& txn) { rule = txn.text("select rule_name from x_exchange_document where doc_key = ?", {key}).value_or(""); });
    return rule;
  }
  void tamper(const std::string& sql) {
    deployment().database().write([&](store::Txn& txn) { txn.execute(sql, {}); });
  }
};

}  // namespace mif::exchange::testing
