// SPDX-License-Identifier: Apache-2.0
// A well-behaved plugin that uses every host service once, one job per question. Params are passed on as plain text.
#include "mif/extensions.hpp"
#include "mif/info.hpp"
#include "mif/sdk.hpp"
#include "mif/services.hpp"

namespace mif::probe {

class Probe : public Plugin, public JobProvider {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_JOB_ID ? job_abi() : nullptr; }

  std::string jobs(Call) override { return R"({"jobs":[{"name":"probe note","summary":"记一笔","permission":"voucher.propose","params":[]}]})"; }

  std::string run(Call call, std::string_view name, std::string_view p, Progress progress) override {
    const std::string params(p);
    progress("probe", 0, 1);
    if (name == "note" || name == "probe note") return note(call, params);
    if (name == "notes") return notes(call);
    if (name == "throw after note") {
      Txn txn = Store(*this).write(call);
      txn.execute("insert into x_probe_thing (name, fen, note) values (?, ?, ?)", {"lost", 1, Value()});
      throw Error(MIF_E_CONFLICT, "changed my mind");
    }
    if (name == "two transactions") {
      Txn first = Store(*this).write(call);
      Txn second = Store(*this).read(call);
    }
    if (name == "flags") {
      const auto before = call.get()->flags;
      Txn txn = Store(*this).write(call);
      return std::to_string(before) + std::to_string(call.get()->flags);
    }
    if (name == "propose") return propose(call, params);
    if (name == "withdraw") {
      Txn txn = Store(*this).write(call);
      LedgerPropose(*this).withdraw(txn, std::stoll(params), "不要了");
      txn.commit();
      return "gone";
    }
    if (name == "books") {
      std::string codes;
      for (const auto& b : LedgerRead(*this).books(call)) codes += b.code + " " + b.unit_name + " " + b.open.iso() + ";";
      return codes;
    }
    if (name == "balances") return std::to_string(LedgerRead(*this).balances(call, params, 2023, 12).size());
    if (name == "voucher") {
      std::vector<LineRow> lines;
      const auto head = LedgerRead(*this).voucher(call, std::stoll(params), &lines);
      return head.maker + " " + head.total.plain() + " " + std::to_string(lines.size()) + " " + lines.at(0).account_name;
    }
    if (name == "vouchers") {
      VoucherQuery query;
      query.source_plugin = "probe";
      query.limit = 2;
      return std::to_string(LedgerRead(*this).vouchers(call, query).size());
    }
    if (name == "decide") {
      Txn txn = Store(*this).write(call);
      const auto head = LedgerRead(*this).voucher(call, std::stoll(params), nullptr, &txn);
      const auto state = Workflow(*this).decide(txn, head.workflow_instance, "review", true, head.content_hash, "同意");
      txn.commit();
      return std::to_string(state.state);
    }
    if (name == "start voucher flow") {
      Txn txn = Store(*this).write(call);
      Workflow(*this).start(txn, "voucher-receipt", "990000", "voucher", params, "d", Fen(1));
    }
    if (name == "own") return Config(*this).own(call).require("colour", "mif.info");
    if (name == "info") return Config(*this).info(call, params).children.at(0).key;
    if (name == "bytes") return Config(*this).bytes(call, params);
    if (name == "secret") return Config(*this).secret(call, params);
    if (name == "secret in txn") {
      Txn txn = Store(*this).write(call);
      return Config(*this).secret(call, params);
    }
    if (name == "whoami") return Identity(*this).whoami(call);
    if (name == "require") {
      Identity(*this).require(call, params, "990000");
      return "allowed";
    }
    if (name == "day") return Clock(*this).business_day().iso();
    if (name == "log") {
      Log(*this).info("probe.said", params);
      return "logged";
    }
    if (name == "audit") {
      Txn txn = Store(*this).write(call);
      Audit(*this).append(txn, "990000", "voucher.post", "voucher:1", params);
      txn.commit();
      return "appended";
    }
    if (name == "print" || name == "print notes") {
      std::vector<std::string> notes;
      const std::string file = Print(*this).table(call, params, "pdf", &notes);
      std::string said;
      for (const auto& note : notes) said += note + ";";
      return name == "print" ? file : said;
    }
    if (name == "export") return Print(*this).table(call, params, "csv");
    if (name == "object") return Objects(*this).get(call, Objects(*this).put(call, params));
    if (name == "schedule") {
      Txn txn = Store(*this).write(call);
      Jobs(*this).schedule(txn, "tick", params, R"({"name":"from the schedule"})", Clock(*this).now_unix_ms());
      txn.commit();
      return "scheduled";
    }
    if (name == "always fails") throw Error(MIF_E_UNAVAILABLE, "not today");
    if (name == "sql") {
      Txn txn = Store(*this).read(call);
      txn.query(params, {}, [](const Row&) { return true; });
      return "read";
    }
    if (name == "invoke") {
      const auto found = Registry(*this).providers<mif_job>(call, MIF_JOB_ID);
      for (const auto& [plugin, job] : found)
        if (plugin == "throws")
          Registry(*this).invoke(call, plugin, "misbehave", 0, [&, job = job](mif_call* c) { return job->run(job->self, c, s("misbehave"), s(""), nullptr, nullptr); });
      return "invoked";
    }
    throw Error(MIF_E_NOT_FOUND, "no job " + std::string(name));
  }

 private:
  std::string note(Call call, const std::string& name) {
    Txn txn = Store(*this).write(call);
    txn.execute("insert into x_probe_thing (name, fen, note) values (?, ?, ?) on conflict (name) do nothing", {name, Fen(9007199254740993), "备注"});
    const auto id = txn.next_id("thing");
    txn.commit();
    return id > 0 ? "noted" : "no id";
  }
  std::string notes(Call call) {
    std::string all;
    Txn txn = Store(*this).read(call);
    txn.query("select name, fen, note from x_probe_thing order by name", {}, [&](const Row& row) {
      all += row.text(0) + "=" + row.fen(1).plain() + ";";
      return true;
    });
    return all;
  }
  std::string propose(Call call, const std::string& key_and_maker) {
    const auto bar = key_and_maker.find('|');
    VoucherDraft draft;
    draft.day = Day(2023, 6, 15);
    draft.book = "990000-310";
    draft.word = "转";
    draft.source_key = key_and_maker.substr(0, bar);
    draft.summary = "探针凭证";
    if (bar != std::string::npos) draft.maker = key_and_maker.substr(bar + 1);
    draft.lines = {{MIF_DEBIT, Fen(12345), "1201", "", "暂付"}, {MIF_CREDIT, Fen(12345), "2101", "", "暂收"}};
    Txn txn = Store(*this).write(call);
    const auto id = LedgerPropose(*this).propose(txn, draft);
    txn.commit();
    return std::to_string(id);
  }
};

}  // namespace mif::probe

MIF_PLUGIN(mif::probe::Probe, "probe", "1.0.0", MIF_LIST(MIF_JOB_ID),
           MIF_LIST(MIF_STORE_ID, MIF_LEDGER_PROPOSE_ID, MIF_LEDGER_READ_ID, MIF_WORKFLOW_ID, MIF_REGISTRY_ID, MIF_CONFIG_ID, MIF_CLOCK_ID, MIF_INFO_ID,
                    MIF_LOG_ID, MIF_AUDIT_ID, MIF_OBJECTS_ID, MIF_PRINT_ID, MIF_JOBS_ID, MIF_IDENTITY_ID))
