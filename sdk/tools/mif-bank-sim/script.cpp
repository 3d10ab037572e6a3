// SPDX-License-Identifier: Apache-2.0
#include "script.h"

#include <boost/property_tree/info_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <set>

#include "bank_ledger.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

using Tree = boost::property_tree::ptree;

std::string need(const Tree& node, const char* key, const std::string& where) {
  const auto found = node.get_child_optional(key);
  if (!found || found->data().empty()) throw Error(MIF_E_INVALID, where + ": \"" + key + "\" is missing");
  return found->data();
}
void only(const Tree& node, const std::set<std::string>& known, const std::string& where) {
  for (const auto& child : node)
    if (!known.count(child.first)) throw Error(MIF_E_INVALID, where + ": unknown key \"" + child.first + "\"");
}

void load_entries(BankLedger& ledger, const Tree& root, const std::string& path) {
  int number = 0;
  for (const auto& [kind, node] : root) {
    const std::string where = path + ", entry " + std::to_string(++number) + " (" + kind + ")";
    try {
      if (kind == "account") {
        only(node, {"number", "name", "opening"}, where);
        ledger.open_account({need(node, "number", where), node.get<std::string>("name", ""), Fen::parse(need(node, "opening", where))});
      } else if (kind == "credit") {
        only(node, {"account", "day", "amount", "ref", "counter", "counter-name", "text"}, where);
        Credit c;
        c.account = need(node, "account", where);
        c.ref = need(node, "ref", where);
        c.day = Day::parse(need(node, "day", where));
        c.amount = Fen::parse(need(node, "amount", where));
        if (c.amount <= Fen(0)) throw Error(MIF_E_INVALID, where + ": the amount must be above 0.00");
        c.counter = node.get<std::string>("counter", "");
        c.counter_name = node.get<std::string>("counter-name", "");
        c.text = node.get<std::string>("text", "");
        ledger.receive(c);
      } else {
        throw Error(MIF_E_INVALID, where + ": expected account or credit");
      }
    } catch (const Error& e) {
      const std::string text = e.what();
      throw Error(e.code(), text.rfind(path, 0) == 0 ? text : where + ": " + text);
    }
  }
}

}  // namespace

void load_script(BankLedger& ledger, const std::string& path) {
  Tree root;
  try {
    boost::property_tree::read_info(path, root);
  } catch (const boost::property_tree::info_parser_error& e) {
    throw Error(MIF_E_INVALID, path + ":" + std::to_string(e.line()) + ": " + e.message());
  }
  ledger.together([&] { load_entries(ledger, root, path); });
}

}  // namespace mif::banksim
