// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace mif::banksim {

class BankLedger;

// Loads accounts and incoming credits from an INFO file. Loading the same script again changes nothing:
//   account { number 9900001004001 name "支出户" opening 0.00 }
//   credit { account 9900001004001 day 2023-06-01 amount 500000.00 ref BF2023060001 counter 9900001003001 counter-name ".." text ".." }
void load_script(BankLedger& ledger, const std::string& path);

}  // namespace mif::banksim
