// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "tls.h"

namespace mif::bank_wire {

namespace {

class OutOfTime {};

}  // namespace

Exchange exchange(const Endpoint& endpoint, std::string_view request, const std::function<std::string(Source&)>& read, std::int64_t until_ms, const Now& now_ms,
                  bool keep_received) {
  Exchange result;
  const std::string place = endpoint.host + ":" + std::to_string(endpoint.port);
  const auto left = [&] {
    const std::int64_t ms = until_ms - now_ms();
    if (ms <= 0) throw OutOfTime();
    return Poco::Timespan(ms * 1000);
  };
  Poco::Net::StreamSocket socket;
  const auto put = [&](const char* bytes, std::size_t n) {
    while (n > 0) {
      socket.setSendTimeout(left());
      const int sent = socket.sendBytes(bytes, static_cast<int>(std::min<std::size_t>(n, 1 << 20)), MSG_NOSIGNAL);
      bytes += sent;
      n -= static_cast<std::size_t>(sent);
    }
  };
  const auto get = [&](char* bytes, std::size_t n) {
    socket.setReceiveTimeout(left());
    return static_cast<std::size_t>(std::max(0, socket.receiveBytes(bytes, static_cast<int>(std::min<std::size_t>(n, 1 << 20)))));
  };
  const auto failed = [&](const std::string& what, const std::string& why) { result.reason = what + " " + place + (why.empty() ? why : ": " + why); };
  std::optional<Tls> tls;
  try {
    socket.connect(Poco::Net::SocketAddress(endpoint.host, endpoint.port), left());
    socket.setNoDelay(true);
    if (!endpoint.pin.empty()) {
      tls.emplace(put, get);
      tls->greet(endpoint.host, endpoint.pin);
    }
    left();
  } catch (const OutOfTime&) {
    failed("期限已到，未连接 (out of time before connecting to)", "");
    return result;
  } catch (const Poco::Exception& e) {
    failed("连不上" + endpoint.who + " (cannot connect to)", e.displayText());
    return result;
  } catch (const Unreadable& e) {
    failed("连不上" + endpoint.who + " (cannot connect to)", e.what());
    return result;
  }
  result.end = Exchange::End::broken;  // from here on a byte may have left
  try {
    if (tls) tls->put(request.data(), request.size());
    else put(request.data(), request.size());
    Source source([&](char* bytes, std::size_t n) {
      const std::size_t got = tls ? tls->get(bytes, n) : get(bytes, n);
      if (keep_received) result.received.append(bytes, got);
      return got;
    });
    result.reply = read(source);
    result.end = Exchange::End::replied;
  } catch (const OutOfTime&) {
    failed("等" + endpoint.who + "应答超时 (out of time waiting for)", "");
  } catch (const Poco::TimeoutException&) {
    failed("等" + endpoint.who + "应答超时 (out of time waiting for)", "");
  } catch (const Poco::Exception& e) {
    failed("与" + endpoint.who + "的连接中断 (connection lost)", e.displayText());
  } catch (const Unreadable& e) {
    result.reason = e.what();
  }
  return result;
}

}  // namespace mif::bank_wire
