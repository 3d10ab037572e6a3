// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/postgresql_pipeline.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mif::store {

PostgresValues::PostgresValues(Params params) {
  std::size_t room = 0;
  for (const Param& param : params) room += param.text() ? param.text()->size() + 1 : 24;
  bytes_.resize(room);
  pointers_.reserve(params.size());
  char* at = bytes_.data();
  for (const Param& param : params) {
    pointers_.push_back(param.null() ? nullptr : at);
    if (const std::int64_t* integer = param.integer()) {
      at = std::to_chars(at, at + 23, *integer).ptr;
      *at++ = '\0';
    } else if (const std::string_view* text = param.text()) {
      refuse_nul(*text);
      at = std::copy(text->begin(), text->end(), at);
      *at++ = '\0';
    }
  }
}

void PostgresPipeline::enter(std::string_view sql) {
  fetch_rest();
  if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF && PQenterPipelineMode(connection_) != 1) std::rethrow_exception(postgresql_error(connection_, nullptr, sql));
}

void PostgresPipeline::send(const std::string& name, const PostgresValues& values, std::string_view sql, Result* keep) {
  enter(sql);
  if (PQsendQueryPrepared(connection_, name.c_str(), values.size(), values.data(), nullptr, nullptr, 0) != 1) std::rethrow_exception(postgresql_error(connection_, nullptr, sql));
  pending_.push_back({false, true, sql, keep});
}

void PostgresPipeline::send_unprepared(const std::string& text, const PostgresValues& values, std::string_view sql, Result* keep) {
  enter(sql);
  if (PQsendQueryParams(connection_, text.c_str(), values.size(), nullptr, values.data(), nullptr, nullptr, 0) != 1) std::rethrow_exception(postgresql_error(connection_, nullptr, sql));
  pending_.push_back({false, true, sql, keep});
}

void PostgresPipeline::sync() {
  if (PQpipelineSync(connection_) != 1) std::rethrow_exception(postgresql_error(connection_, nullptr, "sync"));
  pending_.push_back({true, true, {}, nullptr});
}

Result PostgresPipeline::settle(std::size_t leave) {
  fetch_rest();
  if (pending_.empty()) return nullptr;
  if (!pending_.back().sync) sync();
  Result last;
  std::exception_ptr error;
  // What may be left is a statement and the synchronization point behind it. After an error nothing is left.
  for (int silence = 0; pending_.size() > (error ? 0 : 2 * leave);) {
    const Pending expected = pending_.front();
    Result result(PQgetResult(connection_));
    if (PQstatus(connection_) != CONNECTION_OK) {
      pending_.clear();
      std::rethrow_exception(error ? error : postgresql_error(connection_, result.get(), expected.sql));
    }
    silence = result ? 0 : silence + 1;
    if (silence > 2) throw Error(MIF_E_INTERNAL, "数据库协议错位 (the server owes answers it does not send)");
    const ExecStatusType status = PQresultStatus(result.get());
    if (expected.sync) {
      if (status == PGRES_PIPELINE_SYNC) pending_.pop_front();
    } else if (!result) {  // the end of one statement's answers
      pending_.pop_front();
    } else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      (expected.keep ? *expected.keep : last) = std::move(result);
    } else if (status != PGRES_PIPELINE_ABORTED && status != PGRES_SINGLE_TUPLE && !error && expected.answer_matters) {
      error = postgresql_error(connection_, result.get(), expected.sql);
    }
  }
  if (error) std::rethrow_exception(error);
  return last;
}

void PostgresPipeline::settle_later() {
  fetch_rest();
  if (!pending_.empty() && !pending_.back().sync) sync();
  for (Pending& pending : pending_) pending.answer_matters = false;
}

void PostgresPipeline::keep_nothing() {
  for (Pending& pending : pending_) pending.keep = nullptr;
}

void PostgresPipeline::leave() {
  settle();
  if (PQpipelineStatus(connection_) != PQ_PIPELINE_OFF && PQexitPipelineMode(connection_) != 1)
    std::rethrow_exception(postgresql_error(connection_, nullptr, "pipeline"));
}

PostgresPipeline::Reading::Reading(PostgresPipeline& pipeline) : pipeline_(pipeline) {
  pipeline_.settle(1);
  PQsetSingleRowMode(pipeline_.connection_);
  pipeline_.reading_ = this;
}

PostgresPipeline::Reading::~Reading() {
  if (pipeline_.reading_ != this) return;
  pipeline_.reading_ = nullptr;
  try {
    pipeline_.settle();
  } catch (...) {
    // Rows nobody wanted any more; a transaction the server gave up is refused at its commit.
  }
}

Result PostgresPipeline::Reading::next() {
  if (pipeline_.reading_ == this) return pipeline_.arriving_row();
  if (rest_.empty()) return nullptr;
  Result row = std::move(rest_.front());
  rest_.pop_front();
  return row;
}

Result PostgresPipeline::arriving_row() {
  Result row(PQgetResult(connection_));
  const ExecStatusType status = PQresultStatus(row.get());
  if (row && status == PGRES_SINGLE_TUPLE && PQstatus(connection_) == CONNECTION_OK) return row;
  reading_ = nullptr;
  if (row && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    const std::exception_ptr error = postgresql_error(connection_, row.get(), pending_.front().sql);
    if (PQstatus(connection_) != CONNECTION_OK)
      pending_.clear();
    else
      settle();
    std::rethrow_exception(error);
  }
  if (!row) pending_.pop_front();
  settle();
  return nullptr;
}

void PostgresPipeline::fetch_rest() {
  if (!reading_) return;
  Reading& reading = *reading_;
  while (Result row = arriving_row()) reading.rest_.push_back(std::move(row));
}

}  // namespace mif::store
