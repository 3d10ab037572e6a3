// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

mif_status require(void* impl, mif_call* call, mif_str permission, mif_str unit) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext& context) {
    const std::string_view what = filled(permission, "permission", 100), where = text(unit, "unit", 60);
    if (context.caller) context.caller->require(what, where);
  });
}

mif_status whoami(void* impl, mif_call* call, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    JsonWriter json;
    json.begin_object();
    const auto list = [&](const char* key, const auto& items) {
      json.key(key).begin_array();
      for (const auto& item : items) json.value(item);
      json.end_array();
    };
    if (context.caller) {
      const identity::Caller& c = *context.caller;
      json.field("login", c.login).field("name", c.name).field("unit", c.unit);
      list("roles", c.roles);
      list("units", c.units);
      list("permissions", c.permissions);
    } else {  // the plugin's own scheduled work
      json.field("login", "plugin:" + side.manifest.id).field("name", side.manifest.name).field("unit", "");
      std::vector<std::string> units;
      if (context.txn) {
        for (const auto& u : side.deployment.identity().units(*context.txn)) units.push_back(u.code);
      } else {
        side.deployment.database().read([&](store::Txn& txn) {
          for (const auto& u : side.deployment.identity().units(txn)) units.push_back(u.code);
        });
      }
      list("roles", std::vector<std::string>{});
      list("units", units);
      list("permissions", std::vector<std::string>{});
    }
    json.end_object();
    given(sink, "sink").on(sink, s(json.str()));
  });
}

mif_status name_of(void* impl, mif_call* call, mif_str login_or_unit, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    const std::string code(filled(login_or_unit, "login_or_unit", 120));
    std::string name = code;
    const auto look = [&](store::Txn& txn) {
      for (const auto& u : side.deployment.identity().units(txn))
        if (u.code == code) name = u.name;
      for (const auto& p : side.deployment.identity().people(txn))
        if (p.login == code) name = p.name;
    };
    if (context.txn) look(*context.txn);
    else side.deployment.database().read(look);
    given(sink, "sink").on(sink, s(name));
  });
}

mif_status units(void* impl, mif_call* call, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    std::vector<identity::Unit> all;
    const auto look = [&](store::Txn& txn) { all = side.deployment.identity().units(txn); };
    if (context.txn) look(*context.txn);
    else side.deployment.database().read(look);
    // A parent stands before its children: levels only go down.
    const auto depth = [](const identity::Unit& u) { return u.level == "province" ? 0 : u.level == "city" ? 1 : 2; };
    std::stable_sort(all.begin(), all.end(), [&](const identity::Unit& a, const identity::Unit& b) { return depth(a) < depth(b); });
    JsonWriter json;
    json.begin_array();
    for (const auto& u : all)
      if (sees(context, u.code)) json.begin_object().field("code", u.code).field("name", u.name).field("level", u.level).field("parent", u.parent).end_object();
    json.end_array();
    given(sink, "sink").on(sink, s(json.str()));
  });
}

}  // namespace

void fill_identity(PluginSide& side) {
  side.identity = sized<mif_identity>();
  side.identity.impl = &side;
  side.identity.require = &require;
  side.identity.whoami = &whoami;
  side.identity.name_of = &name_of;
  side.identity.units = &units;
}

}  // namespace mif::service
