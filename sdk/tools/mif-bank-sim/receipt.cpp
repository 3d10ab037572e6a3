// SPDX-License-Identifier: Apache-2.0
#include "receipt.h"

#include <openssl/evp.h>

#include "dialect.h"

namespace mif::banksim {

namespace {

std::string number_of(const Entry& e) { return "R" + std::to_string(100000000 + e.id); }

// ASCII without what would end a PDF string.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c >= ' ' && c < 127 && c != '(' && c != ')' && c != '\\') out += c;
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out(bytes.size() / 3 * 4 + 5, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return out;
}

std::string cut_page(Extract& extract, const std::string& cursor, Faults& faults) {
  constexpr std::size_t kPage = 4;
  auto& all = extract.entries;
  const std::size_t from = std::min(cursor.empty() ? std::size_t{0} : std::stoul(cursor.substr(1)), all.size()), to = std::min(from + kPage, all.size());
  const std::string next = to < all.size() ? "E" + std::to_string(faults.strikes("page-repeats") ? from : to) : std::string();
  all = {all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)};
  return next;
}

std::vector<Receipt> receipts_of(const Extract& extract, const std::string& head, const std::string& tail, std::int64_t base, Faults& faults) {
  std::vector<Receipt> all;
  for (const auto& e : extract.entries) {
    if (faults.strikes("receipt-missing")) continue;
    Receipt r{number_of(e), head + std::to_string(base + e.id) + tail, e.ref, e, e.amount};
    if (faults.strikes("receipt-wrong-amount")) r.amount += e.amount < Fen(0) ? Fen(-1) : Fen(1);
    if (faults.strikes("receipt-bare")) r.bank_ref = r.client_ref = "";
    all.push_back(r);
    if (faults.strikes("receipt-twice")) {
      r.number += "B";
      all.push_back(std::move(r));
    }
  }
  return all;
}

std::string receipt_pdf(const std::string& account, const Receipt& r) {
  std::string page = "BT /F1 12 Tf 60 760 Td 18 TL (mif-bank-sim receipt " + plain(r.number) + ") Tj T*";
  for (const std::string& line : {"account " + account, "day " + r.entry.day.iso(), "amount " + r.amount.plain() + " CNY", "counterparty " + r.entry.counter, "reference " + r.entry.ref, "serial " + r.entry.serial})
    page += " (" + plain(line) + ") Tj T*";
  page += " ET";
  const std::string objects[] = {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                 "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
                                 "<< /Length " + std::to_string(page.size()) + " >>\nstream\n" + page + "\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string pdf = "%PDF-1.4\n", table;
  int number = 0;
  for (const auto& object : objects) {
    const std::string at = std::to_string(pdf.size());
    table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    pdf += std::to_string(++number) + " 0 obj\n" + object + "\nendobj\n";
  }
  const std::string start = std::to_string(pdf.size());
  return pdf + "xref\n0 6\n0000000000 65535 f \n" + table + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n";
}

}  // namespace mif::banksim
