// SPDX-License-Identifier: Apache-2.0
// The three plugins through their C interface, loaded from their bundles as a host does.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "collect.h"
#include "fixtures.h"
#include "mif/sdk.hpp"

namespace mif::testing {
namespace {

struct Loaded {
  void* library = nullptr;
  mif_plugin* plugin = nullptr;
  const mif_statement_format* format = nullptr;
  ~Loaded() {
    if (plugin) plugin->destroy(plugin);
    if (library) dlclose(library);
  }
};

mif_host bare_host() {
  auto host = sized<mif_host>();
  host.abi_major = MIF_ABI_MAJOR;
  host.service = [](const mif_host*, const char*) -> const void* { return nullptr; };
  return host;
}

class StatementPlugins : public ::testing::TestWithParam<const char*> {};

TEST_P(StatementPlugins, AnswerThroughTheInterface) {
  const std::string id = std::string("bank-") + GetParam(), bundle = std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin/";
  const mif_host host = bare_host();
  std::string failure;
  auto call = sized<mif_call>();
  call.impl = &failure;
  call.cancelled = [](const mif_call*) { return 0; };
  call.fail = [](mif_call* c, mif_status, mif_str what) { *static_cast<std::string*>(c->impl) = str(what); };

  Loaded it;
  it.library = dlopen((bundle + id + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(it.library, nullptr) << dlerror();
  const auto entry_fn = reinterpret_cast<mif_entry_fn>(dlsym(it.library, MIF_ENTRY_SYMBOL));
  ASSERT_NE(entry_fn, nullptr);
  const mif_entry* entry = entry_fn();
  EXPECT_EQ(std::string(entry->id), id);
  EXPECT_EQ(std::string(entry->provides[0]), MIF_STATEMENT_FORMAT_ID);
  EXPECT_EQ(entry->needs[0], nullptr);
  std::ifstream in(bundle + "plugin.json");
  const std::string manifest(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(manifest.find("\"" MIF_STATEMENT_FORMAT_ID "\""), std::string::npos);

  it.plugin = entry->create(&host, &call);
  ASSERT_NE(it.plugin, nullptr) << failure;
  ASSERT_EQ(it.plugin->activate(it.plugin, &call), MIF_OK) << failure;
  it.format = static_cast<const mif_statement_format*>(it.plugin->extension(it.plugin, MIF_STATEMENT_FORMAT_ID));
  ASSERT_NE(it.format, nullptr);
  EXPECT_EQ(it.plugin->extension(it.plugin, "mif.job/1"), nullptr);

  TextSink described;
  ASSERT_EQ(it.format->describe(it.format->self, &call, described.get()), MIF_OK);
  EXPECT_NE(described.text().find(std::string("\"id\":\"") + GetParam() + "\""), std::string::npos) << described.text();

  const Case good = read_cases(std::string(MIF_SOURCE_DIR) + "/tests/statements/" + GetParam() + ".cases").front();
  TextSink name;
  std::int32_t sure = 0;
  ASSERT_EQ(it.format->sniff(it.format->self, &call, reinterpret_cast<const std::uint8_t*>(good.text.data()), good.text.size(), &sure, name.get()), MIF_OK);
  EXPECT_GT(sure, 90);
  EXPECT_EQ(name.text(), GetParam());
  TextSink none;
  ASSERT_EQ(it.format->sniff(it.format->self, &call, nullptr, 0, &sure, none.get()), MIF_OK);
  EXPECT_EQ(sure, 0);

  const auto read = [&](mif_byte_source& bytes, std::string_view options, mif_statement_events& events, const std::function<bool()>&) {
    ASSERT_EQ(it.format->read(it.format->self, &call, mif::s(name.text()), {options.data(), static_cast<std::uint32_t>(options.size())}, &bytes, &events), MIF_OK) << failure;
  };
  EXPECT_EQ(collect(read, good.text).told, good.told);
  mif_byte_source unreadable{sizeof(mif_byte_source), 0, nullptr, [](void*, std::uint8_t*, std::uint64_t) -> std::int64_t { return -1; }};
  mif_statement_events events{};
  EXPECT_EQ(it.format->read(it.format->self, &call, {}, {}, &unreadable, &events), MIF_E_UNAVAILABLE);
  EXPECT_NE(failure, "");
  it.plugin->deactivate(it.plugin);
}

INSTANTIATE_TEST_SUITE_P(All, StatementPlugins, ::testing::Values("mt940", "bai2", "ofx"));

}  // namespace
}  // namespace mif::testing
