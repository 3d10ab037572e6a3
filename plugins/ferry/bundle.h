// SPDX-License-Identifier: Apache-2.0
// One bundle: numbered, chained to the one before, signed, encrypted. docs/exchange/ferry.md has the bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto.h"
#include "mif/money.hpp"

namespace mif::ferry {

inline constexpr std::size_t kLongestHeader = 4096, kLongestManifest = 65536, kLongestSignature = 256, kMostEntries = 16, kLongestFlow = 40;
inline constexpr std::int64_t kLastNumber = 9999999999;

struct Limits {
  std::size_t bundle_bytes = 32u << 20;  // of the whole file
};

// In clear, bound to the content by signature and tag: what the door needs before it decrypts anything. No amount, no name of a person.
struct Header {
  std::string suite, flow, sender, recipient, sign_key, encrypt_key, nonce, prev;  // nonce: hex; prev: named digest of the bundle before, "" for the first
  std::int64_t seq = 0, created_ms = 0, expires_ms = 0, body_bytes = 0;            // expires 0 = never; body: bytes of ciphertext without its tag
};

struct Item {
  std::string name, type, digest;
  std::int64_t bytes = 0;
};

// Encrypted. Totals are of the flow since its first bundle, this one included.
struct Manifest {
  std::vector<Item> items;
  std::int64_t count = 0, total_count = 0;
  Fen amount, total_amount;
  std::map<std::string, std::int64_t> position;  // feed -> last seq packed
};

struct Content {
  std::string type, bytes;
};

struct Bundle {
  Header header;
  Manifest manifest;
  std::vector<Content> contents;
};

inline constexpr const char *kDocuments = "documents", *kAnswers = "answers";  // the only types there are

// Public keys by id, and shared keys by id: those that are no longer written with stay to read.
struct KeyRing {
  std::map<std::string, Key> verify;
  std::map<std::string, Secret> decrypt;
};

// "city-documents-0000000012.ferry"
std::string file_name(const std::string& flow, std::int64_t seq);
// The number in the name, 0 when it is no bundle of this flow.
std::int64_t number_in(std::string_view name, const std::string& flow);

// The whole file. header.nonce, body_bytes and the manifest's items are filled here. Throws ferry.too-long. [any-thread]
std::string seal(Bundle bundle, const Key& sign_key, const Secret& shared, const Limits& limits);

// The steps of the door, cheapest and least trusting first. All throw MIF_E_INVALID with the rule. [any-thread]
Header peek(std::string_view file, const Limits& limits);                            // ferry.truncated, ferry.format, ferry.too-long, ferry.json
void check_signature(std::string_view file, const Header& header, const KeyRing& keys);  // ferry.key-unknown, ferry.signature
Bundle open(std::string_view file, const Header& header, const KeyRing& keys);       // ferry.decrypt, ferry.format, ferry.digest, ferry.entry-type

}  // namespace mif::ferry
