// SPDX-License-Identifier: Apache-2.0
// A command of its own for mifctl, the scheduler and the console: "example balance" adds up a year's balances of every book
// the caller may see and finds the ones that do not balance.
#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace {

using namespace mif;

class BalanceJob : public Plugin, public JobProvider {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_JOB_ID ? job_abi() : nullptr; }

  std::string jobs(Call) override {
    return R"({"jobs":[{"name":"example balance","summary":"逐个账套试算平衡","permission":"ledger.read",
      "params":[{"name":"year","required":true,"summary":"年度，如 2023"}]}]})";
  }

  std::string run(Call call, std::string_view name, std::string_view params, Progress progress) override {
    if (name != "example balance") throw Error(MIF_E_NOT_FOUND, "没有这个任务 (no such job): " + std::string(name));
    const int year = year_of(params);
    const LedgerRead ledger(*this);
    const auto books = ledger.books(call);
    JsonWriter json;
    json.begin_object().field("kind", "BalanceList").key("items").begin_array();
    int done = 0, findings = 0;
    for (const auto& book : books) {
      if (call.cancelled()) throw Error(MIF_E_CANCELLED, "已停止 (stopped)");  // long work looks up from time to time
      progress(book.code, done++, static_cast<std::int64_t>(books.size()));
      Fen debit, credit;
      for (const auto& row : ledger.balances(call, book.code, year, 13)) {
        debit += row.debit;
        credit += row.credit;
      }
      findings += debit != credit;
      json.begin_object().field("book", book.code).field("debit", debit).field("credit", credit).field("balanced", debit == credit ? "是" : "否").end_object();
    }
    json.end_array().field("exit", findings ? 3 : 0).field("summary", std::to_string(done) + " 个账套，" + std::to_string(findings) + " 个不平").end_object();
    return json.take();
  }

 private:
  // The params are one flat object of strings; a job with more than one would read them with a JSON library.
  static int year_of(std::string_view params) {
    const auto key = params.find("\"year\"");
    const auto from = key == std::string_view::npos ? key : params.find_first_of("0123456789", key);
    if (from == std::string_view::npos || params.size() - from < 4) throw Error(MIF_E_INVALID, "缺少参数 year (year is missing)，如 --year 2023");
    int year = 0;
    for (const char c : params.substr(from, 4)) {
      if (c < '0' || c > '9') throw Error(MIF_E_INVALID, "year 应为四位年度 (a year has four digits)");
      year = year * 10 + (c - '0');
    }
    return year;
  }
};

}  // namespace

MIF_PLUGIN(BalanceJob, "example-job", "1.0.0", MIF_LIST(MIF_JOB_ID), MIF_LIST(MIF_LEDGER_READ_ID))
