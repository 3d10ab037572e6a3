// SPDX-License-Identifier: Apache-2.0
// Proposing vouchers and deciding on them. A client never posts: it proposes, and the flow's end posts.
#include <algorithm>
#include <charconv>

#include "kernel/ledger/locked.h"
#include "kernel/web/json_in.h"
#include "kernel/web/paging.h"
#include "kernel/web/voucher_json.h"

namespace mif::web {
namespace {

std::string idempotency_key(const Request& request) {
  std::string_view key = request.idempotency_key;
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);  // the draft RFC quotes it
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("._:-").find(c) != std::string_view::npos; };
  if (key.empty() || key.size() > 64 || !std::all_of(key.begin(), key.end(), fits))
    throw Problem("idempotency-key-required", "request.idempotency-key", "请求头 Idempotency-Key 应为 1 到 64 个字母、数字或 . _ : -");
  return std::string(key);
}

// Keys belong to the person who chose them: nobody can learn of, or collide with, another's.
std::string source_key(const Request& request) { return request.caller->login + "/" + idempotency_key(request); }

// A conflict may mean a closed period or the key; the ledger says both with one code.
bool key_is_taken(Api& api, const std::string& key) {
  ledger::VoucherQuery query;
  query.source_plugin = "api";
  query.source_key = key;
  query.limit = 1;
  bool taken = false;
  api.deployment.database().read([&](store::Txn& txn) { taken = !api.deployment.ledger().vouchers(txn, query).empty(); });
  return taken;
}

Response create(Api& api, Request& request) {
  require_json(request);
  const std::string key = source_key(request);
  ledger::Draft draft = read_draft(request.body);
  draft.source_plugin = "api";
  draft.source_key = key;
  draft.maker = request.caller->login;
  const bool save_only = request.param_or("draft", "false") == "true";

  Response response;
  ledger::Proposal proposal;
  try {
    api.deployment.database().write([&](store::Txn& txn) {
      const ledger::Book book = api.visible_book(txn, request, draft.book);
      request.caller->require("voucher.propose", book.unit);
      // The same key for another book would otherwise be another voucher.
      ledger::VoucherQuery earlier;
      earlier.source_plugin = draft.source_plugin;
      earlier.source_key = key;
      earlier.limit = 1;
      for (const auto& voucher : api.deployment.ledger().vouchers(txn, earlier))
        if (voucher.book != draft.book) throw Problem("idempotency-key-reused", "request.idempotency-key-reused", "这个 Idempotency-Key 已用于账套 " + voucher.book + " 的凭证");
      proposal = save_only ? api.deployment.save(txn, request.who(), draft) : api.deployment.propose(txn, request.who(), draft);
    });
  } catch (const Problem&) {
    throw;
  } catch (const Error& e) {
    if (e.code() == MIF_E_CONFLICT && key_is_taken(api, key)) throw Problem("idempotency-key-reused", e.what());
    throw;
  }
  api.deployment.database().read([&](store::Txn& txn) {
    const VisibleVoucher found = visible_voucher(api, txn, request, proposal.id);
    response.body = voucher_body(api, txn, found.book, found.voucher, response.etag);
  });
  response.status = 201;
  response.headers.emplace_back("Location", "/api/v1/vouchers/" + std::to_string(proposal.id));
  if (proposal.existed) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

struct Action {
  std::string name, comment;
};

Action read_action(const Request& request) {
  Action action{request.capture("action"), ""};
  if (request.body.empty()) return action;
  require_json(request);
  const JsonValue body = parse_json(request.body);
  if (body.kind != JsonValue::Kind::object) throw Problem("malformed-request", "正文应为 JSON 对象");
  for (const auto& [name, value] : body.members) {
    if (name != "comment") throw Problem("malformed-request", "不认识的字段", {{"/" + name, "只能有 comment"}});
    if (!value.is_text() || value.text.size() > 1000) throw Problem("malformed-request", "意见写法不对", {{"/comment", "应为不超过 1000 字节的文字"}});
    action.comment = value.text;
  }
  return action;
}

// The action is the name of the flow's open node ("review"), "reject" at that node, "submit" for a draft, or "withdraw".
void act(Api& api, store::Txn& txn, const Request& request, const VisibleVoucher& found, const Action& action) {
  const ledger::Voucher& voucher = found.voucher;
  if (action.name == "withdraw") {
    request.caller->require("voucher.propose", found.book.unit);
    if (voucher.maker != request.caller->login) throw Error(MIF_E_DENIED, "voucher.maker-withdraws", "只有制单人 " + voucher.maker + " 可以撤回这张凭证");
    api.deployment.withdraw(txn, request.who(), voucher.id, action.comment.empty() ? "制单人撤回" : action.comment);
    return;
  }
  if (action.name == "submit") {
    request.caller->require("voucher.propose", found.book.unit);
    api.deployment.resubmit(txn, request.who(), voucher.id);
    return;
  }
  if (voucher.workflow_instance == 0) throw Error(MIF_E_CONFLICT, "voucher.not-in-flow", "凭证没有在审批中");
  const auto instance = api.deployment.workflow().instance(txn, voucher.workflow_instance);
  const bool reject = action.name == "reject";
  if (!reject) {
    const auto& nodes = api.deployment.workflow().flow(instance.flow).nodes;
    const bool known = std::any_of(nodes.begin(), nodes.end(), [&](const auto& n) { return n.name == action.name; });
    if (!known) throw Error(MIF_E_NOT_FOUND, "workflow.no-node", "流程 " + instance.flow + " 没有环节 \"" + action.name + "\"");
  }
  if (instance.state != workflow::FlowState::open || (!reject && instance.node != action.name))
    throw Error(MIF_E_CONFLICT, "workflow.other-node", instance.state == workflow::FlowState::open ? "凭证正在环节 \"" + instance.node + "\"，不在 \"" + action.name + "\""
                                                                            : "凭证的审批已经结束，不能再操作");
  const std::string node = instance.node;
  if (node == "review") request.caller->require("voucher.review", found.book.unit);
  api.deployment.decide(txn, request.who(), *request.caller, voucher.id, node, !reject, action.comment);
}

void act_on(Api& api, const Request& request, std::int64_t id, std::string_view if_match, const Action& action) {
  api.deployment.database().write([&](store::Txn& txn) {
    // What the maker read is what he submits or withdraws. Deciding takes the flow first, which holds the digest.
    if (action.name == "submit" || action.name == "withdraw") ledger::locked_voucher(txn, id);
    const VisibleVoucher found = visible_voucher(api, txn, request, id);
    if (if_match.empty()) throw Problem("if-match-required", "request.if-match", "对凭证的操作必须带 If-Match，值为读取凭证时的 ETag");
    const std::string etag = voucher_etag(api, txn, found.voucher);
    if (!etag_listed(if_match, etag)) throw Problem("stale-version", "request.stale", "凭证在您读取之后变了，当前版本 " + etag + "，请刷新后核对");
    act(api, txn, request, found, action);
  });
}

Response perform(Api& api, Request& request) {
  const std::int64_t id = voucher_id(request);
  const Action action = read_action(request);
  act_on(api, request, id, request.if_match, action);
  Response response;
  api.deployment.database().read([&](store::Txn& txn) {
    const VisibleVoucher found = visible_voucher(api, txn, request, id);
    response.body = voucher_body(api, txn, found.book, found.voucher, response.etag);
  });
  return response;
}

struct Batch {
  Action action;
  std::vector<std::pair<std::int64_t, std::string>> vouchers;  // id, ETag
};

Batch read_batch(const Request& request) {
  require_json(request);
  Batch batch{{request.capture("action"), ""}, {}};
  const JsonValue body = parse_json(request.body);
  const JsonValue* vouchers = body.find("vouchers");
  if (!vouchers || vouchers->kind != JsonValue::Kind::array || vouchers->items.empty() || vouchers->items.size() > 500)
    throw Problem("malformed-request", "批量操作要列出凭证", {{"/vouchers", "应为 1 到 500 个 {\"id\", \"etag\"}"}});
  for (std::size_t i = 0; i < vouchers->items.size(); ++i) {
    const JsonValue *id = vouchers->items[i].find("id"), *etag = vouchers->items[i].find("etag");
    std::int64_t number = 0;
    if (id && id->is_text()) std::from_chars(id->text.data(), id->text.data() + id->text.size(), number);
    if (number <= 0 || !etag || !etag->is_text())
      throw Problem("malformed-request", "凭证写法不对", {{"/vouchers/" + std::to_string(i), "应为 {\"id\": \"42\", \"etag\": 读取凭证时的 ETag}"}});
    batch.vouchers.emplace_back(number, etag->text);
  }
  if (const JsonValue* comment = body.find("comment")) {
    if (!comment->is_text() || comment->text.size() > 1000) throw Problem("malformed-request", "意见写法不对", {{"/comment", "应为不超过 1000 字节的文字"}});
    batch.action.comment = comment->text;
  }
  return batch;
}

// Each voucher is decided for itself: one that is refused does not hold up the others, and the answer says which and why.
Response perform_many(Api& api, Request& request) {
  const Batch batch = read_batch(request);
  std::int64_t done = 0;
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& [id, etag] : batch.vouchers) {
    json.begin_object().field("id", std::to_string(id));
    try {
      act_on(api, request, id, etag, batch.action);
      ++done;
      json.field("done", true);
    } catch (const Error& error) {
      json.field("done", false).field("code", name_of(error.code())).field("detail", error.what());
    }
    json.end_object();
  }
  json.end_array().field("done", done).field("refused", static_cast<std::int64_t>(batch.vouchers.size()) - done).end_object();
  return json_response(json);
}

}  // namespace

void add_voucher_writes(Router& router, Api& api) {
  router.add({"POST", "/api/v1/vouchers", "createVoucher", "voucher.propose", "新增凭证", [&api](Request& r) { return create(api, r); }, ""});
  router.add({"POST", "/api/v1/vouchers/{id}/actions/{action}", "actOnVoucher", "ledger.read", "凭证操作", [&api](Request& r) { return perform(api, r); }, ""});
  router.add({"POST", "/api/v1/voucher-actions/{action}", "actOnVouchers", "ledger.read", "批量操作凭证", [&api](Request& r) { return perform_many(api, r); }, ""});
}

}  // namespace mif::web
