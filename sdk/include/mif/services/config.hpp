// SPDX-License-Identifier: Apache-2.0
// mif.config: settings, files and secrets below the home.
#ifndef MIF_SERVICES_CONFIG_HPP
#define MIF_SERVICES_CONFIG_HPP

#include <exception>

#include "mif/sdk.hpp"
#include "mif/svc/host.h"

namespace mif {

// A configuration node with its line, so that every complaint can name file and line.
struct Node {
  std::string key, value;
  int line = 0;
  std::vector<Node> children;

  const Node* find(std::string_view name) const {
    for (const auto& c : children)
      if (c.key == name) return &c;
    return nullptr;
  }
  std::vector<const Node*> all(std::string_view name) const {
    std::vector<const Node*> found;
    for (const auto& c : children)
      if (c.key == name) found.push_back(&c);
    return found;
  }
  std::string get(std::string_view name, std::string_view otherwise = {}) const {
    const Node* found = find(name);
    return found ? found->value : std::string(otherwise);
  }
  // Throws MIF_E_INVALID naming `where` and this node's line when `name` is missing.
  const std::string& require(std::string_view name, std::string_view where) const {
    if (const Node* found = find(name)) return found->value;
    throw Error(MIF_E_INVALID, "config.key-missing", std::string(where) + ":" + std::to_string(line) + ": \"" + key + "\" 缺少 (lacks) \"" + std::string(name) + "\"");
  }
};

class Config {
 public:
  explicit Config(const Plugin& plugin) : service_(plugin.need<mif_config>(MIF_CONFIG_ID)) {}
  Node own(Call call) const {
    return tree([&](mif_node_sink* sink) { ask(call.get(), service_->own, service_->impl, sink); });
  }
  Node info(Call call, std::string_view path) const {
    return tree([&](mif_node_sink* sink) { ask(call.get(), service_->info, service_->impl, s(path), sink); });
  }
  std::string bytes(Call call, std::string_view path) const {
    TextSink sink;
    ask(call.get(), service_->bytes, service_->impl, s(path), sink.get());
    return sink.text();
  }
  std::vector<std::string> list(Call call, std::string_view folder) const {
    TextSink sink;
    ask(call.get(), service_->list, service_->impl, s(folder), sink.get());
    return sink.chunks();
  }
  std::string secret(Call call, std::string_view name) const {
    TextSink sink;
    ask(call.get(), service_->secret, service_->impl, s(name), sink.get());
    return sink.text();
  }
  // Shows the secret to `use` while the host holds it; what `use` does not keep is kept nowhere on this side.
  template <class F>
  void secret(Call call, std::string_view name, F use) const {
    auto sink = sized<mif_text_sink>();
    struct Once {
      F& use;
      std::exception_ptr thrown;
    } once{use, nullptr};
    sink.impl = &once;
    sink.on = [](mif_text_sink* self, mif_str text) -> std::int32_t {
      auto* o = static_cast<Once*>(self->impl);
      try {
        o->use(view(text));
      } catch (...) {
        o->thrown = std::current_exception();
      }
      return 0;
    };
    ask(call.get(), service_->secret, service_->impl, s(name), &sink);
    if (once.thrown) std::rethrow_exception(once.thrown);
  }
  // Absolute path of a file below the deployment's home.
  std::string path(Call call, std::string_view below_home) const {
    if (!MIF_HAS(service_, path) || !service_->path) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", "host cannot resolve paths below its home");
    TextSink sink;
    ask(call.get(), service_->path, service_->impl, s(below_home), sink.get());
    return sink.text();
  }

 private:
  template <class F>
  static Node tree(F&& fill) {
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
    fill(sink.get());
    sink.done();
    return root;
  }
  const mif_config* service_;
};

}  // namespace mif
#endif
