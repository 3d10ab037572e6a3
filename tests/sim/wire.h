// SPDX-License-Identifier: Apache-2.0
// A client of the cmb-like protocol that knows nothing but bytes.
#pragma once
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>

#include "tests/sim/sim_process.h"

namespace mif::test {

class Wire {
 public:
  explicit Wire(std::uint16_t port) { socket_.connect(Poco::Net::SocketAddress("127.0.0.1", port)); }
  std::string ask(const std::string& body) {
    std::string head = std::to_string(body.size());
    head.resize(8, ' ');
    const std::string frame = head + body;
    socket_.sendBytes(frame.data(), static_cast<int>(frame.size()));
    const std::string length = take(8);
    if (length.size() < 8) return "<cut>";
    return take(static_cast<std::size_t>(std::stoul(length)));
  }

 private:
  std::string take(std::size_t n) {
    std::string bytes;
    char buffer[4096];
    while (bytes.size() < n) {
      const int got = socket_.receiveBytes(buffer, static_cast<int>(std::min(sizeof buffer, n - bytes.size())));
      if (got <= 0) break;
      bytes.append(buffer, static_cast<std::size_t>(got));
    }
    return bytes;
  }
  Poco::Net::StreamSocket socket_;
};

inline std::string pay(const std::string& ref, const std::string& amount, const std::string& name = "\xC1\xF5\xCE\xE5") {  // GBK 刘五
  return "<?xml version='1.0' encoding='GBK'?><CMBSDKPGK><INFO><FUNNAM>DCPAYMNT</FUNNAM><DATTYP>2</DATTYP><LGNNAM>T</LGNNAM></INFO><DCOPDPAYX><YURREF>" + ref +
         "</YURREF><EPTDAT>20230602</EPTDAT><DBTACC>9900001004001</DBTACC><TRSAMT>" + amount +
         "</TRSAMT><CRTACC>6225880001</CRTACC><CRTNAM>" + name + "</CRTNAM><NUSAGE>" + ref + "</NUSAGE></DCOPDPAYX></CMBSDKPGK>";
}
inline std::string query(const std::string& ref) {
  return "<CMBSDKPGK><INFO><FUNNAM>NTQRYSTN</FUNNAM></INFO><NTQRYSTNY1><YURREF>" + ref + "</YURREF></NTQRYSTNY1></CMBSDKPGK>";
}

}  // namespace mif::test
