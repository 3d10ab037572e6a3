// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/voucher_import.h"

#include <algorithm>
#include <exception>
#include <map>
#include <numeric>
#include <set>

namespace mif::service {
namespace {

using interchange::FileVoucher;

struct TakeBack : std::exception {};  // ends a transaction whose effects were only wanted for their answer

class Importer {
 public:
  Importer(Deployment& deployment, const Who& who, const identity::Caller& caller, const VoucherImport& request, const std::function<void(std::int64_t, std::int64_t)>& progress)
      : deployment_(deployment), who_(who), caller_(caller), request_(request), progress_(progress), vouchers_(interchange::read_vouchers(request.bytes, request.source, request.book)) {
    caller.require(permission(), {});
    for (auto& v : vouchers_) {
      ImportResult result{v.place, v.name(), v.draft.book, v.draft.word, v.draft.day, {}, ImportOutcome::error, 0, {}};
      for (const auto& line : v.draft.lines)
        if (line.side == MIF_DEBIT) result.total += line.fen;
      if (request.posted) {
        if (v.reviewer.empty()) v.reviewer = request.reviewer;
        if (v.draft.maker.empty()) v.problems.push_back(v.place + "：历史凭证要写制单人 (history names its maker)");
        if (v.reviewer.empty()) v.problems.push_back(v.place + "：历史凭证要写审核人, 或指明 reviewer (history names its reviewer)");
      } else {
        v.draft.maker = who.actor;
        if (v.draft.closing || !v.reverses.empty()) v.problems.push_back(v.place + "：结转和更正凭证由系统生成, 只有历史导入可以带入 (closing and correcting vouchers come by history import only)");
      }
      find_documents(v);
      for (const auto& problem : v.problems) result.sentence += (result.sentence.empty() ? "" : "; ") + problem;
      places_.emplace(v.draft.book + '\n' + v.name(), results_.size());
      results_.push_back(std::move(result));
    }
  }

  std::vector<ImportResult> run() {
    if (request_.posted) history();
    else drafts();
    return std::move(results_);
  }

 private:
  const char* permission() const { return request_.posted ? "voucher.import_posted" : "voucher.propose"; }
  bool readable(std::size_t i) const { return vouchers_[i].problems.empty(); }
  void tell(std::size_t done) const {
    if (progress_) progress_(static_cast<std::int64_t>(done), static_cast<std::int64_t>(vouchers_.size()));
  }

  // The file names electronic documents; their content must be here already.
  void find_documents(FileVoucher& v) const {
    for (auto& file : v.draft.files) {
      try {
        file.bytes = static_cast<std::int64_t>(deployment_.objects().get(file.digest).size());
      } catch (const Error& error) {
        if (error.code() != MIF_E_NOT_FOUND) throw;
        v.problems.push_back(v.place + "：" + Error(MIF_E_NOT_FOUND, "import.file-not-stored", "电子附件 " + file.name + " 的内容不在本系统的对象库里, 请先从原系统的 objects 目录复制过来再导入 (the content of this electronic document is not in the object store; copy it there first): " + file.digest).what());
      }
    }
  }
  // The draft of part 1, made in the same transaction when it is not there: of a preview nothing is.
  std::int64_t lead_of(store::Txn& txn, const FileVoucher& v) {
    const auto lead = places_.find(v.draft.book + '\n' + v.lead());
    if (lead == places_.end() || !readable(lead->second))
      throw Error(MIF_E_INVALID, "import.lead", "分数编号的首张凭证 " + v.lead() + " 不在文件里或有错, 请补上或改正它 (part 1 is not in the file or is refused itself)");
    return deployment_.propose(txn, who_, vouchers_[lead->second].draft).id;
  }

  // P15: a book of others is not there; asked once per book.
  void require_book(store::Txn& txn, const std::string& code) {
    const auto no_book = [&] { return Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\""); };
    auto [known, unknown] = units_.try_emplace(code);
    if (unknown) {
      try {
        known->second = deployment_.ledger().book(txn, code).unit;
      } catch (const Error&) {
      }
    }
    if (known->second.empty() || !caller_.sees(known->second)) throw no_book();
    caller_.require(permission(), known->second);
  }
  std::int64_t known(store::Txn& txn, const ledger::Draft& draft) const {
    ledger::VoucherQuery query;
    query.source_plugin = draft.source_plugin;
    query.source_key = draft.source_key;
    query.limit = 1;
    const auto found = deployment_.ledger().vouchers(txn, query);
    return found.empty() ? 0 : found[0].id;
  }
  void refused(store::Txn& txn, std::size_t i, const Error& error) {
    ImportResult& result = results_[i];
    result.id = error.code() == MIF_E_CONFLICT ? known(txn, vouchers_[i].draft) : 0;
    result.outcome = result.id != 0 ? ImportOutcome::conflict : ImportOutcome::error;
    result.sentence = vouchers_[i].place + "：" + error.what();
  }

  void propose(store::Txn& txn, std::size_t i) {
    FileVoucher& v = vouchers_[i];
    require_book(txn, v.draft.book);
    if (v.draft.part > 1) v.draft.lead = lead_of(txn, v);
    const ledger::Proposal proposal = deployment_.propose(txn, who_, v.draft);
    results_[i].outcome = proposal.existed ? ImportOutcome::same : ImportOutcome::fresh;
    results_[i].id = proposal.existed || request_.apply ? proposal.id : 0;
  }

  void drafts() {
    constexpr std::size_t kBatch = 100;  // of a preview, so that it does not keep others from writing for long
    std::vector<std::size_t> order(vouchers_.size());  // each part 1 before the other parts
    std::iota(order.begin(), order.end(), 0);
    std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return vouchers_[i].draft.part <= 1; });
    for (std::size_t at = 0; at < order.size();) {
      const std::size_t end = request_.apply ? at + 1 : std::min(at + kBatch, vouchers_.size());
      try {
        deployment_.database().write([&](store::Txn& txn) {
          for (std::size_t k = at; k < end; ++k) {
            const std::size_t i = order[k];
            if (!readable(i)) continue;
            if (request_.apply) {
              propose(txn, i);
              continue;
            }
            try {
              propose(txn, i);
            } catch (const Error& error) {
              refused(txn, i, error);
            }
          }
          if (!request_.apply) throw TakeBack();
        });
      } catch (const TakeBack&) {
      } catch (const Error& error) {
        if (!request_.apply) throw;
        deployment_.database().read([&](store::Txn& txn) { refused(txn, order[at], error); });
      }
      at = end;
      tell(at);
    }
  }

  // --- history -------------------------------------------------------------------------------------------------------------
  void import_run(store::Txn& txn, const std::vector<std::size_t>& run) {
    std::vector<ledger::Draft> drafts;
    for (const auto i : run) drafts.push_back(vouchers_[i].draft);
    const auto ids = deployment_.ledger().import_posted(txn, who_, drafts, vouchers_[run[0]].reviewer, vouchers_[run[0]].cashier);
    for (std::size_t k = 0; k < run.size(); ++k) {
      results_[run[k]].id = ids[k];
      ids_[vouchers_[run[k]].draft.book + '\n' + vouchers_[run[k]].name()] = ids[k];
    }
  }
  // A refusal says nothing of the vouchers beside it, so a run that is refused is tried one by one.
  void flush(store::Txn& txn, std::vector<std::size_t>& run) {
    if (run.empty()) return;
    try {
      import_run(txn, run);
    } catch (const Error&) {
      for (const auto i : run) {
        try {
          import_run(txn, {i});
        } catch (const Error& error) {
          refused(txn, i, error);
        }
      }
    }
    run.clear();
  }

  // In the order of the file within each book, period and word, because numbers are given in that order; a correction waits for
  // the voucher it corrects, and a part of a fraction number, which takes no number of its own, for part 1.
  void import_all(store::Txn& txn) {
    constexpr std::size_t kRun = 1000;
    std::vector<std::size_t> waiting;
    std::set<std::string> in_file;
    for (std::size_t i = 0; i < vouchers_.size(); ++i) {
      in_file.insert(vouchers_[i].draft.book + '\n' + vouchers_[i].name());
      if (readable(i)) waiting.push_back(i);
    }
    std::size_t done = 0;
    for (bool moved = true; moved && !waiting.empty();) {
      moved = false;
      std::set<std::string> blocked;
      std::vector<std::size_t> later, run;
      for (const auto i : waiting) {
        FileVoucher& v = vouchers_[i];
        const std::string queue = v.draft.book + '\n' + Period{v.draft.day.year(), v.draft.month == 0 ? v.draft.day.month() : v.draft.month}.iso() + '\n' + v.draft.word;
        const std::string corrected = v.draft.book + '\n' + v.reverses, lead = v.draft.book + '\n' + v.lead();
        const bool follows = v.draft.part > 1;
        bool waits = !follows && blocked.count(queue) != 0;
        if (!waits && !v.reverses.empty()) {
          flush(txn, run);
          waits = ids_.count(corrected) == 0;
        }
        if (!waits && follows) {
          if (ids_.count(lead) == 0) flush(txn, run);
          waits = ids_.count(lead) == 0;
        }
        if (waits) {
          if (!follows) blocked.insert(queue);
          later.push_back(i);
          continue;
        }
        moved = true;
        if (!v.reverses.empty()) v.draft.reverses = ids_.at(corrected);
        if (follows) v.draft.lead = ids_.at(lead);
        try {
          require_book(txn, v.draft.book);
        } catch (const Error& error) {
          refused(txn, i, error);
          continue;
        }
        results_[i].outcome = known(txn, v.draft) != 0 ? ImportOutcome::same : ImportOutcome::fresh;
        if (run.size() == kRun || (!run.empty() && (vouchers_[run[0]].reviewer != v.reviewer || vouchers_[run[0]].cashier != v.cashier))) flush(txn, run);
        run.push_back(i);
        tell(++done);
      }
      flush(txn, run);
      waiting = std::move(later);
    }
    for (const auto i : waiting) {
      const FileVoucher& v = vouchers_[i];
      const auto missing = [&](const std::string& name) { return !name.empty() && in_file.count(v.draft.book + '\n' + name) == 0; };
      results_[i].outcome = ImportOutcome::error;
      results_[i].sentence = v.place + "：" + (missing(v.reverses) ? "要更正的凭证 \"" + v.reverses + "\" 不在文件里 (the corrected voucher is not in the file)"
                                             : missing(v.lead())  ? "分数编号的首张凭证 \"" + v.lead() + "\" 不在文件里 (part 1 is not in the file)"
                                                                  : "前面的凭证没有导入, 本凭证无法接续 (waits for a voucher that was refused)");
    }
  }

  void history() {
    try {
      deployment_.database().write([&](store::Txn& txn) {
        ids_.clear();  // a transaction may be run again
        import_all(txn);
        bool whole = request_.apply;
        for (const auto& result : results_) whole = whole && (result.outcome == ImportOutcome::fresh || result.outcome == ImportOutcome::same);
        if (!whole) throw TakeBack();
      });
    } catch (const TakeBack&) {
      for (auto& result : results_)
        if (result.outcome == ImportOutcome::fresh) result.id = 0;
    }
  }

  Deployment& deployment_;
  const Who& who_;
  const identity::Caller& caller_;
  const VoucherImport& request_;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  std::vector<FileVoucher> vouchers_;
  std::vector<ImportResult> results_;
  std::map<std::string, std::string> units_;       // of the books asked for
  std::map<std::string, std::int64_t> ids_;        // of the file's vouchers, by book and name
  std::map<std::string, std::size_t> places_;      // the same: where in vouchers_
};

}  // namespace

std::string_view name_of(ImportOutcome outcome) {
  switch (outcome) {
    case ImportOutcome::fresh: return "new";
    case ImportOutcome::same: return "same";
    case ImportOutcome::conflict: return "conflict";
    case ImportOutcome::error: return "error";
  }
  return "";
}

std::vector<ImportResult> import_vouchers(Deployment& deployment, const Who& who, const identity::Caller& caller, const VoucherImport& request,
                                          const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return Importer(deployment, who, caller, request, progress).run();
}

}  // namespace mif::service
