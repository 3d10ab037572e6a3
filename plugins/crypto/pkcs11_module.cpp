// SPDX-License-Identifier: Apache-2.0
#include "pkcs11_module.h"

#include <dlfcn.h>

#include <cstdio>
#include <map>
#include <vector>

namespace mif::crypto {

namespace {

TokenError::Cure cure_of(CK_RV r) {
  switch (r) {
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_OPERATION_NOT_INITIALIZED:
    case CKR_OPERATION_ACTIVE: return TokenError::Cure::session;
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_MEMORY:
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_SLOT_ID_INVALID:
    case CKR_CRYPTOKI_NOT_INITIALIZED:
    case CKR_GENERAL_ERROR:
    case CKR_FUNCTION_FAILED: return TokenError::Cure::restart;
    default: return TokenError::Cure::none;
  }
}

}  // namespace

void unable(mif_status status, const char* rule, const std::string& what, TokenError::Cure cure) { throw TokenError{status, rule, what, cure}; }

std::shared_ptr<Module> Module::load(const std::string& path) {
  static std::mutex one;
  static std::map<std::string, std::shared_ptr<Module>> loaded;
  const std::lock_guard lock(one);
  auto& module = loaded[path];
  if (module) return module;
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto list = library ? reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList")) : nullptr;
  std::shared_ptr<Module> fresh(new Module(path));
  if (!list || list(&fresh->functions_) != CKR_OK || !fresh->functions_) {
    const char* why = library ? "没有 C_GetFunctionList (no PKCS#11 library)" : dlerror();
    unable(MIF_E_UNAVAILABLE, "sign.module", "PKCS#11 模块装不上, 请核对 module 的路径 (the module does not load) " + path + ": " + (why ? why : ""));
  }
  fresh->start();
  return module = std::move(fresh);
}

void Module::start() {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV r = f().C_Initialize(&arguments);
  if (r != CKR_CRYPTOKI_ALREADY_INITIALIZED) check(r, "C_Initialize");
}

void Module::restart() {
  f().C_Finalize(nullptr);
  start();
}

void Module::check(CK_RV result, const char* function) const {
  if (result == CKR_OK) return;
  char code[24];
  std::snprintf(code, sizeof code, " 0x%lx", result);
  unable(MIF_E_UNAVAILABLE, "sign.token", std::string("密码设备出错, 请检查设备后重发 (the token failed; look at it and send again): ") + function + code, cure_of(result));
}

std::optional<CK_SLOT_ID> Module::slot_of(const std::string& label) {
  CK_ULONG n = 0;
  check(f().C_GetSlotList(CK_TRUE, nullptr, &n), "C_GetSlotList");
  std::vector<CK_SLOT_ID> slots(n);
  check(f().C_GetSlotList(CK_TRUE, slots.data(), &n), "C_GetSlotList");
  for (CK_ULONG i = 0; i < n; ++i) {
    CK_TOKEN_INFO info{};
    if (f().C_GetTokenInfo(slots[i], &info) != CKR_OK) continue;
    std::string name(reinterpret_cast<const char*>(info.label), sizeof info.label);
    name.resize(name.find_last_not_of(' ') + 1);
    if (name == label) return slots[i];
  }
  return {};
}

}  // namespace mif::crypto
