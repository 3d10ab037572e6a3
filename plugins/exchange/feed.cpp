// SPDX-License-Identifier: Apache-2.0
#include "feed.h"

#include <algorithm>

#include "mif/ext/business_source.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kLongestKey = 80, kLongestCursor = 64;

Document received(const SourceFeed& feed, const mif_doc& from) {
  Document d;
  d.source = feed.source;
  d.feed = feed.feed;
  d.cursor = str(from.cursor);
  d.key = str(from.key);
  d.type = clean(view(from.type), 200);
  d.version = from.version;
  d.withdrawn = from.withdrawn != 0;
  d.day = Day(from.day);
  d.payload = str(from.payload_json);
  if (d.cursor.empty() || d.cursor.size() > kLongestCursor)
    throw Error(MIF_E_INVALID, "source.cursor", "来源 " + feed.feed + " 给出的位置无效 (the source gave an invalid cursor) \"" + clean(d.cursor, 80) + "\"");
  if (!d.withdrawn) read_payload(d);
  // a key that cannot be stored must not stop the feed: it is kept under a name of ours and held
  if (d.key.empty() || d.key.size() > kLongestKey || clean(d.key, kLongestKey) != d.key) {
    d.trouble = "单号为空、太长或含有控制字符 (the key is empty, too long or not printable)";
    d.key = clean(d.key, 12) + "~" + d.cursor;
  }
  if (d.version < 1) {
    d.trouble = "版本应从 1 起 (versions begin at 1): " + std::to_string(d.version);
    d.version = 1;
    d.key = clean(d.key, 12) + "~" + d.cursor;
  }
  return d;
}

}  // namespace

std::vector<Document> fetch(const Host& host, Call call, const SourceFeed& feed, const std::string& cursor, std::uint32_t limit) {
  const auto* source = static_cast<const mif_business_source*>(feed.extension);
  std::vector<Document> documents;
  SinkOf<mif_doc_sink, mif_doc> sink([&](const mif_doc& d) {
    documents.push_back(received(feed, d));
    return documents.size() < limit;
  });
  host.registry.invoke(call, feed.plugin, "fetch", 120000, [&](mif_call* c) { return source->fetch(source->self, c, s(feed.feed), s(cursor), limit, sink.get()); });
  sink.done();
  return documents;
}

std::string pull(const Host& host, Call call, const Settings& settings, const SourceFeed& feed, std::int64_t most, Tally& tally,
                 const std::function<void(std::int64_t)>& progress, const std::function<void(std::int64_t)>& folded) {
  Intake intake(host, settings);
  std::string cursor;
  {
    Txn txn = host.store.read(call);
    cursor = read_cursor(txn, feed.source, feed.feed);
  }
  std::int64_t taken = 0;
  while (!call.cancelled() && (most == 0 || taken < most)) {
    const auto room = most == 0 ? settings.batch : static_cast<std::uint32_t>(std::min<std::int64_t>(settings.batch, most - taken));
    const auto documents = fetch(host, call, feed, cursor, room);
    if (documents.empty()) {
      fold(host, call, settings, feed, folded);
      break;
    }
    intake.take(call, feed, cursor, documents, tally);
    cursor = documents.back().cursor;
    taken += static_cast<std::int64_t>(documents.size());
    progress(taken);
  }
  return cursor;
}

}  // namespace mif::exchange
