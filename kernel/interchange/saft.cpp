// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/saft.h"

#include <chrono>
#include <set>

#include "kernel/interchange/xml_writer.h"
#include "mif/pattern.hpp"
#include "mif/version.h"

namespace mif::interchange {
namespace {

constexpr std::size_t kCode = 9, kShort = 18, kMiddle1 = 35, kMiddle2 = 70, kLong = 256;  // characters, by the schema's types

Day day_of(std::int64_t unix_ms) {  // in China
  using namespace std::chrono;
  const year_month_day day{floor<days>(sys_time<milliseconds>(milliseconds(unix_ms)) + hours(8))};
  return Day(static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())), static_cast<int>(static_cast<unsigned>(day.day())));
}

class Saft {
 public:
  Saft(const BookReader& reader, const Sink& sink) : reader_(reader), xml_(sink) {
    for (const auto& type : reader.chart().aux_types()) {
      // The schema gives a dimension nine characters; a longer name is numbered, and the table of dimensions spells it out.
      codes_[type.code] = type.code.size() <= kCode ? type.code : "DIM" + std::to_string(codes_.size() + 1);
    }
  }

  void write(Day created) {
    xml_.begin("UTF-8");
    xml_.open("AuditFile", "xmlns=\"urn:StandardAuditFile-Taxation-Financial:NO\"");
    header(created);
    xml_.open("MasterFiles");
    accounts();
    dimensions();
    xml_.close();
    entries();
    xml_.finish();
  }

 private:
  void element(std::string_view name, const std::string& text, std::size_t most, std::string_view whose) {
    std::size_t characters = 0;
    for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (characters > most)
      throw Error(MIF_E_INVALID, "export.saft-too-long", std::string(whose) + " 的 " + std::string(name) + " 有 " + std::to_string(characters) + " 字, SAF-T 只容 " + std::to_string(most) +
                                     " 字, 请改用 GB/T 24589 或 CSV 导出 (too long for SAF-T)");
    xml_.element(name, text);
  }

  void header(Day created) {
    const ledger::Book& book = reader_.book();
    const std::string whose = "账套 " + book.code;
    xml_.open("Header");
    xml_.element("AuditFileVersion", "1.10");
    xml_.element("AuditFileCountry", "CN");
    xml_.element("AuditFileDateCreated", created.iso());
    xml_.element("SoftwareCompanyName", "mif");
    xml_.element("SoftwareID", "mif 医保基金管理平台");
    xml_.element("SoftwareVersion", MIF_SDK_VERSION_STRING);
    xml_.open("Company");
    element("RegistrationNumber", book.unit, kMiddle1, whose);
    element("Name", book.name, kMiddle2, whose);
    xml_.open("Address");
    xml_.element("Country", "CN");
    xml_.close();
    xml_.open("Contact");  // required; the books know no person to contact, and say so
    xml_.open("ContactPerson");
    xml_.element("FirstName", "NotUsed");
    xml_.element("LastName", "NotUsed");
    xml_.close();
    xml_.close();
    xml_.close();
    xml_.element("DefaultCurrencyCode", "CNY");
    xml_.open("SelectionCriteria");
    xml_.element("PeriodStart", std::to_string(reader_.from().month));
    xml_.element("PeriodStartYear", std::to_string(reader_.from().year));
    xml_.element("PeriodEnd", std::to_string(reader_.to().month));
    xml_.element("PeriodEndYear", std::to_string(reader_.to().year));
    xml_.close();
    element("HeaderComment", book.code, kLong, whose);
    xml_.element("TaxAccountingBasis", "A");
    xml_.close();
  }

  void balance(const char* debit, const char* credit, Fen net) { xml_.element(net < Fen() ? credit : debit, (net < Fen() ? -net : net).plain()); }

  void accounts() {
    std::map<std::string, Movement> by_account;
    for (const auto& [key, m] : reader_.whole()) {
      Movement& sum = by_account[key.first];
      sum.opening += m.opening;
      sum.debit += m.debit;
      sum.credit += m.credit;
    }
    if (by_account.empty()) return;
    xml_.open("GeneralLedgerAccounts");
    for (const auto& [code, sum] : by_account) {
      xml_.open("Account");
      element("AccountID", code, kMiddle2, "科目 " + code);
      element("AccountDescription", reader_.account(code).full_name, kLong, "科目 " + code);
      xml_.element("StandardAccountID", code.substr(0, 4));
      xml_.element("AccountType", "GL");
      balance("OpeningDebitBalance", "OpeningCreditBalance", sum.opening);
      balance("ClosingDebitBalance", "ClosingCreditBalance", sum.closing());
      xml_.close();
    }
    xml_.close();
  }

  // The items that stand or move in the range; a dimension open to any item has no other list.
  void dimensions() {
    std::map<std::string, std::set<std::string>> used;
    for (const auto& [key, m] : reader_.whole())
      for (const auto& [dimension, item] : parse_aux(key.second)) used[dimension].insert(item);
    if (used.empty()) return;
    xml_.open("AnalysisTypeTable");
    for (const auto& type : reader_.chart().aux_types())
      for (const auto& item : used[type.code]) {
        const std::string whose = "辅助核算 " + type.code + " 的 " + item;
        std::string name = item;
        for (const auto& known : type.items)
          if (known.code == item) name = known.name;
        xml_.open("AnalysisTypeTableEntry");
        xml_.element("AnalysisType", codes_.at(type.code));
        element("AnalysisTypeDescription", type.name + " " + type.code, kLong, whose);
        element("AnalysisID", item, kMiddle1, whose);
        element("AnalysisIDDescription", name, kLong, whose);
        xml_.close();
      }
    xml_.close();
  }

  void entries() {
    Fen debit, credit;
    for (const auto& [key, m] : reader_.whole()) {
      debit += m.debit;
      credit += m.credit;
    }
    xml_.open("GeneralLedgerEntries");
    xml_.element("NumberOfEntries", std::to_string(reader_.count()));
    xml_.element("TotalDebit", debit.plain());
    xml_.element("TotalCredit", credit.plain());
    std::string journal;
    reader_.vouchers([&](const ledger::Voucher& v) {
      const std::string id = v.period.iso() + ' ' + v.word;
      if (id != journal) {
        if (!journal.empty()) xml_.close();
        journal = id;
        xml_.open("Journal");
        element("JournalID", id, kShort, "凭证字 " + v.word);
        element("Description", v.period.iso() + " 记账凭证（" + v.word + "）", kLong, "凭证字 " + v.word);
        element("Type", v.word, kCode, "凭证字 " + v.word);
      }
      transaction(v);
    });
    if (!journal.empty()) xml_.close();
    xml_.close();
  }

  void transaction(const ledger::Voucher& v) {
    const std::string number = number_of(v), whose = "凭证 " + number;
    xml_.open("Transaction");
    element("TransactionID", number, kMiddle2, whose);
    xml_.element("Period", std::to_string(v.period.month));
    xml_.element("PeriodYear", std::to_string(v.period.year));
    xml_.element("TransactionDate", v.day.iso());
    element("SourceID", v.maker, kMiddle1, whose);
    xml_.element("TransactionType", v.closing ? "closing" : v.reverses != 0 ? "correction" : "normal");
    element("Description", v.summary, kLong, whose);
    xml_.element("SystemEntryDate", day_of(v.created_ms).iso());
    xml_.element("GLPostingDate", v.day.iso());
    element("SystemID", std::to_string(v.id), kShort, whose);
    for (std::size_t i = 0; i < v.lines.size(); ++i) {
      const ledger::Line& line = v.lines[i];
      xml_.open("Line");
      xml_.element("RecordID", std::to_string(i + 1));
      xml_.element("AccountID", line.account);
      for (const auto& [dimension, item] : parse_aux(line.aux)) {
        xml_.open("Analysis");
        const auto code = codes_.find(dimension);
        element("AnalysisType", code == codes_.end() ? dimension : code->second, kCode, whose);
        element("AnalysisID", item, kLong, whose);
        xml_.close();
      }
      element("Description", line.summary.empty() ? v.summary : line.summary, kLong, whose);
      xml_.open(line.side == MIF_DEBIT ? "DebitAmount" : "CreditAmount");  // negative = a red entry on the same side
      xml_.element("Amount", line.fen.plain());
      xml_.close();
      xml_.close();
    }
    xml_.close();
  }

  const BookReader& reader_;
  XmlWriter xml_;
  std::map<std::string, std::string> codes_;
};

}  // namespace

void write_saft(const BookReader& reader, Day created, const Sink& sink) { Saft(reader, sink).write(created); }

}  // namespace mif::interchange
