// SPDX-License-Identifier: Apache-2.0
// The jobs on versions of mapping rules, for the command line and the API alike: each takes flat texts and answers a job's JSON.
#pragma once

#include "mif/extensions.hpp"
#include "rule_trial.h"

namespace mif::exchange {

using RuleJob = std::string (*)(const Host& host, Call call, const Fields& params, const Progress& progress);

struct RuleJobDef {
  const char *name, *summary, *permission;
  RuleJob run;
  const char* params;  // "name!:summary of one that is needed;name:summary"
};
// [worker] All may be run again at any time.
const std::vector<RuleJobDef>& rule_jobs();
// As entries of a job list.
void add_rule_jobs(JsonWriter& json);

// Most documents a trial takes within a request, which has half a minute; more are scheduled.
inline constexpr std::int64_t kMostOverHttp = 20000;

std::string mapping_list(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_draft(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_example(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_test(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_trial(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_submit(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_approve(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_rollback(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_withdraw(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_show(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_diff(const Host& host, Call call, const Fields& params, const Progress& progress);
std::string mapping_verify(const Host& host, Call call, const Fields& params, const Progress& progress);

// The same trial as scheduled work, when it is too long for a request.
std::string schedule_trial(const Host& host, Call call, Fields params);

// A new draft with the bytes of a rule file, or other bytes for a draft of that scheme and version.
std::string draft_text(const Host& host, Call call, const std::string& file, const std::string& text);
// The text of a set as it was drafted.
std::string text_of(const Host& host, Call call, std::int64_t set);

// Parameters. MIF_E_INVALID with the name of the one that is missing or malformed.
std::string param(const Fields& params, const char* name, const std::string& otherwise = {});
std::string needed(const Fields& params, const char* name, std::size_t most);
std::int64_t param_number(const Fields& params, const char* name, std::int64_t otherwise);
std::int64_t set_param(const Fields& params);

// One version as fields of an open JSON object.
void write_set(JsonWriter& json, const SetRow& row);
void set_titles(JsonWriter& json);
std::string set_answer(const SetRow& row, const std::string& summary, int exit = 0);

}  // namespace mif::exchange
