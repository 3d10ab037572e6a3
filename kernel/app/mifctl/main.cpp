// SPDX-License-Identifier: Apache-2.0
// mifctl: the command line of one home folder. Data on standard output, everything else on standard error.
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "kernel/app/core_dumps.h"
#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"
#include "mif/version.h"

namespace mif::app {
namespace {

using Poco::Util::OptionSet;

const std::vector<Option> kGlobal = {
    {"home", "主目录, 默认 $MIF_HOME 或当前目录 (home folder)"},
    {"as", "以谁的身份, 默认 $MIF_USER; 密码取自 $MIF_PASSWORD (who acts)"},
    {"password-stdin", "从标准输入读密码 (read the password from standard input)", false, false},
    {"output", "table|json|csv, 默认 table"},
    {"quiet", "不显示进度 (no progress)", false, false},
    {"help", "帮助 (help)", false, false},
};

void declare(OptionSet& set, const Option& o) {
  Poco::Util::Option option(o.name, o.name == "output" ? "o" : "", o.summary, false);
  if (o.takes_value) option.argument("VALUE", true);
  set.addOption(option);
}

Commands all_commands() {
  Commands all;
  add_setup_commands(all);
  add_user_commands(all);
  add_plugin_commands(all);
  add_chart_commands(all);
  add_base_commands(all);
  add_ledger_commands(all);
  add_voucher_amend_commands(all);
  add_voucher_entry_commands(all);
  add_rule_commands(all);
  add_view_commands(all);
  add_item_commands(all);
  add_period_commands(all);
  add_transfer_commands(all);
  add_print_commands(all);
  add_interchange_commands(all);
  add_verify_commands(all);
  add_explain_commands(all);
  return all;
}

void help(const Commands& all) {
  fmt::print("mifctl {} — 医保基金管理平台命令行\n\n用法: mifctl [--home 目录] [--as 登录名] [-o table|json|csv] 命令 [选项]\n\n命令:\n", MIF_SDK_VERSION_STRING);
  for (const auto& c : all) fmt::print("  {}{}\n", pad(c.name + (c.arguments.empty() ? "" : " " + c.arguments), 34, false), c.summary);
  fmt::print(
      "  {}插件提供的命令, 如 exchange pull, pay send, report compute; 用 mifctl jobs 列出\n\n"
      "退出码: 0 成功  1 失败  2 用法不对  3 完成但有发现  4 没有找到  5 冲突或已结账  6 无权或未登录  7 对方不可达  8 插件问题  130 中断\n",
      pad("<模块> <动作>", 34, false));
}

void help(const Command& c) {
  fmt::print("mifctl {} {}\n{}\n\n", c.name, c.arguments, c.summary);
  for (const auto& o : c.options) fmt::print("  --{}{}{}\n", pad(o.name + (o.takes_value ? "=VALUE" : ""), 28, false), o.summary, o.required ? " (必填)" : "");
}

const Command* find(const Commands& all, const std::vector<std::string>& words, std::size_t& used) {
  for (std::size_t n = std::min<std::size_t>(3, words.size()); n >= 1; --n) {
    std::string name = words[0];
    for (std::size_t i = 1; i < n; ++i) name += " " + words[i];
    const auto found = std::find_if(all.begin(), all.end(), [&](const Command& c) { return c.name == name; });
    if (found != all.end()) {
      used = n;
      return &*found;
    }
  }
  return nullptr;
}

Format format_of(const std::string& name) {
  if (name == "table") return Format::table;
  if (name == "json") return Format::json;
  if (name == "csv") return Format::csv;
  throw Error(MIF_E_INVALID, "cli.output-format", "-o 应为 table, json 或 csv, 实为 \"" + name + "\"");
}

struct Usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Splits the line into words (command and arguments) and options. A plugin's job has options of its own that only the
// plugin knows, so there any --name=value is taken.
std::map<std::string, std::string> parse(const std::vector<std::string>& arguments, const OptionSet& set, bool any, std::vector<std::string>& words) {
  std::map<std::string, std::string> options;
  Poco::Util::OptionProcessor processor(set);
  processor.setUnixStyle(true);
  std::string pending;
  for (const auto& argument : arguments) {
    if (!pending.empty()) {
      // An unknown option followed by another one is a flag of the plugin's job.
      const bool flag = !set.hasOption(pending) && argument.rfind("--", 0) == 0;
      options[pending] = flag ? "yes" : argument;
      pending.clear();
      if (!flag) continue;
    }
    if (argument.size() < 2 || argument[0] != '-') {
      words.push_back(argument);
      continue;
    }
    // "--name value" and "--name=value" are both what people type; Poco knows the second.
    const auto equals = argument.find('=');
    const std::string bare = argument.substr(argument.rfind("--", 0) == 0 ? 2 : 1, equals == std::string::npos ? std::string::npos : equals - (argument.rfind("--", 0) == 0 ? 2 : 1));
    const bool known = set.hasOption(bare, argument.rfind("--", 0) != 0);
    if (!known) {
      if (!any) throw Usage("不认识的选项 (unknown option) " + argument + ", 用 --help 查看");
      if (equals != std::string::npos) options[bare] = argument.substr(equals + 1);
      else pending = bare;
      continue;
    }
    const Poco::Util::Option& option = set.getOption(bare, argument.rfind("--", 0) != 0);
    if (option.takesArgument() && equals == std::string::npos) {
      pending = option.fullName();
      continue;
    }
    std::string name, value;
    processor.process(argument, name, value);
    options[name] = option.takesArgument() ? value : "yes";
  }
  if (!pending.empty() && set.hasOption(pending)) throw Usage("选项 --" + pending + " 缺值 (needs a value)");
  if (!pending.empty()) options[pending] = "yes";
  return options;
}

std::string read_password(const std::map<std::string, std::string>& options) {
  if (options.count("password-stdin")) {
    std::string line;
    std::getline(std::cin, line);
    return line;
  }
  if (const char* password = std::getenv("MIF_PASSWORD")) return password;
  throw Error(MIF_E_DENIED, "session.no-password", "缺密码: 设 MIF_PASSWORD 或用 --password-stdin (no password given)");
}

int run(const std::vector<std::string>& arguments) {
  const Commands all = all_commands();
  std::vector<std::string> words;
  OptionSet global;
  for (const auto& o : kGlobal) declare(global, o);
  parse(arguments, global, true, words);
  if (words.empty()) {
    help(all);
    return arguments.empty() || std::find(arguments.begin(), arguments.end(), "--help") == arguments.end() ? kUsage : kOk;
  }
  std::size_t used = 0;
  const Command* command = find(all, words, used);

  OptionSet set;
  for (const auto& o : kGlobal) declare(set, o);
  if (command)
    for (const auto& o : command->options) declare(set, o);
  words.clear();
  const auto options = parse(arguments, set, command == nullptr, words);

  Context context;
  const char* home = std::getenv("MIF_HOME");
  context.home = options.count("home") ? options.at("home") : home ? home : ".";
  const char* user = std::getenv("MIF_USER");
  context.login = options.count("as") ? options.at("as") : user ? user : "";
  context.quiet = options.count("quiet") != 0;
  context.format = format_of(options.count("output") ? options.at("output") : "table");
  context.password = [options] { return read_password(options); };
  for (const auto& [name, value] : options)
    if (std::none_of(kGlobal.begin(), kGlobal.end(), [&n = name](const Option& o) { return o.name == n; })) context.options[name] = value;

  if (command) {
    if (options.count("help")) {
      help(*command);
      return kOk;
    }
    if (find(all, words, used) != command) throw Usage("命令应写在选项之前 (write the command before its options)");
    context.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(used), words.end());
    for (const auto& o : command->options)
      if (o.required && !context.options.count(o.name)) throw Usage("mifctl " + command->name + " 缺选项 (needs) --" + o.name);
    if (command->arguments.empty() && !context.arguments.empty()) throw Usage("多余的参数 (unexpected) \"" + context.arguments[0] + "\"");
    return command->run(context);
  }
  std::string name = words[0] + (words.size() > 1 ? " " + words[1] : "");
  if (words.size() > 2) context.arguments.assign(words.begin() + 2, words.end());
  if (const auto code = run_job(context, name)) return *code;
  throw Usage("没有命令 (no such command) \"" + name + "\", 用 mifctl --help 和 mifctl jobs 查看");
}

}  // namespace
}  // namespace mif::app

int main(int argc, char** argv) {
  mif::app::no_core_dumps();
  std::setlocale(LC_ALL, "C.UTF-8");
  std::signal(SIGPIPE, SIG_DFL);
  try {
    return mif::app::run({argv + 1, argv + argc});
  } catch (const mif::app::Usage& e) {
    fmt::print(stderr, "用法: {}\n", e.what());
    return mif::app::kUsage;
  } catch (const mif::Error& e) {
    fmt::print(stderr, "错误: {}\n", e.what());
    return mif::app::exit_of(e.code());
  } catch (const Poco::Util::OptionException& e) {
    fmt::print(stderr, "用法: {}\n", e.displayText());
    return mif::app::kUsage;
  } catch (const std::exception& e) {
    fmt::print(stderr, "错误: {}\n", e.what());
    return mif::app::kFailed;
  }
}
