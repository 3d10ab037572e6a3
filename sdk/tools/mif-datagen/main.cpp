// SPDX-License-Identifier: Apache-2.0
// mif-datagen: writes an exchange database whose documents add up to published figures. docs/exchange/figures.md.
#include <cstdio>
#include <fstream>
#include <iostream>

#include "generate.h"

namespace {

constexpr const char* kUsage =
    "用法 (usage): mif-datagen --figures FILE... [--seed N] --out exchange.db [--bank-script bank.info] [--force]\n"
    "  --figures FILE     figures file; may be given several times, and several files may follow it\n"
    "  --seed N           same seed, same rows (default 1)\n"
    "  --out FILE         the exchange database to write (SQLite); refused when it exists, unless --force\n"
    "  --bank-script FILE accounts and incoming credits for mif-bank-sim\n";

struct Options {
  std::vector<std::string> figures;
  std::uint64_t seed = 1;
  std::string out, bank_script;
  bool force = false;
};

bool parse(int argc, char** argv, Options& options) {
  std::string mode;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--force") {
      options.force = true;
    } else if (arg.rfind("--", 0) == 0) {
      if (arg != "--figures" && arg != "--seed" && arg != "--out" && arg != "--bank-script") return false;
      mode = arg;
      continue;
    } else if (mode == "--figures") {
      options.figures.push_back(arg);
      continue;
    } else if (mode == "--seed") {
      if (arg.empty() || arg.size() > 18 || arg.find_first_not_of("0123456789") != std::string::npos) return false;
      options.seed = std::stoull(arg);
    } else if (mode == "--out") {
      options.out = arg;
    } else if (mode == "--bank-script") {
      options.bank_script = arg;
    } else {
      return false;
    }
    mode.clear();
  }
  return !options.figures.empty() && !options.out.empty();
}

void run(const Options& options) {
  using namespace mif;
  std::vector<datagen::Figures> files;
  for (const auto& file : options.figures) files.push_back(datagen::read_figures(file));
  if (!options.force && std::ifstream(options.out)) throw Error(MIF_E_CONFLICT, "文件已存在, 要覆盖请加 --force (already exists): " + options.out);
  const datagen::Exchange exchange = datagen::generate(files, options.seed);
  datagen::write_database(options.out, files, exchange);
  if (!options.bank_script.empty()) {
    std::ofstream script(options.bank_script, std::ios::binary | std::ios::trunc);
    script << datagen::bank_script(files, exchange);
    if (!script.flush()) throw Error(MIF_E_UNAVAILABLE, "写不了文件 (cannot write) " + options.bank_script);
  }
  for (const auto& f : files) {
    std::size_t documents = 0, wrong = 0;
    Fen amount;
    for (const auto& d : exchange.documents) {
      if (d.book != f.book) continue;
      d.expect.empty() ? ++documents : ++wrong;
      if (d.expect.empty()) amount += d.amount;
    }
    std::size_t published = 0;
    for (const auto& c : f.cells) published += c.status == "published";
    std::cout << f.book << ": " << documents << " 张单据 (documents) " << amount.grouped() << " 元, " << wrong << " 张错误单据 (wrong on purpose), "
              << published << " 个公开数字 (published cells) 合计相符\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::cerr << kUsage;
    return 2;
  }
  try {
    run(options);
    return 0;
  } catch (const mif::Error& e) {
    std::cerr << e.what() << '\n';
    return e.code() == MIF_E_NOT_FOUND ? 4 : e.code() == MIF_E_CONFLICT ? 5 : 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
