// SPDX-License-Identifier: Apache-2.0
// Sealing, signatures, the store and the installed list.
#include "folders.h"
#include "kernel/base/text.h"
#include "kernel/plugin/bundle.h"
#include "kernel/plugin/signature.h"

namespace mif::test {
namespace {

using plugin::Host;
using plugin::Status;
using testing::HasSubstr;

class Bundles : public testing::Test {
 protected:
  Scratch scratch_;
  TestClock clock_;
  plugin::HostOptions production_ = options_in(scratch_);

  void SetUp() override {
    production_.allow_unsigned = false;
    fs::create_directories(scratch_ / "trust/vendors");
    fs::create_directories(scratch_ / "trust/province");
  }
  std::string key(const std::string& algorithm, const std::string& id, const std::string& group = "vendors") {
    const std::string secret = (scratch_ / (id + ".key.pem")).string();
    plugin::generate_key(algorithm, secret, (scratch_ / ("trust/" + group + "/" + id + ".pem")).string());
    return secret;
  }
  Refusal install(const std::string& folder) {
    return refusal_of([&] { Host(production_, clock_).install(folder); });
  }
};

TEST_F(Bundles, SealedWithEitherAlgorithmAreInstalled) {
  for (const std::string algorithm : {"ed25519", "sm2"}) {
    const std::string folder = copy_of_bundle(scratch_, "throws");
    plugin::seal(folder, key(algorithm, "vendor-" + algorithm), "vendor-" + algorithm);
    Host host(production_, clock_);
    EXPECT_EQ(host.install(folder).signed_by, "vendor-" + algorithm);
    EXPECT_EQ(::access((scratch_ / "plugins/store").c_str(), F_OK), 0);
    host.start([](const plugin::Manifest&, std::string_view) -> const void* { return nullptr; }, {});
    EXPECT_EQ(info_of(host, "throws").status, Status::active) << info_of(host, "throws").reason;
    fs::remove_all(folder);
  }
}

TEST_F(Bundles, WithoutATrustedSealAreRefusedInProduction) {
  const std::string folder = copy_of_bundle(scratch_, "throws");
  EXPECT_THAT(install(folder).message, HasSubstr("mifctl plugin seal"));
  const std::string secret = key("ed25519", "stranger");
  plugin::seal(folder, secret, "stranger");
  fs::remove(scratch_ / "trust/vendors/stranger.pem");
  EXPECT_THAT(install(folder).message, HasSubstr("not in the trust folder): stranger"));
}

TEST_F(Bundles, ChangedAfterSealingAreRefused) {
  const std::string secret = key("sm2", "vendor");
  const auto fresh = [&] {
    fs::remove_all(scratch_ / "throws.plugin");
    const std::string folder = copy_of_bundle(scratch_, "throws");
    plugin::seal(folder, secret, "vendor");
    return folder;
  };
  std::string folder = fresh();
  std::ofstream(folder + "/throws.so", std::ios::app) << "x";
  EXPECT_THAT(install(folder).message, HasSubstr("digest differs"));
  folder = fresh();
  std::ofstream(folder + "/extra.txt") << "x";
  EXPECT_THAT(install(folder).message, HasSubstr("not listed in plugin.json"));
  folder = fresh();
  std::string manifest = read_file(folder + "/plugin.json");
  manifest.replace(manifest.find("mif tests"), 9, "mif nests");
  std::ofstream(folder + "/plugin.json") << manifest;
  EXPECT_THAT(install(folder).message, HasSubstr("does not fit plugin.json"));
  folder = fresh();
  fs::create_symlink("/etc/passwd", folder + "/link");
  EXPECT_THAT(install(folder).message, HasSubstr("links are not allowed"));
}

TEST_F(Bundles, RevokedByKeyOrDigestAreRefusedAlsoAtTheNextStart) {
  const std::string folder = copy_of_bundle(scratch_, "throws");
  plugin::seal(folder, key("ed25519", "vendor"), "vendor");
  std::string digest;
  {
    Host host(production_, clock_);
    digest = host.install(folder).digest;
  }
  write(scratch_ / "trust/revoked.txt", "# taken back\nbundle:" + digest + "\n");
  EXPECT_THAT(install(folder).message, HasSubstr("revoked"));
  Host host(production_, clock_);
  host.start([](const plugin::Manifest&, std::string_view) -> const void* { return nullptr; }, {});
  EXPECT_EQ(info_of(host, "throws").status, Status::refused);
  write(scratch_ / "trust/revoked.txt", "key:vendor\n");
  EXPECT_THAT(install(folder).message, HasSubstr("key is revoked): vendor"));
}

TEST_F(Bundles, NeedTheProvincesCounterSignatureOnceItHasAKey) {
  const std::string folder = copy_of_bundle(scratch_, "throws");
  plugin::seal(folder, key("ed25519", "vendor"), "vendor");
  const std::string province = key("sm2", "province-1", "province");
  EXPECT_THAT(install(folder).message, HasSubstr("counter-signature"));
  plugin::seal(folder, province, "province-1");
  Host host(production_, clock_);
  EXPECT_EQ(host.install(folder).signed_by, "vendor, province-1");
}

TEST_F(Bundles, ChangedInTheStoreAreNotLoaded) {
  const std::string folder = copy_of_bundle(scratch_, "throws");
  plugin::seal(folder, key("ed25519", "vendor"), "vendor");
  Host host(production_, clock_);
  const std::string digest = host.install(folder).digest;
  const fs::path library = scratch_ / ("plugins/store/" + digest + "/throws.so");
  fs::permissions(library, fs::perms::owner_write, fs::perm_options::add);
  std::ofstream(library, std::ios::app) << "x";
  host.start([](const plugin::Manifest&, std::string_view) -> const void* { return nullptr; }, {});
  EXPECT_EQ(info_of(host, "throws").status, Status::refused);
  EXPECT_THAT(info_of(host, "throws").reason, HasSubstr("was changed"));
}

TEST_F(Bundles, SealKeepsTheAuthorsTextAndIsRepeatable) {
  const std::string folder = copy_of_bundle(scratch_, "throws"), secret = key("ed25519", "vendor");
  plugin::seal(folder, secret, "vendor");
  const std::string once = read_file(folder + "/plugin.json");
  plugin::seal(folder, secret, "vendor");
  EXPECT_EQ(read_file(folder + "/plugin.json"), once);
  EXPECT_THAT(once, HasSubstr("  \"vendor\": \"mif tests\",\n"));
}

TEST_F(Bundles, OfALaterVersionReplaceTheEarlier) {
  const std::string folder = copy_of_bundle(scratch_, "throws");
  Host host(options_in(scratch_), clock_);
  const std::string first = host.install(folder).digest;
  std::ofstream(folder + "/note.txt") << "new";
  const std::string second = host.install(folder).digest;
  EXPECT_NE(first, second);
  EXPECT_EQ(host.list().size(), 1u);
  EXPECT_EQ(info_of(host, "throws").digest, second);
  EXPECT_TRUE(fs::exists(scratch_ / ("plugins/store/" + first)));
}

TEST(Signature, RejectsAnotherTextAndAnotherKey) {
  Scratch scratch;
  for (const std::string algorithm : {"ed25519", "sm2"}) {
    const std::string a = (scratch / (algorithm + "a")).string(), b = (scratch / (algorithm + "b")).string();
    plugin::generate_key(algorithm, a + ".key", a + ".pem");
    plugin::generate_key(algorithm, b + ".key", b + ".pem");
    std::string found;
    const std::string signature = plugin::sign(read_file(a + ".key"), "医保", found, "key");
    EXPECT_TRUE(plugin::verify_signature(read_file(a + ".pem"), "医保", plugin::from_base64(plugin::base64(signature))));
    EXPECT_FALSE(plugin::verify_signature(read_file(a + ".pem"), "医保 ", signature));
    EXPECT_FALSE(plugin::verify_signature(read_file(b + ".pem"), "医保", signature));
    EXPECT_EQ(fs::status(a + ".key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
}

}  // namespace
}  // namespace mif::test
