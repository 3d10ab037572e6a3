// SPDX-License-Identifier: Apache-2.0
// The bundle in a home: it loads, says what it speaks, and names the line of a setting it does not take.
#include <gtest/gtest.h>

#include <filesystem>

#include "kernel/service/deployment.h"
#include "mif/extensions.hpp"
#include "tests/sim/sim_process.h"

namespace mif::test {
namespace {

namespace fs = std::filesystem;

struct Home {
  Home() {
    for (const char* below : {"orders", "sent", "answers"}) fs::create_directories(folder.path(below));
    fs::copy(fs::path(MIF_SOURCE_DIR) / "config/demo-province", folder.path("config"), fs::copy_options::recursive);
  }
  std::string common() const { return "sent \"" + folder.path("sent") + "\" answers \"" + folder.path("answers") + "\" initiator I payer P "; }
  // Empty = active; else the reason why not.
  std::string load(const std::string& links) {
    folder.write("mif.info", "name \"试\"\nmode development\nplugin {\n bank-iso20022 {\n" + links + "\n }\n}\n");
    deployment.reset();
    deployment = service::Deployment::open(folder.path(), true);
    if (!installed) {
      deployment->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/bank-iso20022.plugin");
      installed = true;
      deployment.reset();
      deployment = service::Deployment::open(folder.path(), true);
    }
    for (const auto& p : deployment->plugins().list())
      if (p.manifest.id == "bank-iso20022") return p.status == plugin::Status::active ? "" : "no: " + p.reason;
    return "not there";
  }
  Folder folder;
  bool installed = false;
  std::unique_ptr<service::Deployment> deployment;
};

TEST(IsoPlugin, LoadsAndDescribesBothTransports) {
  Home home;
  ASSERT_EQ(home.load("link a { orders \"" + home.folder.path("orders") + "\" " + home.common() + "}\nlink b { transport http url \"http://127.0.0.1:9/x\" idempotent-resend yes " + home.common() + "version 12 }"), "");
  const auto providers = home.deployment->plugins().providers(MIF_BANK_ADAPTER_ID);
  ASSERT_EQ(providers.size(), 1u);
  const auto* adapter = static_cast<const mif_bank_adapter*>(providers.front().extension);
  TextSink sink;
  home.deployment->plugins().call("bank-iso20022", "describe", {"t", "t", ""}, nullptr, 0, [&](mif_call* call) { return adapter->describe(adapter->self, call, sink.get()); });
  EXPECT_NE(sink.text().find(R"({"name":"a","profile":"file","idempotent_resend":false)"), std::string::npos) << sink.text();
  EXPECT_NE(sink.text().find(R"({"name":"b","profile":"http","idempotent_resend":true)"), std::string::npos) << sink.text();
  EXPECT_EQ(home.deployment->plugins().providers(MIF_STATEMENT_FORMAT_ID).size(), 1u);
}

TEST(IsoPlugin, ASettingItDoesNotTakeIsNamed) {
  Home home;
  const std::string http = "link b { transport http " + home.common(), file = "link b { " + home.common();
  const std::pair<std::string, const char*> bad[] = {{http + "}", "url"},
                                                     {http + "url \"https://bank/\" }", "pin"},
                                                     {http + "url \"http://bank/\" orders x }", "orders"},
                                                     {http + "url \"http://bank/\" timeout-ms soon }", "timeout-ms"},
                                                     {http + "url \"http://bank/\" not-found maybe }", "not-found"},
                                                     {file + "}", "orders"},
                                                     {file + "transport fax }", "transport"},
                                                     {file + "orders \"" + home.folder.path("nowhere") + "\" }", "nowhere"},
                                                     {file + "orders \"" + home.folder.path("orders") + "\" version 7 }", "version"}};
  for (const auto& [link, word] : bad) {
    const std::string reason = home.load(link);
    EXPECT_NE(reason.find(word), std::string::npos) << link << "\n" << reason;
  }
}

}  // namespace
}  // namespace mif::test
