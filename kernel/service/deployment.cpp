// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/deployment.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernel/books/books.h"
#include "kernel/ledger/locked.h"
#include "kernel/open_items/open_items.h"
#include "mif/error.hpp"

namespace mif::service {
namespace fs = std::filesystem;

struct Deployment::Impl {
  Settings settings;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<audit::Log> log;
  std::unique_ptr<chart::Charts> charts;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<closing::Closing> closing;
  std::unique_ptr<identity::Identity> identity;
  std::unique_ptr<workflow::Engine> workflow;
  std::unique_ptr<workflow::Rules> rules;
  std::unique_ptr<objects::ObjectStore> objects;
  std::unique_ptr<Services> services;
  std::unique_ptr<plugin::Host> plugins;
};

Deployment::Deployment() : impl_(std::make_unique<Impl>()) {}

Deployment::~Deployment() {
  if (impl_->plugins) impl_->plugins->stop();
}

std::unique_ptr<Deployment> Deployment::open(const std::string& home, bool with_plugins, std::unique_ptr<Clock> clock) {
  std::unique_ptr<Deployment> self(new Deployment);
  Impl& impl = *self->impl_;
  impl.settings = read_settings(fs::absolute(home).lexically_normal().string());
  for (const char* folder : {"data", "plugins", "objects", "keys", "checkpoints", "log"}) fs::create_directories(fs::path(impl.settings.home) / folder);

  impl.clock = clock ? std::move(clock) : system_clock(impl.settings.business_day);
  store::Options options;
  options.dsn = impl.settings.dsn;
  options.create = true;
  options.pool_size = 16;
  impl.database = store::Database::open(options);
  store::migrate(*impl.database, "audit", audit::migrations());
  store::migrate(*impl.database, "chart", chart::migrations());
  store::migrate(*impl.database, "ledger", ledger::migrations());
  store::migrate(*impl.database, "books", books::migrations());
  store::migrate(*impl.database, "open_items", open_items::migrations());
  store::migrate(*impl.database, "closing", closing::migrations());
  store::migrate(*impl.database, "identity", identity::migrations());
  store::migrate(*impl.database, "workflow", workflow::migrations());

  impl.log = std::make_unique<audit::Log>(*impl.clock, impl.settings.hash);
  impl.charts = std::make_unique<chart::Charts>(*impl.database, *impl.log);
  impl.ledger = std::make_unique<ledger::Ledger>(*impl.charts, *impl.log, *impl.clock);
  impl.closing = std::make_unique<closing::Closing>(*impl.ledger, *impl.charts, *impl.log, *impl.clock, closing::read_template_folder(self->path("templates/closing")));
  impl.identity = std::make_unique<identity::Identity>(*impl.log, *impl.clock, identity::read_roles_info(self->path("config/roles.info")));
  impl.workflow = std::make_unique<workflow::Engine>(*impl.log, *impl.clock, workflow::read_flows_info(self->path("config/workflow.info")));
  impl.rules = std::make_unique<workflow::Rules>(*impl.log, *impl.clock);
  impl.objects = std::make_unique<objects::ObjectStore>(self->path("objects"), impl.settings.hash);

  // What a flow's end means for a voucher. The review node is where somebody vouches for the content; whatever nodes follow
  // (payment, bank evidence) only delay the posting.
  workflow::Handler voucher;
  ledger::Ledger& ledger = *impl.ledger;
  voucher.passed = [&ledger](store::Txn& txn, const Who& who, const workflow::Instance& instance, const std::string& node) {
    if (node == "review") ledger.approve(txn, who, std::stoll(instance.subject), instance.last_actor);
    if (node == "sign") ledger.sign(txn, who, std::stoll(instance.subject), instance.last_actor);
  };
  voucher.ended = [&ledger](store::Txn& txn, const Who& who, const workflow::Instance& instance) {
    const std::int64_t id = std::stoll(instance.subject);
    if (instance.state == workflow::FlowState::approved) ledger.post(txn, who, id);
    if (instance.state == workflow::FlowState::rejected) ledger.reject(txn, who, id, "审批未通过");
  };
  impl.workflow->on("voucher", std::move(voucher));

  plugin::HostOptions host;
  host.state_folder = self->path("plugins");
  host.trust_folder = self->path("trust");
  host.allow_unsigned = impl.settings.development;
  host.on_event = [&impl](std::string_view plugin, std::string_view event, std::string_view sentence) {
    if (impl.services) impl.services->plugin_event(plugin, event, sentence);
  };
  impl.plugins = std::make_unique<plugin::Host>(host, *impl.clock);
  impl.services = std::make_unique<Services>(*self);
  if (with_plugins) {
    Services& services = *impl.services;
    impl.plugins->start([&services](const plugin::Manifest& manifest, std::string_view id) { return services.service(manifest, id); },
                        [&services](const plugin::Manifest& manifest, const std::string& folder) { services.migrate(manifest, folder); });
  }
  return self;
}

const Settings& Deployment::settings() const { return impl_->settings; }
const Clock& Deployment::clock() const { return *impl_->clock; }
store::Database& Deployment::database() { return *impl_->database; }
audit::Log& Deployment::log() { return *impl_->log; }
chart::Charts& Deployment::charts() { return *impl_->charts; }
ledger::Ledger& Deployment::ledger() { return *impl_->ledger; }
closing::Closing& Deployment::closing() { return *impl_->closing; }
identity::Identity& Deployment::identity() { return *impl_->identity; }
workflow::Engine& Deployment::workflow() { return *impl_->workflow; }
workflow::Rules& Deployment::rules() { return *impl_->rules; }
objects::ObjectStore& Deployment::objects() { return *impl_->objects; }
plugin::Host& Deployment::plugins() { return *impl_->plugins; }

std::string Deployment::path(std::string_view below_home) const {
  const fs::path relative{std::string(below_home)};
  bool inside = !relative.is_absolute() && !relative.empty();
  for (const auto& part : relative) inside = inside && part != "..";
  if (!inside) throw Error(MIF_E_DENIED, "config.outside-home", "路径须在主目录之下 (the path must stay below the home folder): \"" + std::string(below_home) + "\"");
  return (fs::path(impl_->settings.home) / relative).string();
}

ledger::Proposal Deployment::save(store::Txn& txn, const Who& who, const ledger::Draft& draft) { return impl_->ledger->propose(txn, who, draft); }

ledger::Proposal Deployment::propose(store::Txn& txn, const Who& who, const ledger::Draft& draft) {
  const ledger::Proposal proposal = impl_->ledger->propose(txn, who, draft);
  if (!proposal.existed) start_flow(txn, who, impl_->ledger->voucher(txn, proposal.id));
  return proposal;
}

// Locked: nobody edits or submits it between the digest that the flow is started on and the submission.
void Deployment::resubmit(store::Txn& txn, const Who& who, std::int64_t id) {
  const ledger::Voucher voucher = ledger::locked_voucher(txn, id);
  if (voucher.maker != who.actor)
    throw Error(MIF_E_DENIED, "voucher.not-maker", "凭证 " + std::to_string(id) + " 由 " + voucher.maker + " 制单, 应由本人重新提交 (only its maker submits it again)");
  if (voucher.state != ledger::State::draft) throw Error(MIF_E_CONFLICT, "voucher.not-draft", "凭证 " + std::to_string(id) + " 不是草稿, 不用再提交 (not a draft)");
  start_flow(txn, who, voucher);
}

// The instance is started on the digest of the content, so that what is decided is what was submitted.
void Deployment::start_flow(store::Txn& txn, const Who& who, const ledger::Voucher& voucher) {
  const std::string unit = impl_->ledger->book(txn, voucher.book).unit;
  std::vector<std::string_view> accounts;
  for (const auto& line : voucher.lines) accounts.push_back(line.account);
  const std::string flow = impl_->workflow->flow_for("voucher", voucher.flow, who.origin, accounts);
  const std::int64_t instance = impl_->workflow->start(txn, who, flow, unit, "voucher",
                                                       std::to_string(voucher.id), voucher.content_hash, voucher.total, voucher.maker);
  impl_->ledger->set_workflow(txn, who, voucher.id, instance);
  impl_->ledger->submit(txn, who, voucher.id);
}

void Deployment::withdraw(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reason) {
  const std::int64_t instance = ledger::locked_voucher(txn, voucher).workflow_instance;
  impl_->ledger->withdraw(txn, who, voucher, reason);
  // Of a voucher that its reviewer sent back, the flow is over.
  if (instance != 0 && impl_->workflow->instance(txn, instance).state == workflow::FlowState::open) impl_->workflow->cancel(txn, who, instance, reason);
}

workflow::Instance Deployment::decide(store::Txn& txn, const Who& who, const identity::Caller& caller, std::int64_t voucher,
                                      std::string_view node, bool approve, std::string_view comment) {
  const ledger::Voucher head = impl_->ledger->voucher(txn, voucher);
  const std::string unit = impl_->ledger->book(txn, head.book).unit;
  if (!caller.sees(unit)) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no voucher) " + std::to_string(voucher));
  if (head.workflow_instance == 0) throw Error(MIF_E_CONFLICT, "voucher.not-submitted", "凭证还没有提交审批 (the voucher was not submitted): " + std::to_string(voucher));
  return impl_->workflow->decide(txn, who, caller, head.workflow_instance, node, approve, head.content_hash, comment);
}

std::vector<audit::DigestSource> Deployment::digest_sources() const {
  std::vector<audit::DigestSource> all;
  const HashAlg alg = impl_->settings.hash;
  for (auto&& sources : {chart::digest_sources(alg), ledger::digest_sources(alg), books::digest_sources(alg), open_items::digest_sources(alg), closing::digest_sources(alg),
                         identity::digest_sources(alg), workflow::digest_sources(alg)})
    all.insert(all.end(), sources.begin(), sources.end());
  return all;
}

}  // namespace mif::service
