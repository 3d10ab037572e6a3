// SPDX-License-Identifier: Apache-2.0
#include "drop_counter.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace mif::banksim {

namespace {

namespace fs = std::filesystem;
constexpr auto kLook = std::chrono::milliseconds(20);

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

struct DropCounter::Impl {
  Impl(Dialect& d, Faults& f, const std::string& folder) : dialect(d), faults(f), orders(fs::path(folder) / "orders"), answers(fs::path(folder) / "answers") {
    fs::create_directories(orders);
    fs::create_directories(answers);
    worker = std::thread([this] {
      while (!stopping) {
        try {
          look();
        } catch (const std::exception& e) {
          std::fprintf(stderr, "mif-bank-sim: %s\n", e.what());
        }
        std::this_thread::sleep_for(kLook);
      }
    });
  }
  ~Impl() {
    stopping = true;
    worker.join();
  }

  void put(const std::string& name, const std::string& text) {
    const fs::path file = answers / (name + "-" + std::to_string(std::hash<std::string>()(text)) + "-" + std::to_string(++number) + ".xml"), part = file.string() + ".part";
    std::ofstream(part, std::ios::binary) << text;
    fs::rename(part, file);
  }
  void look() {
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator(orders))
      if (item.path().extension() == ".xml" && item.path().filename().string()[0] != '.') files.push_back(item.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) serve(file);
    follow();
  }
  void serve(const fs::path& file) {
    const std::string body = read(file), name = file.stem().string();
    Dialect::Reply reply;
    bool pays = false;
    {
      const std::lock_guard one_at_a_time(dialect.mutex);
      pays = dialect.pays(body);
      if (pays && faults.strikes("cut-before-execute")) {  // the file is lost
        fs::remove(file);
        return;
      }
      reply = dialect.answer("POST", "/", body);
    }
    if (pays || reply.status == 202) open[name] = "";
    if (!(pays ? faults.strikes("cut-after-send") : faults.strikes("query-cut")).has_value() && reply.status == 200) {
      if (pays && faults.strikes("half-reply")) {
        put(name, reply.body.substr(0, reply.body.size() / 2));
      } else if (pays && faults.strikes("garbage")) {
        put(name, "<?xml version=\"1.0\"?><X>\xff\xfe\x81\x20</\xc4");
      } else {
        if (const auto delay = pays ? faults.strikes("delay") : std::nullopt) std::this_thread::sleep_for(std::chrono::milliseconds(*delay > 0 ? *delay : 3000));
        if (pays && faults.strikes("reply-twice")) put(name, reply.body);
        put(name, reply.body);
        if (pays) open[name] = reply.body;
      }
      if (pays && open[name].empty()) open.erase(name);  // what was said badly is not said again
    } else if (pays && reply.status == 200) {
      open.erase(name);
    }
    fs::remove(file);
  }
  // What is not over is looked at again; a word that changed is told.
  void follow() {
    for (auto it = open.begin(); it != open.end();) {
      Dialect::Reply now;
      {
        const std::lock_guard one_at_a_time(dialect.mutex);
        now = dialect.answer("GET", "/" + it->first, "");
      }
      if (now.status != 200) {
        it = open.erase(it);
        continue;
      }
      if (now.body != it->second) put(it->first, now.body);
      it->second = now.body;
      it = now.body.find("ACSP") == std::string::npos ? open.erase(it) : std::next(it);
    }
  }

  Dialect& dialect;
  Faults& faults;
  fs::path orders, answers;
  std::map<std::string, std::string> open;  // by message: what was said of it last
  std::uint64_t number = 0;
  std::atomic<bool> stopping{false};
  std::thread worker;
};

DropCounter::DropCounter(Dialect& dialect, Faults& faults, const std::string& folder) : impl_(std::make_unique<Impl>(dialect, faults, folder)) {}
DropCounter::~DropCounter() = default;

}  // namespace mif::banksim
