// SPDX-License-Identifier: Apache-2.0
// Documents sent by HTTP: taken by the same intake as those of a source, many senders with one commit. What becomes of them later is
// asked for, in order, under /answers.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "intake.h"
#include "mif/extensions.hpp"

namespace mif::exchange {

// The feed of a sender: its documents are numbered in the order they were taken.
SourceFeed feed_of(const PushSource& source);

class Push {
 public:
  explicit Push(const Host& host) : host_(host) {}

  // [worker, concurrent] {"documents":[{"doc_no","version","doc_type","doc_day","withdrawn","payload"}, ...]} -> the state of each. Durable
  // when it returns; the same document again has the same answer. Throws MIF_E_INVALID when the body is not that, MIF_E_DENIED when the
  // caller is nobody's sender.
  HttpResponse receive(Call call, const mif_http_request& request);
  // [worker, concurrent] What became of the caller's documents after the position given, oldest first.
  HttpResponse answers(Call call, const Fields& query);
  // [worker, concurrent] {"through":"123"}: the caller has kept all answers up to there.
  HttpResponse confirm(Call call, const mif_http_request& request);

 private:
  struct Ticket {
    std::vector<Document> documents;
    std::vector<std::string> answers;  // one JSON object each
    std::exception_ptr failed;
    bool done = false;
    std::condition_variable wake;
  };
  // One sender's queue. Whoever finds nobody at work takes what has gathered up, his own and the others', with one commit.
  struct Lane {
    std::mutex mutex;
    std::deque<Ticket*> waiting;
    bool busy = false;
  };

  const PushSource& sender(const Settings& settings, Call call) const;
  std::shared_ptr<const Settings> settings(Call call, bool anew = false);
  Lane& lane(const std::string& source);
  void take(Call call, const SourceFeed& feed, const std::vector<Ticket*>& batch);

  const Host& host_;
  std::mutex mutex_;  // of what follows
  std::map<std::string, std::unique_ptr<Lane>> lanes_;
  std::shared_ptr<const Settings> settings_;
  std::int64_t loaded_ms_ = 0;
};

}  // namespace mif::exchange
