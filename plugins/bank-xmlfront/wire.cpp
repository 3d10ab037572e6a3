// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <algorithm>

namespace mif::bank_xmlfront {

namespace {

class OutOfTime {};

Poco::Timespan left(std::int64_t until_ms, const std::function<std::int64_t()>& now_ms) {
  const std::int64_t ms = until_ms - now_ms();
  if (ms <= 0) throw OutOfTime();
  return Poco::Timespan(ms * 1000);
}

std::string head_of(std::size_t n, int digits) {
  std::string head = std::to_string(n);
  head.resize(static_cast<std::size_t>(digits), ' ');
  return head;
}

}  // namespace

Exchange exchange(const Endpoint& endpoint, const std::string& request, std::int64_t until_ms, const std::function<std::int64_t()>& now_ms) {
  Exchange result;
  const std::string place = endpoint.host + ":" + std::to_string(endpoint.port);
  if (std::to_string(request.size()).size() > static_cast<std::size_t>(endpoint.length_digits)) {
    result.reason = "请求超过报文长度上限 (the request is longer than the frame can say)";
    return result;
  }
  Poco::Net::StreamSocket socket;
  try {
    socket.connect(Poco::Net::SocketAddress(endpoint.host, endpoint.port), left(until_ms, now_ms));
    socket.setNoDelay(true);
  } catch (const Poco::Exception& e) {
    result.reason = "连不上银行前置机 (cannot connect to) " + place + ": " + e.displayText();
    return result;
  } catch (const OutOfTime&) {
    result.reason = "期限已到，未连接 (out of time before connecting to) " + place;
    return result;
  }
  result.end = Exchange::End::broken;  // from here on a byte may have left
  try {
    const std::string frame = head_of(request.size(), endpoint.length_digits) + request;
    for (std::size_t sent = 0; sent < frame.size();) {
      socket.setSendTimeout(left(until_ms, now_ms));
      sent += static_cast<std::size_t>(socket.sendBytes(frame.data() + sent, static_cast<int>(std::min<std::size_t>(frame.size() - sent, 1 << 20))));
    }
    const auto receive = [&](std::size_t n) {
      std::string bytes(n, '\0');
      for (std::size_t have = 0; have < n;) {
        socket.setReceiveTimeout(left(until_ms, now_ms));
        const int got = socket.receiveBytes(bytes.data() + have, static_cast<int>(std::min<std::size_t>(n - have, 1 << 20)));
        if (got <= 0) throw Poco::Net::NetException("银行在应答完成前断开 (closed before the reply was complete)");
        have += static_cast<std::size_t>(got);
      }
      return bytes;
    };
    const std::string head = receive(static_cast<std::size_t>(endpoint.length_digits));
    std::size_t length = 0, digits = 0;
    while (digits < head.size() && head[digits] >= '0' && head[digits] <= '9') length = length * 10 + static_cast<std::size_t>(head[digits++] - '0');
    if (digits == 0 || head.find_first_not_of(' ', digits) != std::string::npos) {
      result.reason = "应答长度头不对 (malformed length of the reply)";
      return result;
    }
    if (length == 0 || length > endpoint.max_reply_bytes) {
      result.reason = "应答长度 " + std::to_string(length) + " 超出约定 (reply length out of bounds)";
      return result;
    }
    result.reply = receive(length);
    result.end = Exchange::End::replied;
  } catch (const OutOfTime&) {
    result.reason = "等银行应答超时 (out of time waiting for) " + place;
  } catch (const Poco::TimeoutException&) {
    result.reason = "等银行应答超时 (out of time waiting for) " + place;
  } catch (const Poco::Exception& e) {
    result.reason = "与银行的连接中断 (connection lost) " + place + ": " + e.displayText();
  }
  return result;
}

}  // namespace mif::bank_xmlfront
