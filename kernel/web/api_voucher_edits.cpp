// SPDX-License-Identifier: Apache-2.0
// A draft's later life: edits and electronic documents; and what is done about posted vouchers: corrections, a look for doubles.
#include "kernel/web/problem.h"
#include "kernel/web/voucher_json.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

// The voucher as the client read it; Problem when it has changed since.
VisibleVoucher unchanged(Api& api, store::Txn& txn, const Request& request) {
  VisibleVoucher found = visible_voucher(api, txn, request, voucher_id(request));
  if (request.if_match.empty()) throw Problem("if-match-required", "request.if-match", "对凭证的操作必须带 If-Match，值为读取凭证时的 ETag");
  const std::string etag = voucher_etag(api, txn, found.voucher);
  if (!etag_listed(request.if_match, etag)) throw Problem("stale-version", "request.stale", "凭证在您读取之后变了，当前版本 " + etag + "，请刷新后核对");
  return found;
}

Response answer_with(Api& api, const Request& request, std::int64_t id, int status = 200) {
  Response response;
  api.deployment.database().read([&](store::Txn& txn) {
    const VisibleVoucher found = visible_voucher(api, txn, request, id);
    response.body = voucher_body(api, txn, found.book, found.voucher, response.etag);
  });
  response.status = status;
  return response;
}

Response revise(Api& api, Request& request) {
  require_json(request);
  ledger::Draft draft = read_draft(request.body);
  std::int64_t id = 0;
  api.deployment.database().write([&](store::Txn& txn) {
    const VisibleVoucher found = unchanged(api, txn, request);
    request.caller->require("voucher.propose", found.book.unit);
    id = found.voucher.id;
    draft.files = found.voucher.files;  // documents are added and taken away by their own routes
    api.deployment.ledger().revise(txn, request.who(), id, found.voucher.content_hash, draft);
  });
  return answer_with(api, request, id);
}

Response attach(Api& api, Request& request) {
  const std::string name = request.param_or("name", "");
  if (request.body.empty() || name.empty()) throw Problem("malformed-request", "正文应为文件内容，文件名写在 name 参数里", {{"?name", "例如 发票.ofd"}});
  const std::string digest = api.deployment.objects().put(request.body);
  std::int64_t id = 0;
  api.deployment.database().write([&](store::Txn& txn) {
    const VisibleVoucher found = unchanged(api, txn, request);
    request.caller->require("voucher.propose", found.book.unit);
    id = found.voucher.id;
    ledger::Draft draft = found.voucher;
    draft.files.push_back({digest, name, request.content_type, static_cast<std::int64_t>(request.body.size())});
    draft.attachments = std::max(draft.attachments, static_cast<int>(draft.files.size()));
    api.deployment.ledger().revise(txn, request.who(), id, found.voucher.content_hash, draft);
  });
  return answer_with(api, request, id, 201);
}

Response download(Api& api, Request& request) {
  Response response;
  ledger::Attachment file;
  api.deployment.database().read([&](store::Txn& txn) {
    for (const auto& f : visible_voucher(api, txn, request, voucher_id(request)).voucher.files)
      if (f.digest == request.capture("digest")) file = f;
  });
  if (file.digest.empty()) throw Error(MIF_E_NOT_FOUND, "attachment.not-found", "凭证没有这个附件 (no such attachment): " + request.capture("digest"));
  response.body = api.deployment.objects().get(file.digest);
  // Whatever somebody attached is offered for saving, never shown as a page of ours.
  response.content_type = "application/octet-stream";
  response.headers.emplace_back("Content-Disposition", "attachment");
  response.etag = '"' + file.digest.substr(0, 16) + '"';
  return response;
}

Response correct(Api& api, Request& request) {
  require_json(request);
  const CorrectionWish wish = read_correction(request.body);
  JsonWriter json;
  api.deployment.database().write([&](store::Txn& txn) {
    json = JsonWriter();
    const VisibleVoucher found = unchanged(api, txn, request);
    request.caller->require("voucher.propose", found.book.unit);
    ledger::Ledger& ledger = api.deployment.ledger();
    std::vector<ledger::Draft> drafts = wish.lines.empty() ? std::vector<ledger::Draft>{ledger.correction_of(txn, found.voucher.id, wish.day)}
                                                           : ledger.corrections_of(txn, found.voucher.id, wish.day, wish.lines);
    json.begin_object().key("items").begin_array();
    for (ledger::Draft& draft : drafts) {
      draft.maker = request.caller->login;
      const auto made = wish.save_only ? api.deployment.save(txn, request.who(), draft) : api.deployment.propose(txn, request.who(), draft);
      json.begin_object();
      write_head(json, ledger.voucher(txn, made.id));
      json.end_object();
    }
    json.end_array().end_object();
  });
  Response response;
  response.status = 201;
  response.body = json.take();
  return response;
}

Response lookalikes(Api& api, Request& request) {
  JsonWriter json;
  api.deployment.database().read([&](store::Txn& txn) {
    const VisibleVoucher found = visible_voucher(api, txn, request, voucher_id(request));
    json.begin_object().key("items").begin_array();
    for (const auto& v : api.deployment.ledger().lookalikes(txn, found.voucher)) {
      json.begin_object();
      write_head(json, v);
      json.end_object();
    }
    json.end_array().key("next").null().end_object();
  });
  Response response;
  response.body = json.take();
  return response;
}

}  // namespace

void add_voucher_edits(Router& router, Api& api) {
  router.add({"PUT", "/api/v1/vouchers/{id}", "reviseVoucher", "voucher.propose", "修改草稿", [&api](Request& r) { return revise(api, r); }, ""});
  router.add({"POST", "/api/v1/vouchers/{id}/attachments", "attachToVoucher", "voucher.propose", "附电子凭证", [&api](Request& r) { return attach(api, r); }, ""});
  router.add({"GET", "/api/v1/vouchers/{id}/attachments/{digest}", "getAttachment", "ledger.read", "下载附件", [&api](Request& r) { return download(api, r); }, ""});
  router.add({"POST", "/api/v1/vouchers/{id}/corrections", "correctVoucher", "voucher.propose", "更正已记账凭证", [&api](Request& r) { return correct(api, r); }, ""});
  router.add({"GET", "/api/v1/vouchers/{id}/lookalikes", "listLookalikes", "ledger.read", "可能重复的凭证", [&api](Request& r) { return lookalikes(api, r); }, ""});
}

}  // namespace mif::web
