// SPDX-License-Identifier: Apache-2.0
#include "chain.h"

#include "mif/error.hpp"
#include "rules.h"

namespace mif::report_package {

Chain judge(const std::optional<Stored>& stored, const ReportSet& incoming, bool template_known) {
  const Manifest& m = incoming.manifest;
  if (stored && (stored->unit != m.unit || stored->package != m.package || stored->period != m.period || stored->layer != m.layer))
    throw Error(MIF_E_INTERNAL, "a package is judged against another unit's, package's, period's or layer's");
  if (stored && stored->digest == incoming.digest) return Chain::same;
  if (stored && m.revision < stored->revision) return Chain::replay;
  if (stored && m.revision == stored->revision) return Chain::fork;
  if (m.revision != (stored ? stored->revision + 1 : 1) || m.parent != (stored ? stored->digest : std::string())) return Chain::parent;
  return template_known ? Chain::accept : Chain::template_unknown;
}

void require(Chain verdict, const std::optional<Stored>& stored, const ReportSet& incoming) {
  const std::string where = "数据包 " + name_of(incoming.manifest) + " 第 " + std::to_string(incoming.manifest.revision) + " 版";
  const std::string now = stored ? "已收第 " + std::to_string(stored->revision) + " 版" : std::string("还没有收过");
  switch (verdict) {
    case Chain::accept:
    case Chain::same: return;
    case Chain::replay: throw Error(MIF_E_CONFLICT, "report-package.replay", where + " 比收到的旧，" + now + "，不再接收 (an older revision than the stored one)");
    case Chain::fork: throw Error(MIF_E_CONFLICT, "report-package.fork", where + " 与已收的同版但内容不同，请以更正生成下一版 (the same revision with other content)");
    case Chain::parent: throw Error(MIF_E_CONFLICT, "report-package.parent", where + " 所更正的不是这里收到的那一版，" + now + "，请先补报中间的版本 (it does not correct what is stored)");
    case Chain::template_unknown:
      throw Error(MIF_E_INVALID, "report-package.template-unknown", where + " 按另一文本的报表包填报，请先下发或更新模板再重报 (filled in from a text of the report package that is not known here)");
  }
}

}  // namespace mif::report_package
