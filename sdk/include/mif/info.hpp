// SPDX-License-Identifier: Apache-2.0
// mif.info/1 in C++: INFO text into the same Node a configuration file gives.
#ifndef MIF_INFO_HPP
#define MIF_INFO_HPP

#include "mif/services.hpp"
#include "mif/svc/info.h"

namespace mif {

class InfoText {
 public:
  explicit InfoText(const Plugin& plugin) : service_(plugin.need<mif_info>(MIF_INFO_ID)) {}
  // Throws MIF_E_INVALID "NAME:LINE: ...".
  Node parse(Call call, std::string_view text, std::string_view name) const {
    Node root;
    std::vector<std::size_t> path;  // indices of the open ancestors
    SinkOf<mif_node_sink, mif_node> sink([&](const mif_node& n) {
      path.resize(static_cast<std::size_t>(n.depth));
      Node* parent = &root;
      for (const std::size_t index : path) parent = &parent->children[index];
      parent->children.push_back({str(n.key), str(n.value), n.line, {}});
      path.push_back(parent->children.size() - 1);
      return true;
    });
    ask(call.get(), service_->parse, service_->impl, s(text), s(name), sink.get());
    sink.done();
    return root;
  }

 private:
  const mif_info* service_;
};

}  // namespace mif
#endif
