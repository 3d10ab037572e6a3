// SPDX-License-Identifier: Apache-2.0
#include "sm_codec.h"

#include "calendar.h"
#include "http.h"

namespace mif::bank_json_sm {

using namespace bank_xmlfront;

namespace {

constexpr std::int64_t kChinaMs = 8 * 3'600'000;

std::string moment_of(std::int64_t unix_ms) {
  const std::int64_t second = (unix_ms + kChinaMs) / 1000 % 86400;
  return std::to_string(day_at(unix_ms).value()) + std::to_string(1'000'000 + second / 3600 * 10000 + second / 60 % 60 * 100 + second % 60).substr(1);
}
// 0 when it is no moment.
std::int64_t ms_of(const std::string& moment) {
  using namespace std::chrono;
  if (moment.size() != 14 || moment.find_first_not_of("0123456789") != std::string::npos) return 0;
  const Day d(static_cast<std::int32_t>(std::stol(moment.substr(0, 8))));
  if (!d.valid()) return 0;
  const auto days = sys_days{year{d.year()} / d.month() / d.day()}.time_since_epoch().count();
  return (static_cast<std::int64_t>(days) * 86400 + std::stol(moment.substr(8, 2)) * 3600 + std::stol(moment.substr(10, 2)) * 60 + std::stol(moment.substr(12, 2))) * 1000 - kChinaMs;
}

Json object_of(const Tags& tags) {
  Json json = Json::object();
  for (const auto& [tag, text] : tags) json.set(tag, Json::of(text));
  return json;
}
Tags tags_of(const Json& object) {
  Tags tags;
  for (const auto& [key, value] : object.members)
    if (value.kind == Json::Kind::text || (value.kind == Json::Kind::word && value.text != "null")) tags.emplace_back(key, value.text);
  return tags;
}

Json content_of(const std::vector<Block>& blocks) {
  Json body = Json::object();
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    Json* list = nullptr;
    for (auto& [name, value] : body.members)
      if (name == blocks[i].first) list = &value;
    if (!list) list = &body.set(blocks[i].first, Json::array()).members.back().second;
    list->items.push_back(object_of(blocks[i].second));
  }
  Json content = Json::object();
  content.set("head", object_of(blocks.front().second)).set("body", std::move(body));
  return content;
}
void mask_values(Json& json, std::string_view key, const bank_wire::Mask& mask) {
  if (json.kind == Json::Kind::text || (json.kind == Json::Kind::word && json.text.size() > 5)) json = Json::of(mask.value(key, json.text));
  for (auto& [name, value] : json.members) mask_values(value, name, mask);
  for (auto& item : json.items) mask_values(item, key, mask);
}

}  // namespace

std::string SmCodec::kept_request(const Profile&, const std::vector<Block>& blocks, const bank_wire::Mask& mask) const {
  Json content = content_of(blocks);
  mask_values(content, "", mask);
  return canonical(content);
}

// Of a sealed reply that broke off or cannot be opened nothing can be shown.
std::string SmCodec::kept_reply(const Profile&, const bank_wire::Exchange& exchange, const bank_wire::Mask& mask) const {
  if (exchange.end != bank_wire::Exchange::End::replied) return {};
  try {
    Json content = open(keys_, user_, "response", exchange.reply).content;
    mask_values(content, "", mask);
    return canonical(content);
  } catch (const std::exception&) {
    return {};
  }
}

std::string SmCodec::request(const Profile& profile, const Operation& operation, const std::string& host, const std::vector<Block>& blocks, std::int64_t now_ms) const {
  const bank_wire::Form form = {{"UID", user_}, {"FUNCODE", operation.function}, {"ALG", "SM"}, {"DATA", bank_wire::base64(seal(keys_, user_, "request", content_of(blocks), moment_of(now_ms)))}};
  return bank_wire::post(host, profile.framing.path, profile.framing.content_type, bank_wire::form_text(form));
}

std::string SmCodec::receive(const Profile& profile, bank_wire::Source& source) const {
  return bank_wire::from_base64(bank_wire::read_http(source, profile.framing.max_reply_bytes));
}

void SmCodec::read(const Profile& profile, const Operation& operation, const std::string& reply, std::int64_t now_ms, const EachBlock& each) const {
  const Opened opened = open(keys_, user_, "response", reply);
  const std::int64_t at = ms_of(opened.moment);
  if (at == 0 || at < now_ms - valid_ms_ || at > now_ms + valid_ms_)
    throw Error(MIF_E_INVALID, "bank.reply-expired", "银行报文的签名时间不在有效期内, 请核对两边时钟 (the time of the signature is out of its period): " + opened.moment);
  const Json *head = opened.content.find("head"), *body = opened.content.find("body");
  if (head) each(profile.head, tags_of(*head));
  if (!body) return;
  for (const auto& [name, value] : body->members) {
    if (!operation.shape.blocks.count(name)) continue;
    if (value.kind == Json::Kind::object) each(name, tags_of(value));
    for (const auto& item : value.items) each(name, tags_of(item));
  }
}

}  // namespace mif::bank_json_sm
