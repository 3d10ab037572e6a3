// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "kernel/base/info.h"
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 256u << 20;

// What lies below the home but is nobody's configuration: keys, the database, other plugins, and the settings with the
// database's password in them.
std::string readable(const PluginSide& side, mif_str path, const char* name) {
  const std::string below(filled(path, name, 1000));
  const fs::path clean = fs::path(below).lexically_normal();
  const std::string top = clean.empty() ? "" : clean.begin()->string();
  for (const char* closed : {"secrets", "keys", "data", "trust", "plugins", "print", "checkpoints", "mif.info", "log", "objects", "."})
    if (top == closed) throw Error(MIF_E_DENIED, "config.outside-home", "插件不能读主目录下的 (plugins may not read) \"" + below + "\"");
  const std::string full = side.deployment.path(below);
  std::error_code error;
  const fs::path real = fs::weakly_canonical(full, error), home = fs::weakly_canonical(side.deployment.settings().home, error);
  const fs::path relative = real.lexically_relative(home);
  if (relative.empty() || *relative.begin() == "..") throw Error(MIF_E_DENIED, "config.outside-home", "路径经链接离开了主目录 (a link leads out of the home folder): " + below);
  return full;
}

mif_status own(void* impl, mif_call* call, mif_node_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(sink, "sink");
    if (const InfoNode* mine = side.deployment.settings().plugins.find(side.manifest.id)) give_nodes(*mine, 0, sink);
  });
}

mif_status info(void* impl, mif_call* call, mif_str path, mif_node_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(sink, "sink");
    give_nodes(parse_info(read_file(readable(side, path, "path")), view(path)), 0, sink);
  });
}

mif_status bytes(void* impl, mif_call* call, mif_str path, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(sink, "sink");
    const std::string file = readable(side, path, "path");
    std::error_code error;
    if (fs::is_regular_file(file, error) && fs::file_size(file, error) > kMostBytes)
      throw Error(MIF_E_INVALID, "config.too-large", "文件超过 256 MiB (larger than 256 MiB): " + str(path));
    const std::string content = read_file(file);
    sink->on(sink, s(content));
  });
}

mif_status list(void* impl, mif_call* call, mif_str folder, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(sink, "sink");
    const std::string place = readable(side, folder, "folder");
    if (!fs::is_directory(place)) throw Error(MIF_E_NOT_FOUND, "config.no-folder", "没有文件夹 (no such folder): " + str(folder));
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(place)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    for (const auto& name : names)
      if (sink->on(sink, s(name))) return;
  });
}

// One buffer, wiped by its owner: a secret leaves no copy behind. No sentence repeats the name before the file is found, because
// people write the secret itself where its file should be named.
std::string secret_text(const std::string& path, bool development) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (file < 0 || ::fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > 1 << 20) {
    if (file >= 0) ::close(file);
    throw Error(MIF_E_NOT_FOUND, "config.secret-missing", "secrets 目录里没有配置所写的密钥文件; 配置里写文件名, 不写密钥本身 (no such file below secrets/; the configuration names a file, never the secret)");
  }
  if ((about.st_mode & 0007) != 0) {
    const std::string open_to_all = "密钥文件 " + path + " 其他用户可读, 请执行 chmod 600 (others can read this secret: chmod 600)";
    if (!development) {
      ::close(file);
      throw Error(MIF_E_DENIED, "config.secret-open", open_to_all);
    }
    std::fprintf(stderr, "警告 (warning): %s\n", open_to_all.c_str());
  }
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t got = 0;
  for (ssize_t n; got < text.size() && (n = ::read(file, text.data() + got, text.size() - got)) > 0;) got += static_cast<std::size_t>(n);
  ::close(file);
  text.resize(got);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

mif_status secret(void* impl, mif_call* call, mif_str name, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    given(sink, "sink");
    const std::string key(filled(name, "name", 100));
    if (key.front() == '.' || key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != std::string::npos)
      throw Error(MIF_E_INVALID, "plugin.bad-call", "密钥文件名只用字母、数字、点、横线; 配置里写文件名, 不写密钥本身 (secret names: letters, digits, dot, dash; the configuration names a file, never the secret)");
    // The record must outlive whatever the plugin does next, so it has a transaction of its own - which would wait forever
    // behind one that is open here.
    if (plugin::txn_open_around(context)) throw Error(MIF_E_INVALID, "plugin.bad-call", "事务开着时不能读密钥 (read secrets before the transaction is opened)");
    struct Wiped {
      std::string text;
      ~Wiped() { explicit_bzero(text.data(), text.size()); }
    } content{secret_text(side.deployment.path("secrets/" + key), side.deployment.settings().development)};
    side.deployment.database().write([&](store::Txn& txn) {
      JsonWriter body;
      body.begin_object().field("plugin", side.manifest.id).field("name", key).field("function", context.function).end_object();
      side.deployment.log().append(txn, context.who, {"system", "secret.read", "secret:" + key, "", body.str()});
    });
    sink->on(sink, s(content.text));
  });
}

mif_status path(void* impl, mif_call* call, mif_str below_home, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    const std::string full = readable(side, below_home, "below_home");
    given(sink, "sink").on(sink, s(full));
  });
}

}  // namespace

bool give_nodes(const InfoNode& node, int depth, mif_node_sink* sink) {
  for (const auto& child : node.children) {
    auto n = sized<mif_node>();
    n.depth = depth;
    n.line = child.line;
    n.key = s(child.key);
    n.value = s(child.value);
    if (sink->on(sink, &n) || !give_nodes(child, depth + 1, sink)) return false;
  }
  return true;
}

void fill_config(PluginSide& side) {
  side.config = sized<mif_config>();
  side.config.impl = &side;
  side.config.own = &own;
  side.config.info = &info;
  side.config.bytes = &bytes;
  side.config.list = &list;
  side.config.secret = &secret;
  side.config.path = &path;
}

}  // namespace mif::service
