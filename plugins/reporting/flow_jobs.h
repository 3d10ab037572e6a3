// SPDX-License-Identifier: Apache-2.0
// The words of the reporting toolbar: each is one command of mifctl and one address of the API with the same answer.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "flow.h"
#include "mif/extensions.hpp"
#include "params.h"

namespace mif::reporting {

struct Word {
  const char *job, *summary, *permission, *method, *path, *operation;
  std::string (*run)(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag);
  std::vector<std::tuple<const char*, bool, const char*>> params;
  // What the command runs instead of `run` when the work is long: it says how far it is.
  std::string (*told)(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag, const Progress& progress) = nullptr;
};
const std::vector<Word>& flow_words();

// "370100,370200" or ["370100","370200"].
std::vector<std::string> list_of(const Params& params, const char* name);
// flow_params.cpp. [{"table":..,"row":..,"col":..,"value":..,"reason":..}] or "T[1,2]=5.00;T[1,3]=" (an empty value takes the cell
// back); words with a semicolon stand in quotes.
std::vector<Entry> entries_of(const Params& params);
// What the sentences about a file call it: its own name, without the folders.
std::string file_name(const Params& params);
// A body whose members may be lists or objects: those are kept as their JSON text.
Params params_of_body(std::string_view body);

// What a submission is answered with.
std::string submitted(const Submission& s, std::string& etag);

// flow_words.cpp, file_words.cpp, package_words.cpp, by subject.
using Answer = std::string;
Answer word_assign(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_assignments(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_status(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_extend(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_close(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_reopen(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_copy(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_return(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_lock(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_unlock(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_remind(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_reminders(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_audit(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_submit(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_submit_for(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_submissions(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_changes(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_collect(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_sum(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_difference(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_contributions(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_ministry_receipt(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_import(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_receive(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer told_receive(const Flow&, const Reports&, Call, const Params&, std::string&, const Progress&);
Answer word_query(const Flow&, const Reports&, Call, const Params&, std::string&);

// editing_words.cpp
Answer word_insert_row(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_delete_row(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_open(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_leave(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_lease(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_keep_draft(const Flow&, const Reports&, Call, const Params&, std::string&);
Answer word_draft(const Flow&, const Reports&, Call, const Params&, std::string&);

// year_before.cpp
Answer word_year_before(const Flow&, const Reports&, Call, const Params&, std::string&);

}  // namespace mif::reporting
