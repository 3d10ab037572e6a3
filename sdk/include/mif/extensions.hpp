// SPDX-License-Identifier: Apache-2.0
// One base class per extension point: override the virtuals, return abi() from Plugin::extension(). No function pointers.
#ifndef MIF_EXTENSIONS_HPP
#define MIF_EXTENSIONS_HPP

#include <algorithm>
#include <string>
#include <vector>

#include "mif/ext/bank_adapter.h"
#include "mif/ext/business_source.h"
#include "mif/ext/close_check.h"
#include "mif/ext/draft/payable_source.h"
#include "mif/ext/draft/statement_format.h"
#include "mif/ext/figure_source.h"
#include "mif/ext/job.h"
#include "mif/ext/report_template.h"
#include "mif/ext/web_module.h"
#include "mif/json.hpp"
#include "mif/sdk.hpp"

namespace mif {

class BusinessSource {
 public:
  BusinessSource() : c_(sized<mif_business_source>()) {
    c_.self = this;
    c_.describe = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).describe(Call(c))); }); };
    c_.fetch = [](void* p, mif_call* c, mif_str feed, mif_str cursor, std::uint32_t limit, mif_doc_sink* out) {
      return guard(c, [&] { me(p).fetch(Call(c), view(feed), view(cursor), limit, *out); });
    };
    c_.ack = [](void* p, mif_call* c, const mif_ack* acks, std::uint32_t n) { return guard(c, [&] { me(p).ack(Call(c), acks, n); }); };
    c_.totals = [](void* p, mif_call* c, mif_str feed, std::int32_t year, std::int32_t month, mif_business_total_sink* out) {
      return guard(c, [&] { me(p).totals(Call(c), view(feed), Period{year, month}, *out); });
    };
    c_.keys = [](void* p, mif_call* c, mif_str feed, std::int32_t year, std::int32_t month, mif_str type, mif_str book, mif_str cursor, std::uint32_t limit, mif_business_key_sink* out) {
      return guard(c, [&] { me(p).keys(Call(c), view(feed), Period{year, month}, view(type), view(book), view(cursor), limit, *out); });
    };
  }
  virtual ~BusinessSource() = default;
  virtual std::string describe(Call) = 0;
  virtual void fetch(Call, std::string_view feed, std::string_view cursor, std::uint32_t limit, mif_doc_sink&) = 0;
  virtual void ack(Call, const mif_ack*, std::uint32_t n) = 0;
  // A source that can say what it has; without them the comparison with the books says that it could not look.
  virtual void totals(Call, std::string_view feed, Period, mif_business_total_sink&) { cannot_compare(feed); }
  virtual void keys(Call, std::string_view feed, Period, std::string_view /*type*/, std::string_view /*book*/, std::string_view /*cursor*/, std::uint32_t /*limit*/, mif_business_key_sink&) {
    cannot_compare(feed);
  }
  const mif_business_source* abi() const { return &c_; }

 private:
  static BusinessSource& me(void* p) { return *static_cast<BusinessSource*>(p); }
  [[noreturn]] static void cannot_compare(std::string_view feed) {
    throw Error(MIF_E_UNSUPPORTED, "source.no-totals", "来源 " + std::string(feed) + " 不提供对账合计 (the source does not say what it has)");
  }
  mif_business_source c_;
};

// A packet on the wire, told to whoever keeps them.
struct PacketNote {
  std::int32_t direction = MIF_PACKET_OUT, end = MIF_WIRE_LEAVING;
  std::string operation, text, sha256, reason;
  std::int64_t bytes = 0;
  std::vector<std::string> client_refs;
};
// False: it could not be kept, and what is leaving must stay. True also where nobody keeps packets.
template <class Sink>  // mif_pay_sink, mif_statement_sink, mif_receipt_sink, mif_packet_sink
bool tell_packet(Sink& sink, const PacketNote& note) {
  if (!MIF_HAS(&sink, packet) || !sink.packet) return true;
  std::vector<mif_str> refs;
  for (const auto& ref : note.client_refs) refs.push_back(s(ref));
  mif_packet packet = sized<mif_packet>();
  packet.direction = note.direction;
  packet.end = note.end;
  packet.operation = s(note.operation);
  packet.text = s(note.text);
  packet.sha256 = s(note.sha256);
  packet.bytes = note.bytes;
  packet.reason = s(note.reason);
  packet.client_refs = refs.data();
  packet.client_ref_count = static_cast<std::uint32_t>(refs.size());
  return sink.packet(&sink, &packet) == 0;
}

class BankAdapter {
 public:
  BankAdapter() : c_(sized<mif_bank_adapter>()) {
    c_.self = this;
    c_.describe = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).describe(Call(c))); }); };
    c_.submit = [](void* p, mif_call* c, mif_str link, const mif_payment* payments, std::uint32_t n, mif_pay_sink* out) {
      return guard(c, [&] { me(p).submit(Call(c), view(link), payments, n, *out); });
    };
    c_.query = [](void* p, mif_call* c, mif_str link, mif_str account, const mif_str* refs, std::uint32_t n, mif_pay_sink* out) {
      return guard(c, [&] { me(p).query(Call(c), view(link), view(account), refs, n, *out); });
    };
    c_.statement = [](void* p, mif_call* c, mif_str link, mif_str account, mif_day from, mif_day to, mif_statement_sink* out) {
      return guard(c, [&] { me(p).statement(Call(c), view(link), view(account), Day(from), Day(to), *out); });
    };
    c_.balance = [](void* p, mif_call* c, mif_str link, mif_str account, mif_fen* out) {
      return guard(c, [&] { *out = me(p).balance(Call(c), view(link), view(account)).value(); });
    };
    c_.balance_told = [](void* p, mif_call* c, mif_str link, mif_str account, mif_fen* out, mif_packet_sink* packets) {
      return guard(c, [&] { *out = me(p).balance_told(Call(c), view(link), view(account), *packets).value(); });
    };
    c_.receipts = [](void* p, mif_call* c, mif_str link, mif_str account, mif_day from, mif_day to, mif_receipt_sink* out) {
      return guard(c, [&] { me(p).receipts(Call(c), view(link), view(account), Day(from), Day(to), *out); });
    };
  }
  virtual ~BankAdapter() = default;
  virtual std::string describe(Call) = 0;
  virtual void submit(Call, std::string_view link, const mif_payment*, std::uint32_t n, mif_pay_sink&) = 0;
  virtual void query(Call, std::string_view link, std::string_view account, const mif_str* refs, std::uint32_t n, mif_pay_sink&) = 0;
  virtual void statement(Call, std::string_view link, std::string_view account, Day from, Day to, mif_statement_sink&) = 0;
  virtual Fen balance(Call, std::string_view link, std::string_view account) = 0;
  virtual Fen balance_told(Call call, std::string_view link, std::string_view account, mif_packet_sink&) { return balance(call, link, account); }
  virtual void receipts(Call, std::string_view link, std::string_view /*account*/, Day /*from*/, Day /*to*/, mif_receipt_sink&) {
    throw Error(MIF_E_UNSUPPORTED, "bank.no-receipts", "银行链接 " + std::string(link) + " 不提供电子回单 (no receipts through this link)");
  }
  const mif_bank_adapter* abi() const { return &c_; }

 private:
  static BankAdapter& me(void* p) { return *static_cast<BankAdapter*>(p); }
  mif_bank_adapter c_;
};

class ReportTemplate {
 public:
  ReportTemplate() : c_(sized<mif_report_template>()) {
    c_.self = this;
    c_.describe = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).describe(Call(c))); }); };
    c_.present = [](void* p, mif_call* c, mif_str table, mif_fen fen, mif_text_sink* out) {
      return guard(c, [&] { emit(out, me(p).present(Call(c), view(table), Fen(fen))); });
    };
    c_.package = [](void* p, mif_call* c, mif_str task, mif_cell_source* cells, mif_text_sink* out) {
      return guard(c, [&] { emit(out, me(p).package(Call(c), view(task), *cells)); });
    };
    c_.describe_package = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).describe_package(Call(c))); }); };
    c_.unpack = [](void* p, mif_call* c, mif_str bytes, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).unpack(Call(c), view(bytes))); }); };
  }
  virtual ~ReportTemplate() = default;
  virtual std::string describe(Call) = 0;
  // Unless a ministry prints otherwise, as its tables say.
  virtual std::string present(Call, std::string_view table, Fen) {
    throw Error(MIF_E_UNSUPPORTED, "report.presented-by-table", "表 " + std::string(table) + " 按它自己的 unit 和 decimals 打印 (printed as the table says)");
  }
  virtual std::string package(Call, std::string_view task_json, mif_cell_source&) = 0;
  virtual std::string describe_package(Call) { return {}; }  // nothing: the data package is what is handed in
  virtual std::string unpack(Call, std::string_view /*bytes*/) { throw Error(MIF_E_UNSUPPORTED, "report.no-receipts", "这个部门的报表插件不读回执 (no receipts of this ministry are read)"); }
  const mif_report_template* abi() const { return &c_; }

 private:
  static ReportTemplate& me(void* p) { return *static_cast<ReportTemplate*>(p); }
  mif_report_template c_;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body, etag;
};

class WebModule {
 public:
  WebModule() : c_(sized<mif_web_module>()) {
    c_.self = this;
    c_.routes = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).routes(Call(c))); }); };
    c_.handle = [](void* p, mif_call* c, const mif_http_request* request, mif_http_response* response) {
      return guard(c, [&] {
        const HttpResponse answer = me(p).handle(Call(c), *request);
        response->send(response, answer.status, s(answer.content_type), s(answer.etag), s(answer.body));
      });
    };
  }
  virtual ~WebModule() = default;
  virtual std::string routes(Call) = 0;
  virtual HttpResponse handle(Call, const mif_http_request&) = 0;
  const mif_web_module* abi() const { return &c_; }

 private:
  static WebModule& me(void* p) { return *static_cast<WebModule*>(p); }
  mif_web_module c_;
};

class Progress {
 public:
  explicit Progress(mif_progress* c) : c_(c) {}
  void operator()(std::string_view what, std::int64_t done, std::int64_t total) const {
    if (c_) c_->on(c_, s(what), done, total);
  }

 private:
  mif_progress* c_;
};

// One entry of JobProvider::jobs. `params`: "book:its summary;code!:needed;file@:may stand without its name;id!@:both".
inline void write_job(JsonWriter& json, std::string_view name, std::string_view summary, std::string_view permission, std::string_view params) {
  json.begin_object().field("name", name).field("summary", summary).field("permission", permission).key("params").begin_array();
  while (!params.empty()) {
    const std::string_view one = params.substr(0, params.find(';'));
    params.remove_prefix(std::min(params.size(), one.size() + 1));
    const auto colon = one.find(':');
    std::string_view param = one.substr(0, colon);
    const bool positional = param.back() == '@';
    if (positional) param.remove_suffix(1);
    const bool required = param.back() == '!';
    if (required) param.remove_suffix(1);
    json.begin_object().field("name", param).field("required", required).field("positional", positional).field("summary", one.substr(colon + 1)).end_object();
  }
  json.end_array().end_object();
}

class JobProvider {
 public:
  JobProvider() : c_(sized<mif_job>()) {
    c_.self = this;
    c_.list = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).jobs(Call(c))); }); };
    c_.run = [](void* p, mif_call* c, mif_str name, mif_str params, mif_progress* progress, mif_text_sink* out) {
      return guard(c, [&] { emit(out, me(p).run(Call(c), view(name), view(params), Progress(progress))); });
    };
  }
  virtual ~JobProvider() = default;
  virtual std::string jobs(Call) = 0;
  virtual std::string run(Call, std::string_view name, std::string_view params_json, Progress) = 0;
  const mif_job* job_abi() const { return &c_; }

 private:
  static JobProvider& me(void* p) { return *static_cast<JobProvider*>(p); }
  mif_job c_;
};

// What a close check found, told to the host one by one.
class CloseFindings {
 public:
  explicit CloseFindings(mif_close_sink& sink) : sink_(sink) {}
  void pass(std::string_view id, std::string_view title) const { tell(MIF_CLOSE_PASS, id, title, {}, {}); }
  // A pass when `detail` is empty, otherwise `result`.
  void unless(std::int32_t result, std::string_view id, std::string_view title, std::string_view detail, std::string_view link) const {
    tell(detail.empty() ? MIF_CLOSE_PASS : result, id, title, detail, link);
  }

 private:
  void tell(std::int32_t result, std::string_view id, std::string_view title, std::string_view detail, std::string_view link) const {
    mif_close_item item = sized<mif_close_item>();
    item.result = result;
    item.id = s(id);
    item.title = s(title);
    item.detail = s(detail);
    item.link = s(link);
    sink_.on(&sink_, &item);
  }
  mif_close_sink& sink_;
};

class CloseCheck {
 public:
  CloseCheck() : c_(sized<mif_close_check>()) {
    c_.self = this;
    c_.check = [](void* p, mif_call* c, mif_str book, std::int32_t year, std::int32_t month, mif_close_sink* out) {
      return guard(c, [&] { static_cast<CloseCheck*>(p)->check_close(Call(c), view(book), Period{year, month}, CloseFindings(*out)); });
    };
  }
  virtual ~CloseCheck() = default;
  virtual void check_close(Call, std::string_view book, Period, const CloseFindings&) = 0;
  const mif_close_check* close_check_abi() const { return &c_; }

 private:
  mif_close_check c_;
};

// Figures for reports, by family and name.
class FigureSource {
 public:
  struct Question {
    std::string_view family, name, unit, book, scheme;
    Period period;
    int months = 1;
    std::vector<std::string_view> arguments;
    std::string_view argument(std::size_t i) const { return i < arguments.size() ? arguments[i] : std::string_view(); }
  };
  struct Answer {
    std::int32_t kind = MIF_FIGURE_UNKNOWN;
    std::int64_t units = 0;
    std::int32_t scale = 0;
    std::string provenance;
    static Answer unknown(std::string why = {}) { return {MIF_FIGURE_UNKNOWN, 0, 0, std::move(why)}; }
    static Answer blank(std::string from = {}) { return {MIF_FIGURE_BLANK, 0, 0, std::move(from)}; }
    static Answer money(Fen fen, std::string from) { return {MIF_FIGURE_MONEY, fen.value(), 2, std::move(from)}; }
    static Answer number(std::int64_t units, std::int32_t scale, std::string from) { return {MIF_FIGURE_NUMBER, units, scale, std::move(from)}; }
  };
  FigureSource() : c_(sized<mif_figure_source>()) {
    c_.self = this;
    c_.describe = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).describe_figures(Call(c))); }); };
    c_.figures = [](void* p, mif_call* c, const mif_figure_query* queries, std::uint32_t n, mif_figure_sink* out) {
      return guard(c, [&] {
        std::vector<Question> questions;
        for (std::uint32_t i = 0; i < n; ++i) {
          const mif_figure_query& q = queries[i];
          Question one{view(q.family), view(q.name), view(q.unit), view(q.book), view(q.scheme), Period{q.year, q.month}, q.months, {}};
          for (std::uint32_t a = 0; a < q.n_arguments; ++a) one.arguments.push_back(view(q.arguments[a]));
          questions.push_back(std::move(one));
        }
        for (const auto& answer : me(p).figures(Call(c), questions)) {
          mif_figure f = sized<mif_figure>();
          f.kind = answer.kind;
          f.units = answer.units;
          f.scale = answer.scale;
          f.provenance = s(answer.provenance);
          if (out->on(out, &f)) return;
        }
      });
    };
  }
  virtual ~FigureSource() = default;
  virtual std::string describe_figures(Call) = 0;
  // One answer per question, in order.
  virtual std::vector<Answer> figures(Call, const std::vector<Question>&) = 0;
  const mif_figure_source* figure_source_abi() const { return &c_; }

 private:
  static FigureSource& me(void* p) { return *static_cast<FigureSource*>(p); }
  mif_figure_source c_;
};

// One or more file formats of bank statements.
class StatementFormat {
 public:
  struct Sniffed {
    int sure = 0;  // 0..100
    std::string format;
  };
  StatementFormat() : c_(sized<mif_statement_format>()) {
    c_.self = this;
    c_.describe = [](void* p, mif_call* c, mif_text_sink* out) { return guard(c, [&] { emit(out, me(p).describe_formats(Call(c))); }); };
    c_.sniff = [](void* p, mif_call* c, const std::uint8_t* head, std::uint64_t n, std::int32_t* sure, mif_text_sink* format) {
      return guard(c, [&] {
        const Sniffed found = me(p).sniff(std::string_view(reinterpret_cast<const char*>(head), n));
        *sure = found.sure;
        emit(format, found.format);
      });
    };
    c_.read = [](void* p, mif_call* c, mif_str format, mif_str options, mif_byte_source* bytes, mif_statement_events* events) {
      return guard(c, [&] { me(p).read_statements(Call(c), view(format), view(options), *bytes, *events); });
    };
  }
  virtual ~StatementFormat() = default;
  virtual std::string describe_formats(Call) = 0;
  virtual Sniffed sniff(std::string_view head) = 0;
  virtual void read_statements(Call, std::string_view format, std::string_view options, mif_byte_source&, mif_statement_events&) = 0;
  const mif_statement_format* statement_format_abi() const { return &c_; }

 private:
  static StatementFormat& me(void* p) { return *static_cast<StatementFormat*>(p); }
  mif_statement_format c_;
};

// The budget in force, 0: as told; flagged: what goes above it is paid, and the finding is kept with the payment.
struct PayableBudget {
  Fen limit;
  bool flagged = false;
};

class PayableSource {
 public:
  PayableSource() : c_(sized<mif_payable_source>()) {
    c_.self = this;
    c_.fetch = [](void* p, mif_call* c, std::int64_t after, std::uint32_t limit, mif_payable_sink* out) {
      return guard(c, [&] { static_cast<PayableSource*>(p)->fetch_payables(Call(c), after, limit, *out); });
    };
    c_.results = [](void* p, mif_call* c, const mif_payable_result* results, std::uint32_t n) {
      return guard(c, [&] { static_cast<PayableSource*>(p)->payable_results(Call(c), results, n); });
    };
    c_.again = [](void* p, mif_call* c, mif_str obligation, mif_fen fen, mif_fen* budget) {
      return guard(c, [&] { *budget = static_cast<PayableSource*>(p)->payable_again(Call(c), view(obligation), Fen(fen)).value(); });
    };
    c_.again_within = [](void* p, mif_call* c, mif_str obligation, mif_fen fen, mif_payable_budget* out) {
      return guard(c, [&] {
        const PayableBudget budget = static_cast<PayableSource*>(p)->payable_again_within(Call(c), view(obligation), Fen(fen));
        out->fen = budget.limit.value();
        out->flagged = budget.flagged ? 1 : 0;
      });
    };
  }
  virtual ~PayableSource() = default;
  virtual void fetch_payables(Call, std::int64_t after, std::uint32_t limit, mif_payable_sink&) = 0;
  // What became of them; the same may come again. Who does not care does nothing.
  virtual void payable_results(Call, const mif_payable_result*, std::uint32_t) {}
  // Money is going to be tried again; whoever holds nothing for it does nothing, whoever will not have it throws. The budget in force, 0: as told.
  virtual Fen payable_again(Call, std::string_view /*obligation*/, Fen) { return {}; }
  // The same, and whether above the budget is only flagged.
  virtual PayableBudget payable_again_within(Call call, std::string_view obligation, Fen fen) { return {payable_again(call, obligation, fen), false}; }
  const mif_payable_source* payable_abi() const { return &c_; }

 private:
  mif_payable_source c_;
};

}  // namespace mif
#endif
