// SPDX-License-Identifier: Apache-2.0
// RFC 9457 problem documents: the one form every refusal of the web room takes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/web/http.h"
#include "mif/error.hpp"

namespace mif::web {

struct ProblemKind {
  int status;
  std::string_view slug, title, advice;  // advice: what the page /problems/<slug> tells the reader
};
std::span<const ProblemKind> problem_kinds();
const ProblemKind* find_problem(std::string_view slug);

// Where in the request something is wrong: a JSON pointer into the body, or "?name" for a parameter.
struct FieldError {
  std::string pointer, message;
};

// A refusal that knows its slug; a plain mif::Error gets one from its code.
class Problem : public Error {
 public:
  Problem(std::string_view slug, const std::string& detail, std::vector<FieldError> errors = {});
  Problem(std::string_view slug, const char* rule, const std::string& detail, std::vector<FieldError> errors = {});
  std::string_view slug() const { return slug_; }
  const std::vector<FieldError>& errors() const { return errors_; }

 private:
  std::string slug_;
  std::vector<FieldError> errors_;
};

std::string_view name_of(mif_status code);  // "MIF_E_INVALID"
// The answer for whatever was thrown. Internal details (SQL, paths) go to `log_line`, never to the browser.
Response problem_response(const Request& request, const std::exception& thrown, std::string& log_line);
std::string problem_page(const ProblemKind& kind);

}  // namespace mif::web
