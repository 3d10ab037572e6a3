// SPDX-License-Identifier: Apache-2.0
// A business source in its smallest form: every file exchange/inbox/SEQUENCE.TYPE.KEY.json below the deployment's home is one
// document. The cursor is the file name, so the same cursor always gives the same documents.
#include <algorithm>

#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace {

using namespace mif;

class FolderSource : public Plugin, public BusinessSource {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_BUSINESS_SOURCE_ID ? BusinessSource::abi() : nullptr; }

  std::string describe(Call) override { return R"({"source":"folder","feeds":["main"]})"; }

  void fetch(Call call, std::string_view feed, std::string_view cursor, std::uint32_t limit, mif_doc_sink& out) override {
    if (feed != "main") throw Error(MIF_E_NOT_FOUND, "没有这个数据流 (no such feed): " + std::string(feed));
    const Config config(*this);
    for (const std::string& name : config.list(call, kInbox)) {  // sorted by the host
      if (limit == 0) return;
      if (name <= cursor) continue;
      const Name parts = split(name);
      const std::string payload = config.bytes(call, std::string(kInbox) + "/" + name);
      auto doc = sized<mif_doc>();
      doc.feed = s("main");
      doc.key = s(parts.key);
      doc.version = 1;
      doc.cursor = s(name);
      doc.type = s(parts.type);
      doc.payload_json = s(payload);
      --limit;
      if (out.on(&out, &doc)) return;  // nonzero: the receiver has enough
    }
  }

  void ack(Call, const mif_ack* acks, std::uint32_t n) override {
    // A real source tells its business system; telling it twice must do no harm.
    for (std::uint32_t i = 0; i < n; ++i) {
      JsonWriter fields;
      fields.begin_object().field("key", view(acks[i].key)).field("state", view(acks[i].state)).field("reason", view(acks[i].reason)).end_object();
      Log(*this).info("document answered", fields.str());
    }
  }

 private:
  static constexpr const char* kInbox = "exchange/inbox";
  struct Name {
    std::string type, key;
  };
  static Name split(const std::string& file) {
    const auto first = file.find('.'), second = file.find('.', first + 1), last = file.rfind(".json");
    if (first == std::string::npos || second == std::string::npos || last == std::string::npos || second >= last)
      throw Error(MIF_E_INVALID, "文件名应为 顺序号.类型.单据号.json (expected SEQUENCE.TYPE.KEY.json): " + file);
    return {file.substr(first + 1, second - first - 1), file.substr(second + 1, last - second - 1)};
  }
};

}  // namespace

MIF_PLUGIN(FolderSource, "example-source", "1.0.0", MIF_LIST(MIF_BUSINESS_SOURCE_ID), MIF_LIST(MIF_CONFIG_ID, MIF_LOG_ID))
