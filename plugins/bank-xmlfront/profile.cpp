// SPDX-License-Identifier: Apache-2.0
#include "profile.h"

#include <algorithm>

#include "crypto/algorithm.h"
#include "profile_reader.h"

namespace mif::bank_xmlfront {

namespace {

std::size_t depth_of(std::string_view path) {
  if (path.empty() || path == ".") return 0;
  if (path.rfind("../", 0) == 0) path.remove_prefix(3);
  return 1 + static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

void look(Shape& shape, const std::string& block, std::initializer_list<std::string> tags) {
  if (block.empty()) return;
  shape.blocks.insert(block);
  for (const auto& t : tags) {
    shape.depth = std::max(shape.depth, 1 + depth_of(block) + std::max<std::size_t>(1, depth_of(t)));
    if (t.rfind("../", 0) != 0) continue;
    shape.looks_up = true;
    shape.blocks.insert(block.find('/') == std::string::npos ? "." : block.substr(0, block.rfind('/')));
  }
}
void look(Shape& shape, const std::string& block, const StatusMap& map) {
  look(shape, block, {map.tag});
  for (const auto& [word, target] : map.targets)
    for (const auto& deeper : target.deeper) look(shape, block, deeper);
}
void shape(const Profile& p, Operation& op) {
  look(op.shape, p.head, {p.function_tag, p.serial_tag});
  look(op.shape, op.result.block, {op.result.code, op.result.text});
  look(op.shape, op.answer.block, {op.answer.ref, op.answer.row_number, op.answer.bank_ref, op.answer.code, op.answer.text, op.answer.amount});
  if (!op.answer.block.empty()) look(op.shape, op.answer.block, op.status.empty() ? p.status : op.status.front());
}

// How a row of the reply finds its payment must leave no doubt.
void check_answer(const ProfileReader& r, const Profile& p, const Node& node, const Operation& op) {
  const Node& answer = r.child(node, "answer");
  if (!op.answer.ref.empty() && op.answer.row_number.empty()) return;
  if (!op.answer.ref.empty()) r.complain("bank.profile-answer", answer, "ref 与 row-number 只用其一 (either ref or row-number)");
  if (!p.serial_echoed) r.complain("bank.profile-answer", answer, "应答不带付款编号时, 报文头的请求序号必须回显 (without ref the reply must repeat the request's serial)");
  if (op.answer.row_number.empty() && op.rows_per_packet != 1) r.complain("bank.profile-answer", answer, "应答不带付款编号时一包只能一笔 (without ref one row a packet)");
}

}  // namespace

std::string_view find_tag(const Tags& tags, std::string_view tag) {
  for (const auto& [name, text] : tags)
    if (name == tag) return text;
  return {};
}

int Profile::status_of(const Tags& row) const { return status_of(query, row); }

int Profile::status_of(const Operation& operation, const Tags& row) const {
  const StatusMap* map = operation.status.empty() ? &status : &operation.status.front();
  while (true) {
    const auto found = map->targets.find(find_tag(row, map->tag));
    if (found == map->targets.end()) return MIF_PAY_UNKNOWN;
    if (found->second.deeper.empty()) return found->second.outcome;
    map = &found->second.deeper.front();
  }
}

Profile read_profile(const Node& root, const std::string& file) {
  const ProfileReader r(file);
  const Node& p = r.child(root, "profile");
  r.only(p, {"name", "title", "charset", "amounts", "framing", "envelope", "idempotent-resend", "statement-echoes-ref", "signature", "submit", "query", "status", "statement", "balance", "receipts"});
  Profile profile;
  profile.name = r.text(p, "name");
  profile.title = p.get("title");
  profile.charset = r.text(p, "charset");
  if (profile.charset != "GBK" && profile.charset != "GB18030" && profile.charset != "UTF-8")
    r.complain("bank.profile-charset", r.child(p, "charset"), "字符集应为 GBK、GB18030 或 UTF-8 (found \"" + profile.charset + "\")");
  if (const Node* amounts = p.find("amounts")) {
    if (amounts->value != "yuan" && amounts->value != "fen") r.complain("bank.profile-amounts", *amounts, "amounts 应为 yuan 或 fen (found \"" + amounts->value + "\")");
    profile.amounts_in_fen = amounts->value == "fen";
  }
  profile.framing = r.framing(r.child(p, "framing"));
  const Node& e = r.child(p, "envelope");
  r.only(e, {"root", "attributes", "head", "function", "login", "serial", "field", "constant", "result", "ok", "text"});
  profile.root = r.tag(e, "root");
  if (const Node* attributes = e.find("attributes"))
    for (const Node& a : attributes->children) {
      r.check_tag(a, a.key);
      profile.root_attributes.emplace_back(a.key, a.value);
    }
  profile.head = r.block_path(e, "head");
  profile.function_tag = r.tag(e, "function");
  profile.login_tag = r.optional_tag(e, "login");
  if (const Node* serial = e.find("serial")) {
    r.only(*serial, {"tag", "digits", "echoed"});
    profile.serial_tag = r.tag(*serial, "tag");
    profile.serial_digits = static_cast<std::size_t>(r.number(*serial, "digits", 0, 1, 30));
    profile.serial_echoed = r.yes(*serial, "echoed");
  }
  for (const Node* f : e.all("field")) profile.head_fields.push_back(r.field(*f));
  if (const Node* constants = e.find("constant"))
    for (const Node& c : constants->children) {
      r.check_tag(c, c.key);
      if (is_secret_name(c.key)) r.complain("bank.secret-in-text", c, c.key + " 的口令不能写在配置里, 请改用 field 的 param, 口令放进 secrets 目录的文件, 由 link 的 secret 指出 (no secret in a profile: use param and a file below secrets/)");
      Field f;
      f.tag = c.key;
      f.value = c.value;
      profile.head_fields.push_back(std::move(f));
    }
  ResultPlan usual;
  usual.block = profile.head;
  usual.code = r.tag(e, "result");
  usual.ok = r.words(e, "ok");
  usual.text = r.optional_tag(e, "text");
  profile.idempotent_resend = r.yes(p, "idempotent-resend");
  profile.statement_echoes_ref = r.yes(p, "statement-echoes-ref");
  if (const Node* signature = p.find("signature")) {
    if (!crypto::algorithm_named(signature->value)) r.complain("bank.profile-signature", *signature, "signature 应为 sm2-sm3、ecdsa-p256-sha256 或 rsa-sha256 (one of these), 实为 \"" + signature->value + "\"");
    profile.signature = signature->value;
  }
  profile.submit = r.operation(r.child(p, "submit"), usual);
  profile.query = r.operation(r.child(p, "query"), usual);
  profile.statement = r.operation(r.child(p, "statement"), usual);
  profile.balance = r.operation(r.child(p, "balance"), usual);
  check_answer(r, profile, r.child(p, "submit"), profile.submit);
  check_answer(r, profile, r.child(p, "query"), profile.query);
  r.child(r.child(p, "balance"), "answer");
  if (profile.balance.answer.amount.empty()) r.complain("bank.profile-lacks", r.child(p, "balance"), "\"answer\" 缺少 (lacks) \"amount\"");
  profile.status = r.status(r.child(p, "status"));
  profile.lines = r.lines(r.child(p, "statement"));
  const StatementPlan& l = profile.lines;
  if (l.page.counted && profile.statement.result.more.empty()) r.complain("bank.profile-lacks", r.child(r.child(p, "statement"), "page"), "按序号翻页要有 result 的 more (counted pages need \"more\" in \"result\")");
  if (const Node* receipts = p.find("receipts")) {
    profile.receipts = r.operation(*receipts, usual);
    profile.receipt = r.receipt(*receipts);
    if (const Node* download = receipts->find("download")) profile.download = r.operation(*download, usual);
    const ReceiptPlan& plan = profile.receipt;
    for (Operation* op : {&profile.receipts, &profile.download})
      if (!op->function.empty()) shape(profile, *op);
    if (plan.page.counted && profile.receipts.result.more.empty()) r.complain("bank.profile-lacks", r.child(*receipts, "page"), "按序号翻页要有 result 的 more (counted pages need \"more\" in \"result\")");
    look(profile.receipts.shape, plan.page.block, {plan.page.reply});
    look(profile.receipts.shape, plan.block, {plan.number, plan.day, plan.amount, plan.direction, plan.bank_ref, plan.client_ref, plan.file_name});
    look((plan.download ? profile.download : profile.receipts).shape, plan.content_block, {plan.content});
  }
  for (Operation* op : {&profile.submit, &profile.query, &profile.statement, &profile.balance}) shape(profile, *op);
  Shape& lines = profile.statement.shape;
  look(lines, l.balances_block, {l.opening, l.closing, l.count});
  look(lines, l.line_block, {l.day, l.amount, l.debit_amount, l.credit_amount, l.direction, l.balance, l.bank_ref, l.client_ref, l.counter_account, l.counter_name, l.text});
  look(lines, l.page.block, {l.page.reply});
  return profile;
}

}  // namespace mif::bank_xmlfront
