// SPDX-License-Identifier: Apache-2.0
// bank-xmlfront: banks reached by XML, through a front-end machine or by HTTP; dialects are profile files.
//   plugin { bank-xmlfront { link demo-bank { profile "templates/bank/cmb-like.info" host 127.0.0.1 port 9005 login MIF01 } } }
#include "fronts.h"

namespace mif::bank_xmlfront {

namespace {

class BankXmlFront : public FrontPlugin {
 public:
  explicit BankXmlFront(const mif_host* host) : FrontPlugin(host, "bank-xmlfront", "xml-front") {}
};

}  // namespace

}  // namespace mif::bank_xmlfront

MIF_PLUGIN(mif::bank_xmlfront::BankXmlFront, "bank-xmlfront", "1.0.0", MIF_LIST("mif.bank-adapter/1"), MIF_LIST("mif.clock/1", "mif.config/1", "mif.store/1"))
