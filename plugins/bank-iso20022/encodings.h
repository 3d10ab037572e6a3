// SPDX-License-Identifier: Apache-2.0
// Character sets expat does not have of its own: those of one byte that POCO knows, and GBK (GB2312, and GB18030 as far as its
// two-byte characters go: expat cannot tell one of four bytes from two of two).
#pragma once
#include <expat.h>

namespace mif::bank_iso20022 {

int know_encoding(void*, const XML_Char* name, XML_Encoding* encoding);

}  // namespace mif::bank_iso20022
