// SPDX-License-Identifier: Apache-2.0
// The end of a reply, found in any bytes: every reader reads or refuses, in bounded time and memory, however the bytes arrive.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "http.h"
#include "reader.h"

namespace mif::test {
namespace {

using namespace bank_wire;

// Bytes in pieces of `step`, then the end.
Source source_of(const std::string& bytes, std::size_t step) {
  return Source([bytes, step, at = std::size_t{0}](char* to, std::size_t n) mutable {
    const std::size_t part = std::min({step, n, bytes.size() - at});
    bytes.copy(to, part, at);
    at += part;
    return part;
  });
}
std::string frame(const std::string& bytes, const Frame& f = {}, std::size_t step = 1) {
  Source s = source_of(bytes, step);
  return read_frame(s, f, 1000);
}
std::string http(const std::string& bytes, std::size_t step = 3) {
  Source s = source_of(bytes, step);
  return read_http(s, 1000);
}

TEST(Frames, are_read_whatever_the_pieces) {
  for (const std::size_t step : {1u, 2u, 7u, 1000u}) {
    EXPECT_EQ(frame("5       hello", {}, step), "hello");
    EXPECT_EQ(frame("05    hello", {"0", 5}, step), "hello");
    EXPECT_EQ(frame("15     hello", {"1", 6}, step), "hello");
  }
  EXPECT_EQ(framed({"0", 6}, "hello"), "05     hello");
  EXPECT_THROW(framed({"", 4}, std::string(10000, 'x')), Unreadable);
}
TEST(Frames, that_lie_about_their_length_are_refused) {
  for (const char* bad : {"", "5", "5       hell", "        hello", "5 5     hello", "-5      hello", "0       ", "1001    x", "99999999x", "5x      hello"}) EXPECT_THROW(frame(bad), Unreadable) << bad;
}
TEST(Http, reads_a_length_and_chunks) {
  EXPECT_EQ(http("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more"), "hello");
  EXPECT_EQ(http("HTTP/1.0 200\r\ncontent-length:5\r\n\r\nhello"), "hello");
  EXPECT_EQ(http("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n"), "hello");
}
TEST(Http, whose_end_cannot_be_told_is_refused) {
  for (const char* bad : {"HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                          "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhelXX", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", "HTTP/1.1 2000\r\nContent-Length: 5\r\n\r\nhello",
                          "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", ""})
    EXPECT_THROW(http(bad), Unreadable) << bad;
  EXPECT_THROW(http("HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x') + "\r\n\r\n", 5000), Unreadable);
}
TEST(Forms, go_and_come_back) {
  const Form form = {{"a", "1 2&3=%"}, {"医", "院+\n"}};
  EXPECT_EQ(read_form(form_text(form)), form);
  EXPECT_THROW(read_form("a=%4"), Unreadable);
  EXPECT_THROW(read_form("a"), Unreadable);
  for (const std::string text : {"", "a", "ab", "abc", "abcd"}) {
    if (!text.empty()) { EXPECT_EQ(from_base64(base64(text)), text); }
  }
  for (const char* bad : {"", "a", "abc", "ab!=", "a==="}) EXPECT_THROW(from_base64(bad), Unreadable) << bad;
}

TEST(Readers, take_any_bytes_and_read_or_refuse) {
  std::mt19937 random(20260630);
  const std::vector<std::string> seeds = {"5       hello", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "00005  a", "15     hello"};
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
  int read = 0, refused = 0;
  for (int round = 0; round < 200000 && std::chrono::steady_clock::now() < until; ++round) {
    std::string bytes = seeds[random() % seeds.size()];
    for (unsigned hits = random() % 4; hits > 0 && !bytes.empty(); --hits) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes.erase(at, random() % 5); break;
        case 2: bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20)); break;
        default: bytes.resize(at);
      }
    }
    const std::size_t step = 1 + random() % 20;
    for (const int how : {0, 1, 2, 3}) {
      try {
        std::string got;
        if (how == 0) got = frame(bytes, {}, step);
        if (how == 1) got = frame(bytes, {"0", 6}, step);
        if (how == 2) got = http(bytes, step);
        if (how == 3) { (void)read_form(bytes); (void)from_base64(bytes); }
        ASSERT_LE(got.size(), 1000u);
        ++read;
      } catch (const Unreadable&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(read, 1000);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace mif::test
