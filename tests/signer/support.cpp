// SPDX-License-Identifier: Apache-2.0
#include "tests/signer/support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "kernel/base/text.h"
#include "tests/bank/support.h"

namespace mif::test {

std::unique_ptr<crypto::Signer> signer_from(const std::string& info, const Secrets& secrets, crypto::Algorithm algorithm) {
  const Node root = node_of_info("signer { " + info + " }", "mif.info");
  return crypto::make_signer(crypto::signer_settings(*root.find("signer"), "mif.info", "demo"), algorithm, [&](const std::string& name) { return std::make_unique<crypto::Vault>(secrets.at(name)); });
}

std::string shell(const std::string& command) {
  FILE* out = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, out)) > 0;) text.append(buffer, n);
  if (pclose(out) != 0) throw std::runtime_error(command + ": " + text);
  return text;
}

Pair new_pair(const std::string& kind, const std::string& passphrase) {
  Folder folder;
  const std::string file = folder.path("k.pem"), open = folder.path("p.pem");
  const std::string how = kind == "rsa" ? "RSA -pkeyopt rsa_keygen_bits:2048" : kind == "rsa-short" ? "RSA -pkeyopt rsa_keygen_bits:1024" : kind == "sm2" ? "SM2" : kind == "p384" ? "EC -pkeyopt ec_paramgen_curve:P-384" : "EC -pkeyopt ec_paramgen_curve:P-256";
  shell("openssl genpkey -algorithm " + how + (passphrase.empty() ? "" : " -aes256 -pass pass:" + passphrase) + " -out " + file);
  shell("openssl pkey -in " + file + " -pubout -out " + open + (passphrase.empty() ? "" : " -passin pass:" + passphrase));
  return {read_file(file), read_file(open)};
}

const char* SoftHsm::module() { return "/usr/lib/softhsm/libsofthsm2.so"; }
bool SoftHsm::here() { return std::filesystem::exists(module()); }
SoftHsm& SoftHsm::one() {
  static SoftHsm hsm;
  return hsm;
}
SoftHsm::SoftHsm() {
  std::filesystem::create_directories(folder());
  folder_.write("softhsm2.conf", "directories.tokendir = " + folder() + "\nobjectstore.backend = file\nlog.level = ERROR\n");
  setenv("SOFTHSM2_CONF", folder_.path("softhsm2.conf").c_str(), 1);
}
void SoftHsm::token(const std::string& label, const std::string& pin) { shell("softhsm2-util --init-token --free --label " + label + " --so-pin 12345678 --pin " + pin); }
void SoftHsm::import(const std::string& token, const std::string& pin, const std::string& label, const std::string& private_pem) {
  folder_.write("import.pem", private_pem);
  shell("softhsm2-util --import " + folder_.path("import.pem") + " --token " + token + " --pin " + pin + " --label " + label + " --id " + std::to_string(1000 + ++keys_));
}

SignService::SignService(const std::string& private_pem, const std::string& credential) {
  folder_.write("key.pem", private_pem);
  if (!credential.empty()) folder_.write("credential", credential);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const std::string script = std::string(MIF_SOURCE_DIR) + "/tests/signer/sign_server.py", key = folder_.path("key.pem"), word = folder_.path("credential"), own = folder_.path();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], 1);
    execlp("python3", "python3", script.c_str(), own.c_str(), key.c_str(), credential.empty() ? nullptr : word.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  FILE* out = fdopen(ends[0], "r");
  if (std::fscanf(out, "port %d %d", &plain_, &secure_) != 2) throw std::runtime_error("the signing service did not start");
  fclose(out);
}
SignService::~SignService() { stop(); }
void SignService::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}
std::string SignService::pin() const { return read_file(folder_.path("service.pin")); }

}  // namespace mif::test
