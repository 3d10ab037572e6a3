// SPDX-License-Identifier: Apache-2.0
// What a test may set in the fake token, and read from it.
#pragma once

struct FakeToken {
  int logins, signs, starts;
  int remove_after;       // signatures until the token is pulled once; -1 = never
  bool gone;              // not in its slot
  bool wrong_signature;
  unsigned long flags;    // CKF_USER_PIN_*
};
extern "C" FakeToken* fake_token_state();
