/* SPDX-License-Identifier: Apache-2.0 */
/* mif.web-module/1: pages under /x/<module>/ and API under /api/v1/x/<module>/, after authentication, CSRF and size checks. */
#ifndef MIF_EXT_WEB_MODULE_H
#define MIF_EXT_WEB_MODULE_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_WEB_MODULE_ID "mif.web-module/1"

typedef struct mif_http_request {
  uint32_t size;
  uint32_t reserved;
  mif_str method;          /* GET, POST, ... */
  mif_str path;            /* below the mount, starting with '/', each segment percent-encoded: "/tables/YB01", "/documents/demo%2FJS1%231" */
  mif_str query;           /* after '?', still percent-encoded */
  mif_str body;
  mif_str content_type, if_match, if_none_match, idempotency_key;
  int32_t api;             /* 1 = came in under /api/v1/x/, 0 = a page */
} mif_http_request;
typedef struct mif_http_response mif_http_response;
struct mif_http_response {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [calling-thread] once; errors are reported by failing the call (the host makes problem+json of it) */
  void (*send)(mif_http_response*, int32_t status, mif_str content_type, mif_str etag, mif_str body);
};

typedef struct mif_web_module {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [control-thread] {"routes":[{"method":"GET","path":"/tables/{table}","api":true,"permission":"report.read",
     "operationId":"getTable","summary":"..."}],"menu":[{"title":"报表","path":"/","order":40}]} ; permission "" = any signed-in
     person, "public" = nobody needs to sign in */
  mif_status (*routes)(void* self, mif_call*, mif_text_sink*);
  mif_status (*handle)(void* self, mif_call*, const mif_http_request*, mif_http_response*); /* [worker, concurrent] */
} mif_web_module;
#ifdef __cplusplus
}
#endif
#endif
