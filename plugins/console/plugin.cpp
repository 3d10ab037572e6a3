// SPDX-License-Identifier: Apache-2.0
// The web console: one page and its scripts, served as they are. Every number on the screen comes from the same API that
// everybody else uses, with the rights of the person who signed in; this plugin itself asks the kernel for nothing.
#include <cstdint>
#include <map>

#include "mif/extensions.hpp"
#include "plugins/console/embedded.h"

namespace mif::console {
namespace {

struct Asset {
  std::string content_type, etag;
  std::string_view text;
};

std::string content_type_of(std::string_view name) {
  const auto dot = name.rfind('.');
  const std::string_view ending = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  if (ending == "html") return "text/html; charset=utf-8";
  if (ending == "css") return "text/css; charset=utf-8";
  if (ending == "js") return "text/javascript; charset=utf-8";
  if (ending == "svg") return "image/svg+xml";
  return "application/octet-stream";
}

// FNV-1a: tells versions of a file apart, nothing more is asked of it.
std::string etag_of(std::string_view text) {
  std::uint64_t sum = 1469598103934665603ull;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  static const char* hex = "0123456789abcdef";
  std::string tag = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) tag += hex[(sum >> shift) & 15];
  return tag + "\"";
}

}  // namespace

// [worker, concurrent] once built, only read
class Console : public Plugin, public WebModule {
 public:
  explicit Console(const mif_host* host) : Plugin(host) {
    for (const auto& file : embedded_files())
      assets_.emplace(file.name, Asset{content_type_of(file.name), etag_of(file.text), file.text});
  }
  const void* extension(std::string_view id) override { return id == MIF_WEB_MODULE_ID ? WebModule::abi() : nullptr; }

  std::string routes(Call) override {
    JsonWriter json;
    json.begin_object().key("routes").begin_array();
    // Public: the pages hold no data; whoever is not signed in sees the sign-in form.
    for (const char* path : {"/", "/{page}", "/static/{file}"})
      json.begin_object().field("method", "GET").field("path", path).field("api", false).field("permission", "public")
          .field("operationId", "consolePage").field("summary", "控制台页面").end_object();
    json.end_array().key("menu").begin_array();
    const auto item = [&](const char* title, const char* path, const char* permission, int order) {
      json.begin_object().field("title", title).field("path", path).field("permission", permission).field("order", order).end_object();
    };
    item("账套", "/books", "ledger.read", 10);
    item("余额表", "/balances", "ledger.read", 20);
    item("凭证", "/vouchers", "ledger.read", 30);
    item("明细账", "/ledger", "ledger.read", 40);
    item("结账", "/closing", "ledger.read", 45);
    item("账簿查询", "/ledgers", "ledger.read", 42);
    item("报表", "/reports", "report.read", 50);
    item("报表任务", "/tasks", "report.read", 52);
    item("审核结果", "/checks", "report.read", 60);
    item("两部门比对", "/compare", "report.read", 62);
    item("预算执行", "/budget", "report.read", 64);
    item("单据", "/documents", "ledger.read", 70);
    item("付款", "/payments", "ledger.read", 80);
    item("银行对账", "/reconcile", "ledger.read", 85);
    item("审计", "/audit", "audit.read", 90);
    item("插件", "/plugins", "plugin.manage", 100);
    json.end_array().end_object();
    return json.take();
  }

  HttpResponse handle(Call, const mif_http_request& request) override {
    constexpr std::string_view kStatic = "/static/";
    const std::string_view path = view(request.path);
    std::string_view name = "index.html";  // every page is the same shell; its script reads the address
    if (path.substr(0, kStatic.size()) == kStatic) name = path.substr(kStatic.size());
    const auto found = assets_.find(name);
    if (found == assets_.end()) throw Error(MIF_E_NOT_FOUND, "console.file-not-found", "没有这个文件 (no such file): " + std::string(path));
    HttpResponse response;
    response.content_type = found->second.content_type;
    response.etag = found->second.etag;
    response.body = std::string(found->second.text);
    return response;
  }

 private:
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace mif::console

MIF_PLUGIN(mif::console::Console, "console", "1.0.0", MIF_LIST("mif.web-module/1"), nullptr)
