// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/breadcrumb.h"


#include <atomic>
#include <thread>
#include <vector>

#include "folders.h"

namespace mif::plugin {
namespace {

// Every start collects what dead processes left, and several may start in one home at once: none may take another's fresh file for a dead one's.
TEST(Breadcrumbs, starts_at_once_do_not_take_each_others_file) {
  const test::Scratch home;
  const std::string folder = home.str() + "/crumbs";
  std::atomic<int> refused{0}, lost{0};
  std::vector<std::thread> starts;
  for (int i = 0; i < 4; ++i)
    starts.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        try {
          (void)Breadcrumbs::collect(folder);
          Breadcrumbs mine(folder);
          const Breadcrumbs::Mark inside(mine, "probe", "f");
          if (!Breadcrumbs::collect(folder).empty()) ++lost;
        } catch (const std::exception&) {
          ++refused;
        }
      }
    });
  for (auto& start : starts) start.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(lost, 0);
}

}  // namespace
}  // namespace mif::plugin
