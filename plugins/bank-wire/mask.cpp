// SPDX-License-Identifier: Apache-2.0
#include "mask.h"

#include <openssl/evp.h>

#include <algorithm>

namespace mif::bank_wire {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
std::size_t first_character(std::string_view text) {
  std::size_t n = text.empty() ? 0 : 1;
  while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) ++n;
  return n;
}
// "-4,910.68": an amount of money says nothing of who it belongs to.
bool amount(std::string_view text) {
  const auto point = text.find('.');
  return point != std::string_view::npos && text.size() - point <= 6 && text.find_first_not_of("0123456789,.+-") == std::string_view::npos;
}
bool day(std::string_view text) { return text.size() == 8 && (text.rfind("19", 0) == 0 || text.rfind("20", 0) == 0) && std::all_of(text.begin(), text.end(), digit); }

std::string by_shape(std::string_view text) {
  if (text.empty() || (ascii(text) && text.size() <= 4) || amount(text) || day(text)) return std::string(text);
  return ascii(text) ? masked_account(text) : masked_name(text);
}

std::string unescaped(std::string_view text) {
  constexpr std::pair<std::string_view, char> kNames[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const auto* found = std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& n) { return text.substr(i, n.first.size()) == n.first; });
    plain += found == std::end(kNames) ? text[i] : found->second;
    i += found == std::end(kNames) ? 1 : found->first.size();
  }
  return plain;
}
void append_escaped(std::string& xml, std::string_view text) {
  for (const char c : text) {
    if (c == '&') xml += "&amp;";
    else if (c == '<') xml += "&lt;";
    else if (c == '>') xml += "&gt;";
    else xml += c;
  }
}
// <name a="b">: names of namespaces and versions stay, other values go by their shape.
std::string masked_markup(std::string_view markup) {
  if (markup.rfind("<?", 0) == 0 || markup.rfind("</", 0) == 0) return std::string(markup);
  if (markup.rfind("<!", 0) == 0) return "<!***>";
  std::string out;
  for (std::size_t i = 0; i < markup.size();) {
    const auto open = markup.find('=', i);
    const char quote = open != std::string_view::npos && open + 1 < markup.size() ? markup[open + 1] : 0;
    const auto close = quote == '"' || quote == '\'' ? markup.find(quote, open + 2) : std::string_view::npos;
    if (close == std::string_view::npos) {  // no value left, or one that was cut
      out.append(markup.substr(i, open == std::string_view::npos ? open : open + 1 - i));
      break;
    }
    const std::string_view name = markup.substr(i, open - i), value = markup.substr(open + 2, close - open - 2);
    out.append(name).append("=").append(1, quote);
    out += name.find("xmlns") != std::string_view::npos || name.find("schemaLocation") != std::string_view::npos ? std::string(value) : by_shape(value);
    out.append(1, quote);
    i = close + 1;
  }
  return out;
}

}  // namespace

std::string masked_account(std::string_view text) {
  const std::size_t shown = ascii(text) ? std::min<std::size_t>(4, text.size() / 2) : 0;
  return "****" + std::string(text.substr(text.size() - shown));
}
std::string masked_name(std::string_view text) {
  const std::size_t n = first_character(text);
  return n == text.size() ? "**" : std::string(text.substr(0, n)) + "**";
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), raw, &n, EVP_sha256(), nullptr) != 1) return {};
  std::string hex;
  for (unsigned i = 0; i < n; ++i) {
    hex += "0123456789abcdef"[raw[i] >> 4];
    hex += "0123456789abcdef"[raw[i] & 15];
  }
  return hex;
}

void Mask::tag(std::string_view path, Seen as) {
  path = path.substr(path.rfind('/') + 1);
  if (path.empty() || path == ".") return;
  Seen& seen = tags_.emplace(std::string(path), as).first->second;
  seen = std::max(seen, as);
}

void Mask::known(std::string_view value, std::string shown) {
  const auto at = std::find_if(known_.begin(), known_.end(), [&](const auto& k) { return k.first.size() < value.size() || k.first == value; });
  if (at == known_.end() || at->first != value) known_.emplace(at, std::string(value), std::move(shown));
}
// Shorter values would tear other words apart.
void Mask::account(std::string_view value) {
  if (value.size() >= 6) known(value, masked_account(value));
}
void Mask::name(std::string_view value) {
  if (value.size() >= 4) known(value, masked_name(value));
}
void Mask::hide(std::string_view value) {
  if (value.size() >= 4) known(value, "***");
}

std::string Mask::without_known(std::string_view text) const {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto found = std::find_if(known_.begin(), known_.end(), [&](const auto& k) { return text.substr(i, k.first.size()) == k.first; });
    if (found == known_.end()) {
      out += text[i++];
      continue;
    }
    out += found->second;
    i += found->first.size();
  }
  return out;
}

std::string Mask::free_text(std::string_view text) const {
  const std::string plain = without_known(text);
  std::string out;
  for (std::size_t i = 0; i < plain.size();) {
    std::size_t end = i;
    while (end < plain.size() && digit(plain[end])) ++end;
    const std::string_view run = std::string_view(plain).substr(i, end - i);
    if (run.empty()) out += plain[i++];
    else out += run.size() >= 9 ? masked_account(run) : std::string(run);
    i += run.size();
  }
  return out;
}

std::string Mask::value(std::string_view tag, std::string_view text) const {
  const auto found = tags_.find(tag.substr(tag.rfind('/') + 1));
  switch (found == tags_.end() ? Seen::shape : found->second) {
    case Seen::open: return without_known(text);
    case Seen::text: return free_text(text);
    case Seen::account: return text.empty() ? std::string() : masked_account(text);
    case Seen::name: return text.empty() ? std::string() : masked_name(text);
    case Seen::hidden: return text.empty() ? std::string() : "***";
    case Seen::shape: break;
  }
  const std::string plain = without_known(text);
  return plain == text ? by_shape(text) : free_text(text);
}

std::string Mask::xml(std::string_view text) const {
  std::string out;
  std::vector<std::string_view> open;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '<') {
      const std::string_view raw = text.substr(i, text.find('<', i) - i);
      i += raw.size();
      const auto first = raw.find_first_not_of(" \t\r\n");
      if (first == std::string_view::npos) {
        out.append(raw);
        continue;
      }
      const std::string_view inner = raw.substr(first, raw.find_last_not_of(" \t\r\n") - first + 1);
      append_escaped(out, open.empty() ? "***" : value(open.back(), unescaped(inner)));
      continue;
    }
    if (text.substr(i, 4) == "<!--" || text.substr(i, 9) == "<![CDATA[") {
      const std::string_view end = text[i + 2] == '-' ? "-->" : "]]>";
      const auto close = text.find(end, i);
      out += "<!***>";
      i = close == std::string_view::npos ? text.size() : close + end.size();
      continue;
    }
    const auto close = text.find('>', i);
    const std::string_view markup = text.substr(i, close == std::string_view::npos ? close : close + 1 - i);
    i += markup.size();
    out += masked_markup(markup);
    if (close == std::string_view::npos || markup.size() < 3 || markup[1] == '?' || markup[1] == '!') continue;
    if (markup[1] == '/') {
      if (!open.empty()) open.pop_back();
    } else if (markup[markup.size() - 2] != '/') {
      std::string_view name = markup.substr(1, markup.find_first_of(" \t\r\n>", 1) - 1);
      name = name.substr(name.rfind(':') + 1);
      open.push_back(name);
    }
  }
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') c = '?';  // noise of a broken line is no text
  return out;
}

}  // namespace mif::bank_wire
