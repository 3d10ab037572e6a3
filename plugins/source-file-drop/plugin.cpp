// SPDX-License-Identifier: Apache-2.0
#include <mutex>

#include "ferry/json_reader.h"
#include "mif/extensions.hpp"
#include "status.h"

namespace mif::source_file_drop {

namespace {

// One flow with its two ends.
struct Flow {
  Flow(ferry::Disk& disk, Source from) : source(std::move(from)), incoming(disk, source.incoming), delivery(incoming) {
    if (source.answers) answers.emplace(disk, *source.answers);
  }
  Source source;
  ferry::Incoming incoming;
  ferry::Delivery delivery;
  std::optional<ferry::Outgoing> answers;
};

void describe_job(JsonWriter& json, const char* name, const char* summary, std::initializer_list<std::pair<const char*, const char*>> params) {
  json.begin_object().field("name", name).field("summary", summary).field("permission", "exchange.run").key("params").begin_array();
  for (const auto& [param, text] : params) json.begin_object().field("name", param).field("required", false).field("summary", text).end_object();
  json.end_array().end_object();
}

std::map<std::string, std::string> read_params(std::string_view text) {
  std::map<std::string, std::string> params;
  if (text.empty()) return params;
  ferry::JsonReader json(text, "参数 (parameters)");
  json.object([&](std::string_view name) { params[std::string(name)] = json.text(100); });
  json.end();
  return params;
}

std::int64_t number(const std::map<std::string, std::string>& params, const char* name) {
  const auto found = params.find(name);
  if (found == params.end() || found->second.empty() || found->second.size() > 10 || found->second.find_first_not_of("0123456789") != std::string::npos)
    throw Error(MIF_E_INVALID, "ferry.number", std::string("--") + name + " 应为包号 (expects the number of a bundle)");
  return std::stoll(found->second);
}

constexpr std::int64_t kMostRepeated = 1000, kAnswersKept = 5000;

}  // namespace

// 网闸摆渡来源: bundles from a folder become documents, states go back as bundles. Calls on one flow come one at a time. [worker, serialized]
class SourceFileDrop : public Plugin, public BusinessSource, public JobProvider {
 public:
  explicit SourceFileDrop(const mif_host* host) : Plugin(host) {}

  void activate(Call call) override {
    config_ = std::make_unique<Config>(*this);
    clock_ = std::make_unique<Clock>(*this);
    log_ = std::make_unique<Log>(*this);
    for (auto& source : read_settings(*config_, call)) flows_.push_back(std::make_unique<Flow>(disk_, std::move(source)));
  }
  void deactivate() override {
    const std::lock_guard lock(mutex_);
    flows_.clear();
  }
  const void* extension(std::string_view id) override {
    if (id == MIF_BUSINESS_SOURCE_ID) return BusinessSource::abi();
    if (id == MIF_JOB_ID) return job_abi();
    return nullptr;
  }

  std::string describe(Call) override {
    const std::lock_guard lock(mutex_);
    JsonWriter json;
    json.begin_object().field("source", "source-file-drop").key("feeds").begin_array();
    for (const auto& flow : flows_) json.value(flow->source.feed);
    return json.end_array().end_object().take();
  }

  void fetch(Call, std::string_view feed, std::string_view cursor, std::uint32_t limit, mif_doc_sink& sink) override {
    const std::lock_guard lock(mutex_);
    Flow& flow = find(feed);
    ferry::Scan scan;
    const auto documents = flow.delivery.fetch(cursor, limit ? limit : 200, clock_->now_unix_ms(), scan);
    tell(flow, scan);
    for (const auto& d : documents) {
      const std::string at = ferry::write_cursor(d.at);
      auto doc = sized<mif_doc>();
      doc.day = d.entry.doc_day >= 0 && d.entry.doc_day <= 99991231 ? static_cast<mif_day>(d.entry.doc_day) : 0;
      doc.feed = s(flow.source.feed);
      doc.key = s(d.entry.doc_no);
      doc.version = d.entry.version >= 0 && d.entry.version <= 1000000 ? static_cast<std::int32_t>(d.entry.version) : 0;
      doc.withdrawn = d.entry.withdrawn ? 1 : 0;
      doc.cursor = s(at);
      doc.type = s(d.entry.doc_type);
      doc.payload_json = s(d.entry.payload);
      if (sink.on(&sink, &doc) != 0) return;
    }
  }

  // Answers are durable in the folder of sent bundles before this returns. One-way: there is nobody to tell, and that is no failure.
  void ack(Call, const mif_ack* acks, std::uint32_t n) override {
    const std::lock_guard lock(mutex_);
    std::map<Flow*, std::vector<ferry::Answer>> rows;
    for (std::uint32_t i = 0; i < n; ++i) {
      const mif_ack& a = acks[i];
      Flow& flow = find(view(a.feed));
      if (!MIF_HAS(&a, cursor) || a.cursor.n == 0) throw Error(MIF_E_INVALID, "ferry.cursor", "回告缺少位置 (an acknowledgement needs the cursor of its document): " + str(a.key));
      const ferry::Cursor at = ferry::read_cursor(view(a.cursor));
      rows[&flow].push_back({at.feed, str(a.key), str(a.state), str(a.reason), str(a.voucher), at.seq, a.version, clock_->now_unix_ms()});
    }
    for (const auto& [flow, answers] : rows) answer(*flow, answers);
  }

  std::string jobs(Call) override {
    JsonWriter json;
    json.begin_object().key("jobs").begin_array();
    describe_job(json, "ferry status", "各摆渡流收到多少、缺哪些包、隔离了什么; 有要处理的则退出码 3", {{"source", "只看一个来源"}});
    describe_job(json, "ferry answer", "向对方报告已收到和缺少的包号", {{"source", "只报一个来源"}});
    describe_job(json, "ferry repeat", "把发过的回告包再放入发件夹", {{"source", "来源"}, {"from", "起始包号"}, {"to", "终止包号"}});
    return json.end_array().end_object().take();
  }

  std::string run(Call, std::string_view name, std::string_view params_json, Progress) override {
    const std::lock_guard lock(mutex_);
    auto params = read_params(params_json);
    std::vector<Flow*> chosen;
    for (const auto& flow : flows_)
      if (params["source"].empty() || params["source"] == flow->source.name) chosen.push_back(flow.get());
    if (chosen.empty()) throw Error(MIF_E_NOT_FOUND, "ferry.source-unknown", "没有配置摆渡来源 (no such source of the ferry) \"" + params["source"] + "\"");
    if (name == "ferry status") return status(chosen);
    std::int64_t n = 0;
    for (Flow* flow : chosen) {
      if (!flow->answers) continue;
      if (name == "ferry answer") {
        answer(*flow, {});
        ++n;
      } else if (name == "ferry repeat") {
        const std::int64_t from = number(params, "from"), to = number(params, "to");
        if (to < from || to - from >= kMostRepeated) throw Error(MIF_E_INVALID, "ferry.number", "一次最多 " + std::to_string(kMostRepeated) + " 个包 (at most so many bundles at once)");
        std::vector<std::int64_t> numbers;
        for (std::int64_t seq = from; seq <= to; ++seq) numbers.push_back(seq);
        n += flow->answers->repeat(numbers);
      } else {
        throw Error(MIF_E_NOT_FOUND, "ferry.job-unknown", "没有这个命令 (no such job) \"" + std::string(name) + "\"");
      }
    }
    JsonWriter json;
    json.begin_object().field("kind", "FerryAnswerList").key("items").begin_array().end_array().field("exit", 0).field("summary", "放入发件夹 " + std::to_string(n) + " 个回告包");
    return json.end_object().take();
  }

 private:
  Flow& find(std::string_view feed) {
    for (const auto& flow : flows_)
      if (feed == flow->source.feed) return *flow;
    throw Error(MIF_E_NOT_FOUND, "ferry.source-unknown", "没有配置摆渡来源 (no such source of the ferry) \"" + std::string(feed) + "\"");
  }

  void answer(Flow& flow, const std::vector<ferry::Answer>& rows) {
    if (!flow.answers) return;
    tell(flow, flow.incoming.scan(clock_->now_unix_ms()));  // so that `missing` is of now
    const ferry::Sent last = flow.answers->last();
    const std::string text = ferry::write_answers(ferry::head_of(flow.source.incoming.flow, flow.incoming.state()), rows);
    flow.answers->send(last, {{ferry::kAnswers, text}}, static_cast<std::int64_t>(rows.size()), Fen(), {}, clock_->now_unix_ms());
    if (flow.source.repeat > 0) flow.answers->repeat_last(flow.source.repeat + 1);
    flow.answers->prune(last.seq - kAnswersKept);
  }

  std::string status(const std::vector<Flow*>& chosen) {
    std::vector<Looked> looked;
    for (Flow* flow : chosen) {
      Looked one{&flow->source, flow->incoming.scan(clock_->now_unix_ms()), {}};
      one.state = flow->incoming.state();
      tell(*flow, one.scan);
      looked.push_back(std::move(one));
    }
    return status_list(looked, clock_->now_unix_ms());
  }

  void tell(const Flow& flow, const ferry::Scan& scan) {
    if (scan.quarantined == 0 && scan.stuck.empty()) return;
    JsonWriter json;
    json.begin_object().field("source", flow.source.name).field("flow", flow.source.incoming.flow).field("quarantined", scan.quarantined).field("stuck", std::int64_t(scan.stuck.size())).end_object();
    log_->warn("ferry.quarantined", json.str());
  }

  std::unique_ptr<Config> config_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Log> log_;
  ferry::RealDisk disk_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Flow>> flows_;
};

}  // namespace mif::source_file_drop

MIF_PLUGIN(mif::source_file_drop::SourceFileDrop, "source-file-drop", "1.0.0", MIF_LIST("mif.business-source/1", "mif.job/1"), MIF_LIST("mif.config/1", "mif.clock/1", "mif.log/1"))
