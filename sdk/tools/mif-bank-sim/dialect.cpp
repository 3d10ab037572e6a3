// SPDX-License-Identifier: Apache-2.0
#include "dialect.h"

#include <boost/property_tree/xml_parser.hpp>
#include <openssl/evp.h>

#include <sstream>

#include "mif/error.hpp"

namespace mif::banksim {

Tree read_xml(const std::string& utf8) {
  if (utf8.find("<!DOCTYPE") != std::string::npos) throw Error(MIF_E_INVALID, "a document type is not accepted");
  try {
    Tree tree;
    std::istringstream in(utf8);
    boost::property_tree::read_xml(in, tree, boost::property_tree::xml_parser::trim_whitespace);
    return tree;
  } catch (const boost::property_tree::xml_parser_error& e) {
    throw Error(MIF_E_INVALID, "not XML: " + e.message());
  }
}

std::string write_xml(const Tree& tree, const char* encoding) {
  std::ostringstream out;
  boost::property_tree::write_xml(out, tree, boost::property_tree::xml_writer_make_settings<std::string>(' ', 0, encoding));
  return out.str();
}

std::string text_at(const Tree& tree, const char* path) { return tree.get<std::string>(path, ""); }

std::string in_form(const std::string& body, std::string_view field) {
  const auto decoded = [](std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '+') out += ' ';
      else if (text[i] == '%' && i + 2 < text.size()) {
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      } else out += text[i];
    }
    return out;
  };
  std::istringstream items(body);
  for (std::string item; std::getline(items, item, '&');) {
    const auto equals = item.find('=');
    if (equals != std::string::npos && decoded(item.substr(0, equals)) == field) return decoded(std::string_view(item).substr(equals + 1));
  }
  throw Error(MIF_E_INVALID, "the form has no field " + std::string(field));
}

std::string form_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char buffer[4];
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) out += c;
    else {
      std::snprintf(buffer, sizeof buffer, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += buffer;
    }
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out(text.size() + 1, '\0');
  const int n = text.size() % 4 ? -1 : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (n < 0) throw Error(MIF_E_INVALID, "not base64");
  std::size_t size = static_cast<std::size_t>(n);
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '=' && size > 0; --i) --size;
  out.resize(size);
  return out;
}

std::vector<OrderState> Counter::take(const std::vector<Order>& orders) {
  return ledger.take(orders, [this](const Order&) { return draw(faults, today); });
}

Extract Counter::extract(const std::string& account, Day from, Day to) {
  Extract extract = ledger.extract(account, from, to);
  auto& lines = extract.entries;
  if (!lines.empty() && faults.strikes("statement-missing")) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2));
  if (!lines.empty() && faults.strikes("statement-repeated")) lines.push_back(lines.back());
  if (faults.strikes("statement-wrong-opening")) extract.opening += Fen(1);
  if (faults.strikes("statement-wrong-closing")) extract.closing += Fen(1);
  if (lines.size() > 1 && faults.strikes("statement-reordered")) std::swap(lines.front(), lines.back());
  return extract;
}

std::unique_ptr<Dialect> make_dialect(const std::string& name, Counter counter, const std::string& state, const Client& client) {
  if (name == "iso20022") return make_iso20022(counter, state + "/messages");
  if (name == "json-sm") return make_json_sm(counter, state + "/keys", client.key);
  if (name == "icbc-like") return make_icbc(counter);
  if (name == "abc-like") return make_abc(counter);
  if (name == "ccb-like") return make_ccb(counter, client.password);
  if (name == "boc-like") return make_boc(counter);
  throw Error(MIF_E_INVALID, "--dialect: unknown dialect \"" + name + "\"; known: cmb-like icbc-like abc-like ccb-like boc-like json-sm iso20022");
}

}  // namespace mif::banksim
