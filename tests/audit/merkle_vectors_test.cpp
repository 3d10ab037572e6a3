// SPDX-License-Identifier: Apache-2.0
// The transparency community's proof vectors, when a copy lies beside the project.
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cstring>
#include <filesystem>
#include <optional>

#include "kernel/audit/verify.h"
#include "kernel/base/text.h"

namespace mif::audit {
namespace {

namespace fs = std::filesystem;
using Object = Poco::JSON::Object::Ptr;

const fs::path kFolder = fs::path(MIF_SOURCE_DIR) / "../shared/data/archive/merkle_vectors/testdata";

// Only what is 32 bytes long is a digest.
std::optional<Digest> digest_of(const std::string& text) {
  std::string bytes(text.size(), '\0');
  const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  const int padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  if (n - padding != 32) return std::nullopt;
  Digest digest;
  std::memcpy(digest.data(), bytes.data(), 32);
  return digest;
}

std::optional<Digest> field(const Object& o, const char* name) { return o->isNull(name) ? std::nullopt : digest_of(o->getValue<std::string>(name)); }

// Some vectors use short texts as roots and only ask whether they are equal.
Digest root_of(const Object& o, const char* name) {
  const std::string text = o->isNull(name) ? std::string() : o->getValue<std::string>(name);
  return digest_of(text).value_or(hash(HashAlg::sha256, text));
}

std::optional<std::vector<Digest>> proof_of(const Object& o) {
  std::vector<Digest> proof;
  if (o->isNull("proof")) return proof;
  const auto array = o->getArray("proof");
  for (std::size_t i = 0; i < array->size(); ++i) {
    const auto digest = digest_of(array->getElement<std::string>(static_cast<unsigned>(i)));
    if (!digest) return std::nullopt;
    proof.push_back(*digest);
  }
  return proof;
}

template <class Check>
void run(const char* kind, Check check) {
  if (!fs::exists(kFolder / kind)) GTEST_SKIP() << "no proof vectors at " << kFolder;
  int vectors = 0;
  for (const auto& file : fs::recursive_directory_iterator(kFolder / kind)) {
    if (file.path().extension() != ".json") continue;
    Poco::JSON::Parser parser;
    const auto o = parser.parse(read_file(file.path().string())).extract<Object>();
    EXPECT_EQ(check(o), !o->getValue<bool>("wantErr")) << file.path() << " " << o->getValue<std::string>("desc");
    ++vectors;
  }
  EXPECT_GT(vectors, 90);
}

TEST(PublicVectors, of_inclusion) {
  run("inclusion", [](const Object& o) {
    const auto leaf = field(o, "leafHash");
    const auto proof = proof_of(o);
    return leaf && proof &&
           check_inclusion(HashAlg::sha256, *leaf, static_cast<std::size_t>(o->getValue<Poco::UInt64>("leafIdx")), static_cast<std::size_t>(o->getValue<Poco::UInt64>("treeSize")), *proof, root_of(o, "root"));
  });
}

TEST(PublicVectors, of_consistency) {
  run("consistency", [](const Object& o) {
    const auto proof = proof_of(o);
    return proof &&
           check_consistency(HashAlg::sha256, static_cast<std::size_t>(o->getValue<Poco::UInt64>("size1")), root_of(o, "root1"), static_cast<std::size_t>(o->getValue<Poco::UInt64>("size2")), root_of(o, "root2"), *proof);
  });
}

}  // namespace
}  // namespace mif::audit
