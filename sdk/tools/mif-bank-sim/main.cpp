// SPDX-License-Identifier: Apache-2.0
// mif-bank-sim: a bank in one process, for tests, demonstrations and vendors without a line to a real one.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "bank_ledger.h"
#include "dialect.h"
#include "dialect_server.h"
#include "drop_counter.h"
#include "faults.h"
#include "mif/error.hpp"
#include "mif/json.hpp"
#include "script.h"
#include "server.h"
#include "sqlite.h"
#include "teller.h"

namespace {

using namespace mif;
using namespace mif::banksim;

constexpr const char* kUsage =
    "usage: mif-bank-sim --state DIR [--port N] [--address A] [--script bank.info] [--fault LIST] [--seed N] [--day YYYY-MM-DD]\n"
    "                    [--dialect NAME] [--tls] [--drop DIR] [--client-key FILE] [--client-password FILE]\n"
    "       mif-bank-sim ledger --state DIR [--json] [--entries]\n"
    "  serves the cmb-like protocol (8-digit length + GBK XML over TCP); prints \"port N\" when it is ready\n"
    "  --dialect icbc-like, abc-like, ccb-like, boc-like, json-sm   another bank's language; --tls writes DIR/tls.pin\n"
    "  --client-key FILE   json-sm: the client's public key (PEM; SM2, P-256 or RSA) instead of the kit's DIR/keys/client.pem\n"
    "  --client-password FILE   ccb-like: the password the client must send; a wrong one is repeated in the answer\n"
    "  --dialect iso20022   pain.001 and camt.060 by HTTP, and with --drop DIR also through DIR/orders and DIR/answers\n"
    "  --fault cut-after-send:2,delay:1=3000,refuse:5%   see docs/bank.md\n"
    "  ledger   what the bank did: balances, references executed exactly once; exit 3 when one was executed twice\n";

struct Options {
  std::string state, script, drop, address = "127.0.0.1", faults, dialect = "cmb-like", client_key, client_password;
  long port = 0;
  std::uint64_t seed = 1;
  Day day;
  bool tls = false, ledger = false, json = false, entries = false;
};

Day today_in_china() {
  const std::time_t now = std::time(nullptr) + 8 * 3600;
  std::tm tm{};
  gmtime_r(&now, &tm);
  return Day(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

std::string first_line(const std::string& path) {
  std::string line;
  if (path.empty()) return line;
  std::ifstream file(path);
  if (!std::getline(file, line)) throw Error(MIF_E_INVALID, "--client-password: cannot read " + path);
  return line;
}

long whole_number(const std::string& text, const std::string& option, long largest) {
  char* end = nullptr;
  const long n = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end || n < 0 || n > largest) throw Error(MIF_E_INVALID, option + ": \"" + text + "\" is not a number up to " + std::to_string(largest));
  return n;
}

Options parse_options(const std::vector<std::string>& args) {
  Options o;
  o.day = today_in_china();
  for (std::size_t i = 0; i < args.size(); ++i) {
    std::string name = args[i], value;
    const auto equals = name.find('=');
    const bool inlined = name.rfind("--", 0) == 0 && equals != std::string::npos;
    if (inlined) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const auto take = [&]() -> const std::string& {
      if (!inlined) {
        if (i + 1 >= args.size()) throw Error(MIF_E_INVALID, name + " needs a value");
        value = args[++i];
      }
      return value;
    };
    if (name == "ledger" && i == 0) o.ledger = true;
    else if (name == "--state") o.state = take();
    else if (name == "--script") o.script = take();
    else if (name == "--address") o.address = take();
    else if (name == "--fault") o.faults = take();
    else if (name == "--port") o.port = whole_number(take(), name, 65535);
    else if (name == "--seed") o.seed = static_cast<std::uint64_t>(whole_number(take(), name, 2147483647));
    else if (name == "--day") o.day = Day::parse(take());
    else if (name == "--dialect") o.dialect = take();
    else if (name == "--client-key") o.client_key = take();
    else if (name == "--client-password") o.client_password = take();
    else if (name == "--drop") o.drop = take();
    else if (name == "--tls") o.tls = true;
    else if (name == "--json") o.json = true;
    else if (name == "--entries") o.entries = true;
    else throw Error(MIF_E_INVALID, "unknown argument " + name + "\n" + kUsage);
  }
  if (!o.drop.empty() && o.dialect != "iso20022") throw Error(MIF_E_INVALID, "--drop goes with --dialect iso20022");
  if (o.state.empty()) throw Error(MIF_E_INVALID, std::string("--state DIR is required\n") + kUsage);
  return o;
}

int show_ledger(const Options& options) {
  BankLedger ledger(options.state, false);
  const Totals t = ledger.totals();
  JsonWriter json;
  json.begin_object().key("accounts").begin_array();
  for (const auto& account : ledger.accounts()) {
    const Extract all = ledger.extract(account.number, Day(1900, 1, 1), Day(9999, 12, 31));
    Fen in, out;
    for (const auto& e : all.entries) (e.amount < Fen(0) ? out : in) += e.amount < Fen(0) ? -e.amount : e.amount;
    json.begin_object().field("number", account.number).field("name", account.name).field("opening", account.opening);
    json.field("credits", in).field("debits", out).field("balance", all.closing);
    json.field("entries", static_cast<std::int64_t>(all.entries.size()));
    if (!options.json)
      std::printf("%s %s\n  opening %s  + %s  - %s  = %s  (%zu entries)\n", account.number.c_str(), account.name.c_str(),
                  account.opening.grouped().c_str(), in.grouped().c_str(), out.grouped().c_str(), all.closing.grouped().c_str(), all.entries.size());
    if (options.entries) {
      json.key("lines").begin_array();
      for (const auto& e : all.entries) {
        json.begin_object().field("day", e.day.iso()).field("amount", e.amount).field("balance", e.balance).field("ref", e.ref);
        json.field("serial", e.serial).field("counter", e.counter).field("text", e.text).end_object();
        if (!options.json)
          std::printf("  %s %18s %18s  %-22s %s %s\n", e.day.iso().c_str(), e.amount.grouped().c_str(), e.balance.grouped().c_str(), e.ref.c_str(),
                      e.counter.c_str(), e.text.c_str());
      }
      json.end_array();
    }
    json.end_object();
  }
  json.end_array().field("refs", t.refs).field("executed_once", t.executed_once).field("executed_more_than_once", t.executed_more);
  json.field("returned", t.returned).field("look_alikes", t.look_alikes).end_object();
  if (options.json)
    std::printf("%s\n", json.str().c_str());
  else
    std::printf("references %lld, executed exactly once %lld, more than once %lld, returned %lld, look-alike groups %lld\n",
                static_cast<long long>(t.refs), static_cast<long long>(t.executed_once), static_cast<long long>(t.executed_more),
                static_cast<long long>(t.returned), static_cast<long long>(t.look_alikes));
  return t.executed_more > 0 ? 3 : 0;
}

[[noreturn]] void serve(const Options& options) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // before the first thread, so that only sigwait sees them
  std::signal(SIGPIPE, SIG_IGN);
  Faults faults(options.faults, options.seed);
  BankLedger ledger(options.state, true);
  if (!options.script.empty()) load_script(ledger, options.script);
  ledger.come_back(options.day);
  Teller teller(ledger, faults, options.day);
  std::unique_ptr<Dialect> dialect;
  std::unique_ptr<DialectServer> other;
  std::unique_ptr<Server> server;
  std::unique_ptr<DropCounter> drop;
  const auto port = static_cast<std::uint16_t>(options.port);
  if (options.dialect == "cmb-like") {
    server = std::make_unique<Server>(teller, faults, options.address, port);
  } else {
    dialect = make_dialect(options.dialect, {ledger, faults, options.day}, options.state, {options.client_key, first_line(options.client_password)});
    other = std::make_unique<DialectServer>(*dialect, faults, options.address, port, options.tls, options.state);
    if (!options.drop.empty()) drop = std::make_unique<DropCounter>(*dialect, faults, options.drop);
  }
  std::printf("port %u\n", server ? server->port() : other->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  // Every answered order is durable already; waiting for idle lines to close would only delay the end.
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty() || args[0] == "--help" || args[0] == "-h") {
    std::fputs(kUsage, args.empty() ? stderr : stdout);
    return args.empty() ? 2 : 0;
  }
  try {
    const Options options = parse_options(args);
    if (options.ledger) return show_ledger(options);
    serve(options);
  } catch (const Error& e) {
    std::fprintf(stderr, "mif-bank-sim: %s\n", e.what());
    return e.code() == MIF_E_INVALID ? 2 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "mif-bank-sim: %s\n", e.what());
    return 1;
  }
}
