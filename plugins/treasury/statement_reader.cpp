// SPDX-License-Identifier: Apache-2.0
#include "statement_reader.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>

namespace mif::treasury {

namespace {

constexpr std::size_t kHead = 64u << 10;
constexpr std::int64_t kReadMs = 4LL * 3600 * 1000;
using Providers = std::vector<std::pair<std::string, const mif_statement_format*>>;

struct Choice {
  std::string plugin, format;
  const mif_statement_format* reader = nullptr;
};

bool describes(const std::string& json, const std::string& format) {
  try {
    const auto formats = Poco::JSON::Parser().parse(json).extract<Poco::JSON::Object::Ptr>()->getArray("formats");
    for (unsigned i = 0; formats && i < formats->size(); ++i)
      if (formats->getObject(i)->optValue<std::string>("id", "") == format) return true;
  } catch (const Poco::Exception&) {  // a plugin that describes nothing readable has no formats
  }
  return false;
}

Choice named(Desk& desk, Call call, const Providers& providers, const std::string& format) {
  for (const auto& [plugin, reader] : providers) {
    TextSink text;
    desk.registry.invoke(call, plugin, "describe", 10000, [&r = *reader, &text](mif_call* c) { return r.describe(r.self, c, text.get()); });
    // csv/NAME: the map is asked for by name when it is read.
    if (describes(text.text(), format) || (format.rfind("csv/", 0) == 0 && plugin == "bank-csv")) return {plugin, format, reader};
  }
  throw Error(MIF_E_NOT_FOUND, "statement.format-unknown", "没有插件读 " + format + " 格式的对账单，请核对 format 或安装相应的 bank- 插件 (no plugin reads this format)");
}

Choice surest(Desk& desk, Call call, const Providers& providers, StatementBytes& bytes) {
  std::string head(kHead, '\0');
  std::size_t n = 0;
  while (n < kHead) {
    const std::size_t got = bytes.read(reinterpret_cast<std::uint8_t*>(head.data()) + n, kHead - n);
    if (got == 0) break;
    n += got;
  }
  bytes.rewind();
  Choice best;
  std::int32_t most = 0;
  for (const auto& [plugin, reader] : providers) {
    std::int32_t sure = 0;
    TextSink format;
    try {
      desk.registry.invoke(call, plugin, "sniff", 10000, [&r = *reader, &head, n, &sure, &format](mif_call* c) {
        return r.sniff(r.self, c, reinterpret_cast<const std::uint8_t*>(head.data()), n, &sure, format.get());
      });
    } catch (const Error& e) {  // one that cannot say leaves the file to the others
      desk.log.warn("statement.sniff", JsonWriter().begin_object().field("plugin", plugin).field("error", e.what()).end_object().str());
      continue;
    }
    if (sure > most) {
      most = sure;
      best = {plugin, format.text(), reader};
    }
  }
  return best;
}

// What the reader reports, event by event.
class Listener {
 public:
  Listener(ReadFile& into, LineSpool* lines, StatementBytes& bytes, Progress progress) : into_(into), lines_(lines), bytes_(bytes), progress_(progress), events_(sized<mif_statement_events>()) {
    events_.impl = this;
    events_.open = [](void* p, const mif_statement_open* e) { return me(p).safe([&](Listener& l) { l.open(*e); }); };
    events_.balance = [](void* p, const mif_statement_balance* e) { return me(p).safe([&](Listener& l) { l.proof().balance(*e); }); };
    events_.entry = [](void* p, const mif_statement_entry* e) { return me(p).safe([&](Listener& l) { l.entry(*e); }); };
    events_.close = [](void* p, const mif_statement_close* e) { return me(p).safe([&](Listener& l) { l.close(e); }); };
    events_.trouble = [](void* p, const mif_statement_trouble* e) { return me(p).safe([&](Listener& l) { l.trouble(*e); }); };
  }
  mif_statement_events* events() { return &events_; }
  void done() {
    if (thrown_) std::rethrow_exception(thrown_);
    if (proof_) close(nullptr);
  }

 private:
  static Listener& me(void* p) { return *static_cast<Listener*>(p); }
  template <class Body>
  std::int32_t safe(Body&& body) noexcept {
    if (thrown_) return 1;
    try {
      body(*this);
      return 0;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
  }

  void open(const mif_statement_open& e) {
    if (proof_) close(nullptr);
    proof_.emplace(e);
    into_.statements.emplace_back();
    into_.statements.back().begin = lines_ ? lines_->size() : 0;
  }
  Proof& proof() {
    if (!proof_) open(sized<mif_statement_open>());
    return *proof_;
  }
  void entry(const mif_statement_entry& e) {
    proof().entry(e);
    if ((++entries_ & 0x3fff) == 0) progress_("读取 " + bytes_.name(), entries_, 0);
    if (!lines_ || e.status != MIF_ENTRY_BOOKED) return;
    ReadStatement& s = into_.statements.back();
    const auto amount = Decimal::of(e.amount);
    if (!amount) return;
    const auto fen = amount->fen();
    if (!fen && s.not_fen.empty()) s.not_fen = "第 " + std::to_string(proof().facts().entries) + " 笔的金额 " + amount->text();
    if (!fen) return;
    const Day day(e.day != 0 ? e.day : e.value_day);
    lines_->add({day, *fen, head(e.bank_ref, 110), head(e.client_ref, 110), head(e.counter_account, 110), head(e.counter_name, 390), head(e.text, 1900)});
  }
  void close(const mif_statement_close* declared) {
    if (!proof_) return;
    proof_->close(declared);
    const std::string key = proof_->facts().account + "\n" + proof_->facts().currency;
    if (const auto before = last_.find(key); before != last_.end()) proof_->follows(into_.statements[before->second].facts);
    last_[key] = into_.statements.size() - 1;
    into_.statements.back().facts = proof_->facts();
    into_.statements.back().end = lines_ ? lines_->size() : 0;
    proof_.reset();
  }
  void trouble(const mif_statement_trouble& t) {
    if (t.level == MIF_TROUBLE_BROKEN && !into_.broken) into_.broken = FileTrouble{t.line, str(t.code), str(t.what), sentence_of(t)};
    if (proof_) return proof_->trouble(t);
    if (t.level == MIF_TROUBLE_NOTE) return into_.notes.push_back(sentence_of(t));
    into_.reasons.push_back(sentence_of(t));
    into_.verdict = std::max(into_.verdict, t.level == MIF_TROUBLE_BROKEN ? Verdict::quarantined : Verdict::warned);
  }
  // Ends between characters, as cut() does, without a copy.
  static std::string_view head(mif_str text, std::size_t most) {
    std::string_view v = view(text);
    if (v.size() <= most) return v;
    while (most > 0 && (static_cast<unsigned char>(v[most]) & 0xC0) == 0x80) --most;
    return v.substr(0, most);
  }

  ReadFile& into_;
  LineSpool* lines_;
  StatementBytes& bytes_;
  Progress progress_;
  mif_statement_events events_;
  std::optional<Proof> proof_;
  std::map<std::string, std::size_t> last_;  // account and currency -> its last statement so far
  std::int64_t entries_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace

StatementBytes StatementBytes::of_file(const std::string& path) {
  struct stat about {};
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (!file || fstat(fileno(file), &about) != 0 || S_ISDIR(about.st_mode)) {
    const std::string why = file ? "不是文件" : std::strerror(errno);
    if (file) std::fclose(file);
    throw Error(MIF_E_NOT_FOUND, "statement.file-unreadable", "读不了文件 (cannot read the file): " + path + ": " + why);
  }
  std::setvbuf(file, nullptr, _IONBF, 0);  // readers ask for large pieces
  const auto slash = path.rfind('/');
  return StatementBytes(slash == std::string::npos ? path : path.substr(slash + 1), file, {});
}
StatementBytes::~StatementBytes() {
  if (file_) std::fclose(file_);
}
StatementBytes::StatementBytes(StatementBytes&& other) noexcept : name_(std::move(other.name_)), file_(std::exchange(other.file_, nullptr)), bytes_(other.bytes_), at_(other.at_) {}

std::size_t StatementBytes::read(std::uint8_t* room, std::size_t most) {
  std::size_t n = 0;
  if (file_) {
    n = std::fread(room, 1, most, file_);
    if (n == 0 && std::ferror(file_)) throw Error(MIF_E_UNAVAILABLE, "statement.file-failed", name_ + " 在第 " + std::to_string(at_) + " 字节处读不下去，请核对磁盘 (reading the file failed)");
  } else {
    n = std::min<std::size_t>(most, bytes_.size() - at_);
    if (n > 0) std::memcpy(room, bytes_.data() + at_, n);
  }
  at_ += n;
  return n;
}
void StatementBytes::rewind() {
  if (file_ && std::fseek(file_, 0, SEEK_SET) != 0) throw Error(MIF_E_UNAVAILABLE, "statement.file-not-seekable", name_ + " 不能从头再读，请先存成文件 (the file cannot be read again: save it first)");
  at_ = 0;
}

bool ReadFile::all_proved() const {
  for (const auto& s : statements)
    if (s.facts.verdict != Verdict::proved) return false;
  return verdict == Verdict::proved && !format.empty();
}

ReadFile read_statement_file(Desk& desk, Call call, StatementBytes& bytes, const std::string& format, const std::string& options, LineSpool* lines, Progress progress) {
  ReadFile file;
  const auto providers = desk.registry.providers<mif_statement_format>(call, MIF_STATEMENT_FORMAT_ID);
  const Choice choice = format.empty() ? surest(desk, call, providers, bytes) : named(desk, call, providers, format);
  if (!choice.reader) {
    file.verdict = Verdict::quarantined;
    file.reasons.push_back(providers.empty() ? "没有安装读对账单文件的插件，请安装相应的 bank- 插件 (no plugin that reads statement files)"
                                             : "没有插件认得 " + bytes.name() + " 的格式，请核对文件，或用 format、map 指明 (no plugin knows this format)");
    return file;
  }
  file.format = choice.format;
  struct Source {
    mif_byte_source c;
    StatementBytes* bytes;
    std::exception_ptr thrown;
  } source{sized<mif_byte_source>(), &bytes, nullptr};
  source.c.impl = &source;
  source.c.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    auto& mine = *static_cast<Source*>(p);
    try {
      return static_cast<std::int64_t>(mine.bytes->read(room, most));
    } catch (...) {
      mine.thrown = std::current_exception();
      return -1;
    }
  };
  Listener listener(file, lines, bytes, progress);
  const auto body = [&](mif_call* c) { return choice.reader->read(choice.reader->self, c, s(choice.format), s(options), &source.c, listener.events()); };
  try {
    desk.registry.invoke(call, choice.plugin, "read", kReadMs, body);
  } catch (const Error&) {
    if (source.thrown) std::rethrow_exception(source.thrown);
    throw;
  }
  listener.done();
  if (file.statements.empty() && file.verdict == Verdict::proved) {
    file.verdict = Verdict::warned;
    file.reasons.push_back(bytes.name() + " 里没有对账单 (no statement in the file)");
  }
  return file;
}

std::string reader_options(const Params& params) {
  std::string all;
  for (const char* name : {"charset", "map", "from", "to", "opening", "closing"}) {
    const std::string value = params.get(name);
    if (value.find('\n') != std::string::npos) throw Error(MIF_E_INVALID, "statement.option", std::string(name) + " 里不能有换行 (no line breaks in an option)");
    if (!value.empty()) all += std::string(name) + "=" + value + "\n";
  }
  return all;
}

}  // namespace mif::treasury
