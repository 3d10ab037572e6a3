// SPDX-License-Identifier: Apache-2.0
// camt_bench [entries]: a camt.053 of so many entries, read from disk; prints entries per second, the time against a bare pass of
// POCO's SAX parser with an empty handler over the same file in the same run, and the most memory the process held while reading.
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/InputSource.h>
#include <Poco/SAX/SAXParser.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "camt_reader.h"
#include "mif/sdk.hpp"

namespace {

std::string money(long long fen) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%02lld", fen / 100, fen % 100);
  return text;
}

void write_file(const std::string& path, long long entries) {
  std::ofstream out(path, std::ios::binary);
  out << R"(<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S1</Id>)"
         R"(<Acct><Id><Othr><Id>6222000011</Id></Othr></Id><Ccy>CNY</Ccy></Acct>)"
         R"(<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-01-01</Dt></Dt></Bal>)";
  for (long long i = 0; i < entries; ++i) {
    const std::string amount = money(100 + i * 7919 % 10'000'000), number = std::to_string(i);
    out << "\n<Ntry><NtryRef>" << number << "</NtryRef><Amt Ccy=\"CNY\">" << amount << "</Amt><CdtDbtInd>" << (i % 3 ? "CRDT" : "DBIT") << "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2024-01-02</Dt></BookgDt>"
        << "<ValDt><Dt>2024-01-02</Dt></ValDt><AcctSvcrRef>BANK" << number << "</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>"
        << "<Refs><EndToEndId>YB" << number << "</EndToEndId></Refs><Amt Ccy=\"CNY\">" << amount << "</Amt><RltdPties><Dbtr><Pty><Nm>示例省定点医院第" << i % 900 << "院</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>9900" << i % 900
        << "</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>基金结算 " << number << "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";
  }
  out << "</Stmt></BkToCstmrStmt></Document>\n";
}

struct Seen {
  long long entries = 0, texts = 0, units = 0;
  bool broken = false;
};

Seen read_once(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (!file) std::abort();
  auto source = mif::sized<mif_byte_source>();
  source.impl = file;
  source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t { return static_cast<std::int64_t>(std::fread(room, 1, most, static_cast<std::FILE*>(p))); };
  Seen seen;
  auto events = mif::sized<mif_statement_events>();
  events.impl = &seen;
  events.open = [](void*, const mif_statement_open*) { return 0; };
  events.balance = [](void*, const mif_statement_balance*) { return 0; };
  events.entry = [](void* p, const mif_statement_entry* e) {
    auto& s = *static_cast<Seen*>(p);
    ++s.entries;
    s.units += e->amount.units;
    s.texts += e->text.n + e->client_ref.n + e->counter_name.n;
    return 0;
  };
  events.close = [](void*, const mif_statement_close*) { return 0; };
  events.trouble = [](void* p, const mif_statement_trouble* t) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(t->what.n), t->what.p);
    static_cast<Seen*>(p)->broken = true;
    return 0;
  };
  mif::bank_iso20022::read_camt("camt.053", "", source, events);
  std::fclose(file);
  return seen;
}

// By the clock and by the processor, which a busy machine does not lengthen as much.
struct Time {
  double clock = 1e9, processor = 1e9;
};
template <class F>
void take(Time& best, F&& act) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t processor = std::clock();
  act();
  best.processor = std::min(best.processor, static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
  best.clock = std::min(best.clock, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

}  // namespace

int main(int argc, char** argv) {
  const long long entries = argc > 1 ? std::atoll(argv[1]) : 500'000;
  const auto folder = std::filesystem::temp_directory_path() / ("camt_bench." + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "statement.xml").string();
  write_file(path, entries);
  const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;

  // Turns alternate, the best of three counts: the machine has other work.
  Time ours, bare;
  long rss = 0;
  Seen seen;
  for (int turn = 0; turn < 3; ++turn) {
    take(ours, [&] { seen = read_once(path); });
    if (turn == 0) {  // before the other parser has run
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      rss = usage.ru_maxrss;
    }
    take(bare, [&] {
      Poco::XML::SAXParser parser;
      Poco::XML::DefaultHandler handler;
      parser.setContentHandler(&handler);
      std::ifstream in(path, std::ios::binary);
      Poco::XML::InputSource input(in);
      parser.parse(&input);
    });
  }
  std::filesystem::remove_all(folder);
  const auto n = static_cast<double>(seen.entries);
  std::printf("entries %lld megabytes %.1f seconds %.3f entries/s %.0f processor %.3f entries/processor-s %.0f poco-sax-processor %.3f ratio %.2f peak-rss-mb %.1f\n", seen.entries, megabytes, ours.clock, n / ours.clock,
              ours.processor, n / ours.processor, bare.processor, ours.processor / bare.processor, static_cast<double>(rss) / 1024);
  return seen.broken || seen.entries != entries ? 1 : 0;
}
