// SPDX-License-Identifier: Apache-2.0
// What a refusal's code means: the entry of the catalogue, without a home folder.
#include "kernel/app/mifctl/command.h"
#include "kernel/service/refusals.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

int explain(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "explain.one-code", "应给一个代码, 如 mifctl explain voucher.unbalanced (give one code)");
  const auto found = service::find_refusal(context.arguments[0]);
  if (!found) throw Error(MIF_E_NOT_FOUND, "explain.unknown", "目录里没有代码 \"" + context.arguments[0] + "\", 抄写消息末尾方括号里的一段 (no such code)");
  context.print({"Refusal", {"code", "when", "remedy", "english"}, {"代码", "何时", "怎么办", "English"}, {{found->code, found->when, found->remedy, found->english}}, ""});
  return kOk;
}

}  // namespace

void add_explain_commands(Commands& all) { all.push_back({"explain", "CODE", "拒绝代码 (消息末尾方括号里的一段) 的含义和办法", {}, explain}); }

}  // namespace mif::app
