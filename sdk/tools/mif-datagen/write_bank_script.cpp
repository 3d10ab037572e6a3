// SPDX-License-Identifier: Apache-2.0
#include "generate.h"

namespace mif::datagen {

// The bank's side of the money that arrives by itself: accounts with their openings, then one credit per incoming document.
std::string bank_script(const std::vector<Figures>& files, const Exchange& exchange) {
  std::string text = "; Written by mif-datagen: accounts and incoming credits for the bank simulator.\n";
  for (const auto& figures : files)
    for (const auto& a : figures.accounts)
      if (a.scripted) text += "account { number " + a.number + " name \"" + a.name + "\" opening " + a.opening.plain() + " }\n";
  for (const auto& d : exchange.documents) {
    if (d.incoming.empty() || !d.expect.empty()) continue;
    for (const auto& figures : files)
      for (const auto& a : figures.accounts)
        if (a.scripted && a.number == d.incoming)
          text += "credit { account " + d.incoming + " day " + d.day.iso() + " amount " + d.amount.plain() + " ref " + d.doc_no + " counter \"" +
                  (d.outgoing.empty() ? d.counter_name : d.outgoing) + "\" text \"" + d.type + "\" }\n";
  }
  return text;
}

}  // namespace mif::datagen
