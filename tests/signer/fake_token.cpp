// SPDX-License-Identifier: Apache-2.0
// One token "FAKE", PIN "1234", one SM2 key "pay" behind the vendor's mechanism 0x80000201 (the message in, r and s out). It locks
// after three wrong PINs, as real ones do.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <p11-kit/pkcs11.h>

#include <cstring>
#include <string>

#include "fake_token.h"

namespace {

FakeToken state = {0, 0, 0, -1, false, false, 0};
EVP_PKEY* key() {
  static EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2");
  return made;
}
CK_SESSION_HANDLE open_session = 0;
bool logged_in = false, finding_public = false, found = false, nothing = false;
int wrong_pins = 0;

CK_RV start(void*) { return ++state.starts, open_session = 0, logged_in = false, CKR_OK; }
CK_RV stop(void*) { return CKR_OK; }
CK_RV slots(CK_BBOOL, CK_SLOT_ID* to, CK_ULONG* n) {
  *n = state.gone ? 0 : 1;
  if (to && !state.gone) to[0] = 7;
  return CKR_OK;
}
CK_RV token(CK_SLOT_ID, CK_TOKEN_INFO* info) {
  std::memset(info->label, ' ', sizeof info->label);
  std::memcpy(info->label, "FAKE", 4);
  info->flags = state.flags;
  return CKR_OK;
}
CK_RV open(CK_SLOT_ID, CK_FLAGS, void*, CK_NOTIFY, CK_SESSION_HANDLE* s) {
  static CK_SESSION_HANDLE last = 0;
  *s = open_session = ++last;
  return CKR_OK;
}
CK_RV close(CK_SESSION_HANDLE) { return open_session = 0, logged_in = false, CKR_OK; }
CK_RV login(CK_SESSION_HANDLE, CK_USER_TYPE, CK_BYTE* pin, CK_ULONG n) {
  ++state.logins;
  if (wrong_pins >= 3) return CKR_PIN_LOCKED;
  if (std::string(reinterpret_cast<char*>(pin), n) != "1234") return ++wrong_pins, CKR_PIN_INCORRECT;
  return wrong_pins = 0, logged_in = true, CKR_OK;
}
CK_RV find_init(CK_SESSION_HANDLE, CK_ATTRIBUTE* wanted, CK_ULONG n) {
  found = nothing = false;
  for (CK_ULONG i = 0; i < n; ++i) {
    if (wanted[i].type == CKA_CLASS) finding_public = *static_cast<CK_OBJECT_CLASS*>(wanted[i].pValue) == CKO_PUBLIC_KEY;
    if (wanted[i].type == CKA_LABEL) nothing = std::string(static_cast<char*>(wanted[i].pValue), wanted[i].ulValueLen) != "pay";
  }
  return CKR_OK;
}
CK_RV find(CK_SESSION_HANDLE, CK_OBJECT_HANDLE* to, CK_ULONG, CK_ULONG* n) {
  *n = found || nothing || !logged_in ? 0 : 1;
  to[0] = finding_public ? 2 : 1;
  found = true;
  return CKR_OK;
}
CK_RV find_end(CK_SESSION_HANDLE) { return CKR_OK; }
CK_RV attribute(CK_SESSION_HANDLE, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* a, CK_ULONG) {
  std::string value = "K1";
  if (a->type == CKA_EC_POINT) {
    unsigned char point[65];
    std::size_t n = 0;
    EVP_PKEY_get_octet_string_param(key(), OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n);
    value = std::string(reinterpret_cast<char*>(point), n);  // bare, as some vendors give it
  } else if (a->type != CKA_ID || object == 0) {
    return CKR_ATTRIBUTE_TYPE_INVALID;
  }
  if (a->pValue) std::memcpy(a->pValue, value.data(), value.size());
  a->ulValueLen = value.size();
  return CKR_OK;
}
CK_RV sign_init(CK_SESSION_HANDLE s, CK_MECHANISM* m, CK_OBJECT_HANDLE) {
  if (s != open_session) return CKR_SESSION_HANDLE_INVALID;
  if (state.remove_after == 0) return state.remove_after = -1, open_session = 0, CKR_DEVICE_REMOVED;
  return m->mechanism == 0x80000201 ? CKR_OK : CKR_MECHANISM_INVALID;
}
CK_RV sign(CK_SESSION_HANDLE, CK_BYTE* in, CK_ULONG n, CK_BYTE* out, CK_ULONG* size) {
  ++state.signs;
  if (state.remove_after > 0) --state.remove_after;
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key(), nullptr);
  EVP_PKEY_CTX_set1_id(context, "1234567812345678", 16);
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  EVP_MD_CTX_set_pkey_ctx(md, context);
  unsigned char der[128];
  std::size_t length = sizeof der;
  EVP_DigestSignInit(md, nullptr, EVP_sm3(), nullptr, key());
  EVP_DigestSign(md, der, &length, in, n);
  const unsigned char* at = der;
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(length));
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32);
  ECDSA_SIG_free(pair);
  EVP_MD_CTX_free(md);
  EVP_PKEY_CTX_free(context);
  if (state.wrong_signature) out[40] ^= 1;
  *size = 64;
  return CKR_OK;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) FakeToken* fake_token_state() { return &state; }
extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  static CK_FUNCTION_LIST f;
  f.C_Initialize = start;
  f.C_Finalize = stop;
  f.C_GetSlotList = slots;
  f.C_GetTokenInfo = token;
  f.C_OpenSession = open;
  f.C_CloseSession = close;
  f.C_Login = login;
  f.C_FindObjectsInit = find_init;
  f.C_FindObjects = find;
  f.C_FindObjectsFinal = find_end;
  f.C_GetAttributeValue = attribute;
  f.C_SignInit = sign_init;
  f.C_Sign = sign;
  *list = &f;
  return CKR_OK;
}
