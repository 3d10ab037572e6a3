// SPDX-License-Identifier: Apache-2.0
// Sealing: digests into plugin.json, then a signature over its exact bytes. plugin.json stays readable: its other lines are
// kept as their author wrote them.
#include <algorithm>
#include <filesystem>

#include "kernel/base/hash.h"
#include "kernel/base/text.h"
#include "kernel/plugin/bundle.h"
#include "kernel/plugin/host.h"
#include "kernel/plugin/json_scan.h"
#include "kernel/plugin/signature.h"
#include "mif/json.hpp"

namespace mif::plugin {
namespace {

// Takes the member "files" out of the text, with the comma that goes with it.
std::string without_files(std::string json) {
  if (!scan_json(json, "plugin.json").count("files")) return json;
  std::size_t key = std::string::npos;
  int depth = 0;
  for (std::size_t i = 0; i < json.size() && key == std::string::npos; ++i) {
    if (json[i] == '{' || json[i] == '[') ++depth;
    else if (json[i] == '}' || json[i] == ']') --depth;
    else if (json[i] == '"') {
      const std::size_t from = i;
      for (++i; json[i] != '"'; ++i) i += json[i] == '\\';
      const std::size_t next = json.find_first_not_of(" \t\r\n", i + 1);
      if (depth == 1 && json.compare(from, i + 1 - from, "\"files\"") == 0 && next != std::string::npos && json[next] == ':') key = from;
    }
  }
  std::size_t end = json.find('}', key) + 1;  // file names and digests hold no brace
  const std::size_t after = json.find_first_not_of(" \t\r\n", end);
  if (after != std::string::npos && json[after] == ',') {
    end = after + 1;
  } else {
    const std::size_t comma = json.find_last_not_of(" \t\r\n", key - 1);
    if (comma != std::string::npos && json[comma] == ',') key = comma;
  }
  return json.erase(key, end - key);
}

}  // namespace

void seal(const std::string& bundle_folder, const std::string& key_pem_file, const std::string& key_id) {
  if (key_id.empty() || key_id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != std::string::npos)
    throw Error(MIF_E_INVALID, "plugin.key-id", "密钥编号只能用字母、数字、点、横线 (key id: letters, digits, dot, dash): \"" + key_id + "\"");
  const Bundle bundle = read_bundle(bundle_folder);
  std::string json = without_files(bundle.manifest_bytes);
  JsonWriter files;
  files.begin_object();
  for (const auto& [name, bytes] : bundle.files) files.field(name, "sm3:" + to_hex(hash(HashAlg::sm3, bytes)));
  files.end_object();
  const std::size_t brace = json.rfind('}');
  const std::size_t last = json.find_last_not_of(" \t\r\n", brace - 1);
  json = json.substr(0, last + 1) + (json[last] == '{' ? "" : ",") + "\n  \"files\": " + files.str() + "\n}\n";
  parse_manifest(json);

  SignatureEntry entry;
  entry.key_id = key_id;
  entry.sig = base64(sign(read_file(key_pem_file), json, entry.alg, key_pem_file));
  std::vector<SignatureEntry> entries;
  // A counter-signature joins the signatures over the same bytes; over new bytes the old ones are void.
  if (json == bundle.manifest_bytes && !bundle.signature_bytes.empty()) entries = parse_signatures(bundle.signature_bytes);
  std::erase_if(entries, [&](const SignatureEntry& e) { return e.key_id == key_id; });
  entries.push_back(entry);
  const std::filesystem::path folder(bundle_folder);
  write_file_durably((folder / "plugin.json").string(), json);
  write_file_durably((folder / "plugin.sig").string(), write_signatures(entries));
}

}  // namespace mif::plugin
