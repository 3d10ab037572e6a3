// SPDX-License-Identifier: Apache-2.0
#include "tests/model/kinds.h"

namespace mif::model {

const std::vector<Kind>& employee_kinds() {
  static const std::vector<Kind> kinds = {
      {true, "1005", {"40010101 mode=1", "40010201 mode=1"}},                                 // premiums collected by the tax office
      {true, "1003 bank_account=1003", {"1005"}},                                             // treasury to fiscal account
      {true, "1002 bank_account=1002", {"40010104 mode=2", "40010103 mode=1", "40010203 mode=1"}},
      {true, "1002 bank_account=1002", {"4601 mode=1"}},                                      // not yet assigned to a fund
      {false, "1002 bank_account=1002", {"1003 bank_account=1003"}},
      {true, "4601 mode=1", {"40010101 mode=1", "40010201 mode=1"}},                          // assigned
      {true, "1003 bank_account=1003", {"410102 mode=1;subsidy_kind=1"}},
      {true, "1003 bank_account=1003", {"42010101 mode=1", "42010201 mode=1"}},
      {true, "1004 bank_account=1004", {"4602 mode=1"}},
      {true, "4602 mode=1", {"42010101 mode=1", "42010201 mode=1"}},
      {true, "1004 bank_account=1004", {"1003 bank_account=1003"}},                           // money for payments
      {false, "1004 bank_account=1004", {"50010101 mode=1", "50010102 mode=1", "50010201 mode=1"}},
      {false, "1004 bank_account=1004", {"50010101 insutype=310;mode=2", "50010104 insutype=510;mode=1", "50010105 insutype=510;mode=1"}},
      {false, "1004 bank_account=1004", {"50010203 counterparty=P37010200001;mode=1", "50010103 mode=1"}},
      {true, "110102 counterparty=H37010200001", {"1004 bank_account=1004"}},                 // advance to a hospital
      {true, "50010101 mode=1", {"110102 counterparty=H37010200001"}},                        // and its use
      {true, "1002 bank_account=1002", {"4301 mode=1;region=310000"}},
      {true, "5201 mode=1;region=110000", {"1004 bank_account=1004"}},
      {true, "5101 mode=1", {"1004 bank_account=1004"}},
      {true, "530101 mode=1", {"1003 bank_account=1003"}},
      {true, "1003 bank_account=1003", {"440101 mode=1", "440201 mode=1"}},
      {true, "540101 mode=1", {"1004 bank_account=1004"}},
      {true, "1003 bank_account=1003", {"450101 mode=1", "450102 mode=1"}},
      {true, "1201", {"1003 bank_account=1003"}},
      {true, "1003 bank_account=1003", {"1201", "42010102 mode=1"}},
      {true, "110101 region=310000", {"1003 bank_account=1003"}},
      {true, "1003 bank_account=1003", {"200103 region=320000"}},
      {false, "1003 bank_account=1003", {"200103 region=320000"}},
  };
  return kinds;
}

const std::vector<Kind>& resident_kinds() {
  static const std::vector<Kind> kinds = {
      {true, "1005", {"400101 contribution_source=1", "400101 contribution_source=3", "400104 contribution_source=4"}},
      {true, "1003 bank_account=1003", {"1005"}},
      {true, "1003 bank_account=1003", {"410101 subsidy_kind=1", "410102 subsidy_kind=1", "410104 subsidy_kind=2"}},
      {true, "1003 bank_account=1003", {"420101", "420102"}},
      {true, "1004 bank_account=1004", {"1003 bank_account=1003"}},
      {false, "1004 bank_account=1004", {"500101", "500102", "500103 region=370100"}},
      {false, "1004 bank_account=1004", {"500101 counterparty=H37010200001"}},
      {true, "5101 insutype=392", {"1004 bank_account=1004"}},
      {true, "110102 counterparty=H37010200002", {"1004 bank_account=1004"}},
      {true, "500102", {"110102 counterparty=H37010200002"}},
      {true, "5301 region=370000", {"1003 bank_account=1003"}},
      {true, "1003 bank_account=1003", {"4401 region=370000", "4402 region=370100"}},
      {true, "5401", {"1004 bank_account=1004"}},
      {true, "1003 bank_account=1003", {"4501"}},
      {true, "1003 bank_account=1003", {"200103 region=320000", "200199"}},
      {false, "1003 bank_account=1003", {"200103 region=320000"}},
  };
  return kinds;
}

}  // namespace mif::model
