// SPDX-License-Identifier: Apache-2.0
// mif-ferry: the sending side's end of a ferry across a network gap. docs/exchange/ferry.md.
#include <iostream>
#include <map>

#include "commands.h"

namespace {

constexpr const char* kUsage =
    "用法 (usage): mif-ferry COMMAND --config FILE ...\n"
    "  pack [--lines FILE] [--control]   新单据打成下一个包; --control 没有新单据也打一个带合计的空包\n"
    "  answer                            读回告包, 写 ex_status, 补发对方缺的包; 有出入则退出码 3\n"
    "  status                            已发到哪里\n"
    "  repeat --from N --to M            把发过的包再放入发件夹\n"
    "  inspect --bundle FILE [--content] 验签解密, 显示清单或内容\n"
    "  keygen --suite gm|intl --out NAME 生成一对签名密钥和一个共享密钥 (不要 --config)\n";

using Options = std::map<std::string, std::string>;

// Flags become "1". False when something is not known or lacks its value.
bool parse(int argc, char** argv, Options& options) {
  for (int i = 2; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--control" || arg == "--content") {
      options[arg] = "1";
    } else if (arg == "--config" || arg == "--lines" || arg == "--from" || arg == "--to" || arg == "--bundle" || arg == "--suite" || arg == "--out") {
      if (++i >= argc) return false;
      options[arg] = argv[i];
    } else {
      return false;
    }
  }
  return true;
}

std::int64_t number(const Options& options, const char* name) {
  const auto found = options.find(name);
  if (found == options.end() || found->second.empty() || found->second.size() > 10 || found->second.find_first_not_of("0123456789") != std::string::npos)
    throw mif::Error(MIF_E_INVALID, std::string(name) + " 应为包号 (expects the number of a bundle)");
  return std::stoll(found->second);
}

int run(const std::string& command, Options& options) {
  using namespace mif::ferry_tool;
  if (command == "keygen" && !options["--suite"].empty() && !options["--out"].empty()) return keygen(options["--suite"], options["--out"], std::cout);
  if (options["--config"].empty()) return -1;
  const Config config = read_config(options["--config"]);
  if (command == "pack") return pack(config, options["--lines"], options.count("--control") > 0, std::cout);
  if (command == "answer") return answer(config, std::cout);
  if (command == "status") return status(config, std::cout);
  if (command == "repeat") return repeat(config, number(options, "--from"), number(options, "--to"), std::cout);
  if (command == "inspect" && !options["--bundle"].empty()) return inspect(config, options["--bundle"], options.count("--content") > 0, std::cout);
  return -1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  int result = -1;
  try {
    if (argc >= 2 && parse(argc, argv, options)) result = run(argv[1], options);
  } catch (const mif::Error& e) {
    std::cerr << e.what() << '\n';
    return e.code() == MIF_E_NOT_FOUND ? 4 : e.code() == MIF_E_CONFLICT ? 5 : e.code() == MIF_E_UNAVAILABLE ? 7 : 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
  if (result < 0) {
    std::cerr << kUsage;
    return 2;
  }
  return result;
}
