// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "kernel/audit/lookup.h"
#include "kernel/base/amount_in_words.h"
#include "kernel/web/voucher_json.h"

namespace mif::web {
namespace {

constexpr std::string_view kStates[] = {"", "draft", "submitted", "approved", "posted", "void"};

std::string_view name_of(workflow::FlowState state) {
  switch (state) {
    case workflow::FlowState::open: return "open";
    case workflow::FlowState::approved: return "approved";
    case workflow::FlowState::rejected: return "rejected";
    case workflow::FlowState::cancelled: return "cancelled";
  }
  return "";
}

// "insutype=310;mode=1" with the names people use: "险种: 职工基本医疗保险；..."; open dimensions keep their code.
std::string aux_text(const chart::Chart& chart, std::string_view aux) {
  std::string text;
  while (!aux.empty()) {
    const auto semicolon = aux.find(';');
    const std::string_view one = aux.substr(0, semicolon);
    const auto equals = one.find('=');
    const std::string_view dimension = one.substr(0, equals), item = equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1);
    std::string name(dimension), value(item);
    for (const auto& type : chart.aux_types()) {
      if (type.code != dimension) continue;
      name = type.name;
      if (const chart::AuxItem* known = type.find(item)) value = known->name;
    }
    if (!text.empty()) text += "；";
    text += name + "：" + value;
    if (semicolon == std::string_view::npos) break;
    aux.remove_prefix(semicolon + 1);
  }
  return text;
}

std::string etag_of(const ledger::Voucher& voucher, std::size_t decisions) {
  return "\"" + std::to_string(voucher.id) + "-" + std::to_string(static_cast<int>(voucher.state)) + "-" + std::to_string(decisions) + "-" +
         voucher.content_hash.substr(0, 12) + "\"";
}

std::vector<workflow::Decision> decisions_of(Api& api, store::Txn& txn, const ledger::Voucher& voucher) {
  if (voucher.workflow_instance == 0) return {};
  return api.deployment.workflow().decisions(txn, voucher.workflow_instance);
}

void write_lines(JsonWriter& json, const ledger::Voucher& voucher, const chart::Chart& chart) {
  json.key("lines").begin_array();
  int number = 0;
  for (const auto& line : voucher.lines) {
    const chart::Account* account = chart.find(line.account);
    json.begin_object().field("line", ++number).field("summary", line.summary.empty() ? voucher.summary : line.summary);
    json.field("account", line.account).field("accountName", account ? account->full_name : std::string());
    json.field("aux", line.aux).field("auxText", aux_text(chart, line.aux));
    json.field(line.side == MIF_DEBIT ? "debit" : "credit", line.fen).end_object();
  }
  json.end_array();
}

void write_flow(JsonWriter& json, Api& api, store::Txn& txn, const ledger::Voucher& voucher) {
  json.key("flow");
  if (voucher.workflow_instance == 0) {
    json.null();
    return;
  }
  const auto instance = api.deployment.workflow().instance(txn, voucher.workflow_instance);
  const workflow::FlowDef* flow = nullptr;
  try {
    flow = &api.deployment.workflow().flow(instance.flow);
  } catch (const Error&) {  // a flow of an earlier configuration: the instance still tells where it stands
  }
  json.begin_object().field("name", instance.flow).field("title", flow ? flow->title : instance.flow).field("state", name_of(instance.state));
  json.field("node", instance.node).key("nodes").begin_array();
  if (flow)
    for (const auto& node : flow->nodes) json.begin_object().field("name", node.name).field("role", node.role).field("plugin", node.plugin).end_object();
  json.end_array().end_object();
}

}  // namespace

std::string_view state_name(ledger::State state) { return kStates[static_cast<int>(state)]; }

int state_of(std::string_view name) {
  for (int i = 1; i < static_cast<int>(std::size(kStates)); ++i)
    if (kStates[i] == name) return i;
  return 0;
}

void write_head(JsonWriter& json, const ledger::Voucher& v) {
  json.field("id", std::to_string(v.id)).field("book", v.book).field("period", v.period.iso()).field("day", v.day.iso());
  json.field("word", v.word).field("number", v.number).field("state", state_name(v.state)).field("summary", v.summary);
  json.field("total", v.total).field("attachments", v.attachments).field("closing", v.closing);
  json.field("sourcePlugin", v.source_plugin).field("sourceKey", v.source_key).field("maker", v.maker).field("reviewer", v.reviewer).field("poster", v.poster);
  json.field("cashier", v.cashier);
  if (v.parts != 0) json.field("part", v.part).field("parts", v.parts).field("lead", std::to_string(v.lead));
  if (v.reverses != 0) json.field("reverses", std::to_string(v.reverses));
}

std::string voucher_etag(Api& api, store::Txn& txn, const ledger::Voucher& voucher) {
  return etag_of(voucher, decisions_of(api, txn, voucher).size());
}

std::string voucher_body(Api& api, store::Txn& txn, const ledger::Book& book, const ledger::Voucher& voucher, std::string& etag) {
  const auto chart = api.deployment.charts().load(txn, book.chart, book.unit, voucher.day);
  const auto decisions = decisions_of(api, txn, voucher);
  etag = etag_of(voucher, decisions.size());

  std::map<std::string, std::string> names;  // of the few people who touched it
  const auto name_of_person = [&](const std::string& login) -> std::string {
    const auto [found, fresh] = names.try_emplace(login);
    if (fresh && !login.empty()) {
      try {
        found->second = api.deployment.identity().caller(txn, login).name;
      } catch (const Error&) {  // "system", or a person of another deployment: the login says enough
      }
    }
    return found->second;
  };

  JsonWriter json;
  json.begin_object();
  write_head(json, voucher);
  json.field("bookName", book.name).field("unit", book.unit).field("contentHash", voucher.content_hash);
  json.field("makerName", name_of_person(voucher.maker)).field("reviewerName", name_of_person(voucher.reviewer));
  json.field("posterName", name_of_person(voucher.poster));
  json.field("createdAt", instant(voucher.created_ms));
  if (voucher.posted_ms != 0) json.field("postedAt", instant(voucher.posted_ms));
  json.field("totalInWords", amount_in_words(voucher.total));
  write_lines(json, voucher, *chart);
  json.key("files").begin_array();
  for (const auto& f : voucher.files) json.begin_object().field("digest", f.digest).field("name", f.name).field("mediaType", f.media_type).field("bytes", f.bytes).end_object();
  json.end_array().key("warnings").begin_array();
  for (const auto& w : api.deployment.ledger().warnings(txn, voucher)) json.begin_object().field("rule", w.rule).field("message", w.sentence).end_object();
  json.end_array();
  write_flow(json, api, txn, voucher);
  json.key("decisions").begin_array();
  for (const auto& d : decisions)
    json.begin_object().field("node", d.node).field("actor", d.actor).field("actorName", name_of_person(d.actor)).field("approve", d.approve)
        .field("comment", d.comment).field("at", instant(d.at_ms)).end_object();
  json.end_array().key("log").begin_array();
  audit::entries_about(txn, book.unit, "voucher:" + std::to_string(voucher.id), 50, [&](const audit::Entry& e) {
    json.begin_object().field("seq", e.seq).field("at", instant(e.at_ms)).field("action", e.action).field("actor", e.actor)
        .field("origin", e.origin).field("hash", e.hash).end_object();
  });
  json.end_array().end_object();
  return json.take();
}

}  // namespace mif::web
