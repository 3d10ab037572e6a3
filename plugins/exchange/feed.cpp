// SPDX-License-Identifier: Apache-2.0
#include "feed.h"

#include <algorithm>
#include <future>
#include <span>
#include <utility>

#include "mif/ext/business_source.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kLongestKey = 80, kLongestCursor = 64;

void receive(Document& d, const SourceFeed& feed, const mif_doc& from) {
  std::string room;
  d.source = feed.source;
  d.feed = feed.feed;
  d.cursor = view(from.cursor);
  d.key = view(from.key);
  d.type = cleaned(view(from.type), 200, room);
  d.version = from.version;
  d.withdrawn = from.withdrawn != 0;
  d.day = Day(from.day);
  d.payload = view(from.payload_json);
  d.trouble.clear();
  d.digest.clear();
  if (d.cursor.empty() || d.cursor.size() > kLongestCursor)
    throw Error(MIF_E_INVALID, "source.cursor", "来源 " + feed.feed + " 给出的位置无效 (the source gave an invalid cursor) \"" + clean(d.cursor, 80) + "\"");
  // a key that cannot be stored must not stop the feed: it is kept under a name of ours and held
  if (d.key.empty() || d.key.size() > kLongestKey || cleaned(d.key, kLongestKey, room) != d.key) {
    d.trouble = "单号为空、太长或含有控制字符 (the key is empty, too long or not printable)";
    d.key = clean(d.key, 12) + "~" + d.cursor;
  }
  if (d.version < 1) {
    d.trouble = "版本应从 1 起 (versions begin at 1): " + std::to_string(d.version);
    d.version = 1;
    d.key = clean(d.key, 12) + "~" + d.cursor;
  }
}

// What needs neither the host nor the call: reading the payloads and their digests.
void prepare(std::span<Document> documents) {
  for (auto& d : documents) {
    const std::string trouble = std::move(d.trouble);
    d.fields.clear();
    d.trouble.clear();
    if (!d.withdrawn) read_payload(d);
    if (!trouble.empty()) d.trouble = trouble;
    d.digest = digest_of(d);
  }
}

}  // namespace

std::size_t fetch(const Host& host, Call call, const SourceFeed& feed, const std::string& cursor, std::uint32_t limit, std::vector<Document>& documents) {
  const auto* source = static_cast<const mif_business_source*>(feed.extension);
  std::size_t n = 0;
  SinkOf<mif_doc_sink, mif_doc> sink([&](const mif_doc& d) {
    if (n == documents.size()) documents.emplace_back();
    receive(documents[n++], feed, d);
    return n < limit;
  });
  host.registry.invoke(call, feed.plugin, "fetch", 120000, [&](mif_call* c) { return source->fetch(source->self, c, s(feed.feed), s(cursor), limit, sink.get()); });
  sink.done();
  return n;
}

std::string pull(const Host& host, Call call, const Settings& settings, const SourceFeed& feed, std::int64_t most, Tally& tally,
                 const std::function<void(std::int64_t)>& progress, const std::function<void(std::int64_t)>& folded) {
  Intake intake(host, settings);
  std::string cursor;
  {
    Txn txn = host.store.read(call);
    cursor = read_cursor(txn, feed.source, feed.feed);
  }
  // While one page is being written, the next is read and prepared beside it.
  struct Page {
    std::vector<Document> documents;
    std::size_t n = 0;
    std::future<void> prepared;
  } pages[2];
  std::int64_t asked = 0, taken = 0;
  std::string ahead = cursor;
  const auto read = [&](Page& page) {
    const auto room = most == 0 ? settings.batch : static_cast<std::uint32_t>(std::min<std::int64_t>(settings.batch, most - asked));
    page.n = room == 0 || call.cancelled() ? 0 : fetch(host, call, feed, ahead, room, page.documents);
    if (page.n == 0) return;
    asked += static_cast<std::int64_t>(page.n);
    ahead = page.documents[page.n - 1].cursor;
    page.prepared = std::async(std::launch::async, [&page] { prepare(std::span(page.documents).first(page.n)); });
  };
  Page *now = &pages[0], *next = &pages[1];
  read(*now);
  while (now->n != 0) {
    now->prepared.get();
    read(*next);
    intake.take(call, feed, cursor, std::span(now->documents).first(now->n), tally);
    cursor = now->documents[now->n - 1].cursor;
    taken += static_cast<std::int64_t>(now->n);
    progress(taken);
    std::swap(now, next);
  }
  if ((most == 0 || asked < most) && !call.cancelled()) fold(host, call, settings, feed, folded);  // the end of the feed
  return cursor;
}

}  // namespace mif::exchange
