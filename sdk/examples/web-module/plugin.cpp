// SPDX-License-Identifier: Apache-2.0
// A page and an API that show the books the signed-in person may see. Sign-in, permission and size limits are the host's.
#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace {

using namespace mif;

class BooksPage : public Plugin, public WebModule {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_WEB_MODULE_ID ? WebModule::abi() : nullptr; }

  std::string routes(Call) override {
    return R"({"routes":[
      {"method":"GET","path":"/","api":false,"permission":"ledger.read","operationId":"booksPage","summary":"账套一览"},
      {"method":"GET","path":"/books","api":true,"permission":"ledger.read","operationId":"listBooks","summary":"可见账套"}],
      "menu":[{"title":"账套一览","path":"/","order":90}]})";
  }

  HttpResponse handle(Call call, const mif_http_request& request) override {
    const auto books = LedgerRead(*this).books(call);  // only those of the caller's units
    if (view(request.path) == "/books" && request.api) {
      JsonWriter json;
      json.begin_object().key("items").begin_array();
      for (const auto& b : books) json.begin_object().field("code", b.code).field("name", b.name).field("open", b.open.iso()).end_object();
      json.end_array().end_object();
      return {200, "application/json; charset=utf-8", json.take(), ""};
    }
    if (view(request.path) == "/") {
      std::string rows;
      for (const auto& b : books) rows += "<tr><td>" + escaped(b.code) + "</td><td>" + escaped(b.name) + "</td><td>" + b.open.iso() + "</td></tr>";
      return {200, "text/html; charset=utf-8", "<!doctype html><title>账套一览</title><table>" + rows + "</table>", ""};
    }
    throw Error(MIF_E_NOT_FOUND, "没有这个页面 (no such page)");  // the host makes problem+json of it
  }

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '<') out += "&lt;";
      else if (c == '&') out += "&amp;";
      else if (c == '"') out += "&quot;";
      else out += c;
    }
    return out;
  }
};

}  // namespace

MIF_PLUGIN(BooksPage, "example-web", "1.0.0", MIF_LIST(MIF_WEB_MODULE_ID), MIF_LIST(MIF_LEDGER_READ_ID))
