// SPDX-License-Identifier: Apache-2.0
#include "figure_sources.h"

#include <memory>

namespace mif::reporting {
namespace {

constexpr std::int64_t kDeadlineMs = 60000;

struct Provider {
  std::string plugin;
  const mif_figure_source* source;
};

Value value_of(const mif_figure& f, const std::string& plugin) {
  if (f.kind == MIF_FIGURE_BLANK) return {};
  if (f.kind == MIF_FIGURE_MONEY && f.scale == 2) return Value::money(Fen(f.units));
  if (f.kind != MIF_FIGURE_NUMBER || f.scale < 0 || f.scale > 6)
    throw Error(MIF_E_INTERNAL, "report.figure-form", "插件 " + plugin + " 给出的数不是约定的写法 (not what was agreed)");
  Wide scaled = f.units;
  for (int i = f.scale; i < 6; ++i) scaled *= 10;
  return Value::number(scaled);
}

Figure ask_one(const Registry& registry, Call call, const Provider& provider, const FigureQuestion& question) {
  std::vector<mif_str> arguments;
  for (const auto& a : question.arguments) arguments.push_back(s(a));
  mif_figure_query q = sized<mif_figure_query>();
  q.year = question.period.year;
  q.month = question.period.month;
  q.months = question.months;
  q.family = s(question.family);
  q.name = s(question.name);
  q.unit = s(question.unit);
  q.book = s(question.book);
  q.scheme = s(question.scheme);
  q.arguments = arguments.data();
  q.n_arguments = static_cast<std::uint32_t>(arguments.size());
  Figure figure;
  bool answered = false;
  SinkOf<mif_figure_sink, mif_figure> sink([&](const mif_figure& f) {
    answered = true;
    figure.provenance = str(f.provenance);
    if (f.kind == MIF_FIGURE_UNKNOWN) return true;
    figure.value = value_of(f, provider.plugin);
    figure.answer = f.kind == MIF_FIGURE_BLANK ? Figure::Answer::blank : Figure::Answer::value;
    return true;
  });
  registry.invoke(call, provider.plugin, "figures", kDeadlineMs, [&](mif_call* c) { return provider.source->figures(provider.source->self, c, &q, 1, sink.get()); });
  sink.done();
  if (!answered) figure.provenance = "插件 " + provider.plugin + " 没有回答 (no answer)";
  return figure;
}

}  // namespace

Figures FigureSources::figures(Call call) const {
  struct Asked {
    std::vector<Provider> providers;
    std::map<std::tuple<std::string, std::string, std::string, std::string, int, int, int, std::vector<std::string>>, Figure> known;
  };
  auto asked = std::make_shared<Asked>();
  for (const auto& [plugin, source] : registry_.providers<mif_figure_source>(call, MIF_FIGURE_SOURCE_ID)) asked->providers.push_back({plugin, source});
  return [this, call, asked](const FigureQuestion& q) {
    const auto [at, fresh] = asked->known.try_emplace({q.family, q.name, q.unit, q.book, q.period.year, q.period.month, q.months, q.arguments});
    if (!fresh) return at->second;
    // The reason of whoever has the family, when it has not the figure.
    for (const auto& provider : asked->providers) {
      Figure answer;
      try {
        answer = ask_one(registry_, call, provider, q);
      } catch (const Error& e) {
        answer.provenance = "插件 " + provider.plugin + " 没有答复 (the module failed)：" + e.what();
      }
      if (answer.answer != Figure::Answer::unknown) return at->second = answer;
      if (at->second.provenance.empty()) at->second.provenance = answer.provenance;
    }
    return at->second;
  };
}

}  // namespace mif::reporting
