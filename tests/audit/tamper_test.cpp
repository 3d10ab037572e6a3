// SPDX-License-Identifier: Apache-2.0
// Somebody with all rights on the database changes rows behind the system's back. Every such change must be found and named.
#include <algorithm>

#include "tests/audit/fixture.h"

namespace mif::audit {
namespace {

constexpr int kEntries = 300;

// Three chains over a table of "things" whose digests the log holds.
class Tampering : public testing::AuditFixture {
 protected:
  Tampering() {
    database->write([&](store::Txn& txn) {
      txn.execute("create table thing (id bigint not null primary key, name varchar(50), amount_fen bigint)");
      for (int i = 0; i < kEntries; ++i) {
        clock.now += 7;
        const std::int64_t id = i % 40;
        const std::string name = "事项" + std::to_string(i);
        if (i < 40) txn.execute("insert into thing (id, name, amount_fen) values (?, ?, ?)", {id, name, i});
        else txn.execute("update thing set name = ?, amount_fen = ? where id = ?", {name, i, id});
        Canonical canonical;
        add_values(canonical, {id, name, i});
        log.append(txn, who, {kChains[id % 3], "thing.put", "thing:" + std::to_string(id), digest_hex(log.alg(), canonical), "{\"i\":" + std::to_string(i) + "}"});
      }
      log.append(txn, who, {"system", "login", "thing:5", "", "{}"});  // touches nothing stored
      txn.execute("delete from thing where id = 39");
      log.append(txn, who, {kChains[0], "thing.remove", "thing:39", std::string(kGone), "{}"});
    });
    attack = std::make_unique<store::Txn>(database->begin(store::Mode::write));
    for (const char* trigger : {"audit_entry_no_update", "audit_entry_no_delete", "audit_head_no_delete", "audit_head_no_return"}) attack->execute(std::string("drop trigger ") + trigger);
  }

  static std::vector<DigestSource> sources() {
    return {{"thing", [](store::Txn& txn, const Emit& emit) {
               txn.query("select id, name, amount_fen from thing", {}, [&](const store::Row& row) {
                 Canonical canonical;
                 add_row(canonical, row);
                 emit("thing:" + key_text(row, 0), digest_hex(HashAlg::sha256, canonical));
               });
             }}};
  }
  std::vector<Finding> found(bool objects = true, const Checkpoint* witnessed = nullptr) {
    const auto all = sources();
    return verify(*attack, log.alg(), objects ? std::span<const DigestSource>(all) : std::span<const DigestSource>(), witnessed).findings;
  }
  static bool names(const std::vector<Finding>& findings, const std::string& object) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return f.object == object; });
  }
  static std::string list(const std::vector<Finding>& findings) {
    std::string text;
    for (const auto& f : findings) text += f.promise + " " + f.object + ": " + f.what + "\n";
    return text;
  }
  std::vector<std::pair<std::string, std::int64_t>> rows() {
    std::vector<std::pair<std::string, std::int64_t>> keys;
    attack->query("select chain, seq from audit_entry order by chain, seq", {}, [&](const store::Row& row) { keys.push_back({std::string(row.text(0)), row.integer(1)}); });
    return keys;
  }
  static std::string name(const std::string& chain, std::int64_t seq) { return "audit:" + chain + "#" + std::to_string(seq); }
  std::int64_t size(const std::string& chain) { return *attack->integer("select count(*) from audit_entry where chain = ?", {chain}); }

  // What an attacker with a debugger and this source would do: hash everything anew, heads included.
  void rewrite_hashes(const std::string& chain) {
    std::vector<Entry> all;
    entries(*attack, chain, 0, 100000, [&](const Entry& e) { all.push_back(e); });
    std::string previous;
    std::int64_t seq = 0;
    for (auto& e : all) {
      const std::int64_t old_seq = e.seq;
      e.seq = ++seq;
      previous = e.hash = entry_hash(log.alg(), previous, e);
      attack->execute("update audit_entry set seq = ?, hash = ? where chain = ? and seq = ?", {e.seq, e.hash, chain, old_seq});
    }
    attack->execute("update audit_head set seq = ?, hash = ? where chain = ?", {seq, previous, chain});
  }

  static inline const std::vector<std::string> kChains = {"990000", "990101", "system"};
  std::unique_ptr<store::Txn> attack;  // never committed
};

TEST_F(Tampering, nothing_is_found_in_an_untouched_log) {
  const auto findings = found();
  EXPECT_TRUE(findings.empty()) << list(findings);
}

TEST_F(Tampering, an_edit_of_any_column_of_any_row_is_found_and_names_the_row) {
  const char* const columns[] = {"at_ms", "actor", "origin", "trace", "action", "object", "object_digest", "body", "hash"};
  int edits = 0;
  for (const auto& [chain, seq] : rows())
    for (const char* column : columns) {
      const std::string c = column;
      std::string old_text;
      std::int64_t old_number = 0;
      const bool number = c == "at_ms";
      if (number) old_number = *attack->integer("select at_ms from audit_entry where chain = ? and seq = ?", {chain, seq});
      else old_text = *attack->text("select " + c + " from audit_entry where chain = ? and seq = ?", {chain, seq});
      std::string text = old_text.empty() ? "x" : old_text;
      if (!old_text.empty()) text[static_cast<std::size_t>(seq) % text.size()] ^= 1;  // one bit
      const std::string update = "update audit_entry set " + c + " = ? where chain = ? and seq = ?";
      if (number) attack->execute(update, {old_number + 1, chain, seq});
      else attack->execute(update, {text, chain, seq});
      const auto findings = found(false);
      EXPECT_TRUE(names(findings, name(chain, seq))) << c << " of " << name(chain, seq) << "\n" << list(findings);
      EXPECT_LE(findings.size(), 2u) << "one edit is not reported as many\n" << list(findings);
      if (number) attack->execute(update, {old_number, chain, seq});
      else attack->execute(update, {old_text, chain, seq});
      ++edits;
    }
  EXPECT_EQ(edits, (kEntries + 2) * 9);
  EXPECT_TRUE(found().empty());
}

TEST_F(Tampering, a_column_of_the_wrong_type_is_found_not_tripped_over) {
  for (const char* value : {"'text'", "null", "x'00ff'", "1.5", "7"})
    for (const char* column : {"at_ms", "body", "hash", "object_digest"}) {
      attack->execute("create table spare as select * from audit_entry");
      attack->execute("drop table audit_entry");
      attack->execute("create table audit_entry as select * from spare");  // without not null
      attack->execute(std::string("update audit_entry set ") + column + " = " + value + " where chain = '990000' and seq = 9");
      const auto findings = found(false);
      EXPECT_TRUE(names(findings, name("990000", 9))) << column << " = " << value << "\n" << list(findings);
      attack->execute("drop table audit_entry");
      attack->execute("create table audit_entry as select * from spare");
      attack->execute("drop table spare");
    }
  attack->execute("update audit_entry set seq = 'nine' where chain = '990000' and seq = 9");
  EXPECT_FALSE(found(false).empty());
}

TEST_F(Tampering, a_renamed_chain_or_number_is_found) {
  attack->execute("update audit_entry set seq = 100000 where chain = '990101' and seq = 7");
  EXPECT_TRUE(names(found(false), name("990101", 7)));
  attack->execute("update audit_entry set seq = 7 where chain = '990101' and seq = 100000");
  attack->execute("update audit_entry set chain = 'other' where chain = '990101' and seq = 7");
  const auto findings = found(false);
  EXPECT_TRUE(names(findings, name("990101", 7)));
  EXPECT_TRUE(names(findings, "audit:other#head")) << list(findings);
}

TEST_F(Tampering, deleting_any_row_is_found) {
  for (const auto& [chain, seq] : rows()) {
    attack->execute("create table removed as select * from audit_entry where chain = ? and seq = ?", {chain, seq});
    attack->execute("delete from audit_entry where chain = ? and seq = ?", {chain, seq});
    const auto findings = found(false);
    EXPECT_TRUE(names(findings, name(chain, seq)) || names(findings, "audit:" + chain + "#head")) << name(chain, seq) << "\n" << list(findings);
    attack->execute("insert into audit_entry select * from removed");
    attack->execute("drop table removed");
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Tampering, swapping_any_two_neighbours_is_found) {
  for (const auto& chain : kChains)
    for (std::int64_t seq = 1; seq < size(chain); ++seq) {
      const auto swap = [&] {
        attack->execute("update audit_entry set seq = -1 where chain = ? and seq = ?", {chain, seq});
        attack->execute("update audit_entry set seq = ? where chain = ? and seq = ?", {seq, chain, seq + 1});
        attack->execute("update audit_entry set seq = ? where chain = ? and seq = -1", {seq + 1, chain});
      };
      swap();
      EXPECT_TRUE(names(found(false), name(chain, seq))) << name(chain, seq);
      swap();
    }
  EXPECT_TRUE(found().empty());
}

TEST_F(Tampering, an_inserted_row_is_found_wherever_it_is_put) {
  for (const std::int64_t seq : {std::int64_t{-5}, std::int64_t{0}, size("990000") + 1, size("990000") + 2, std::numeric_limits<std::int64_t>::max()}) {
    Entry forged{"990000", seq, clock.now, "maker1", "mifctl", "", "thing.put", "thing:1", std::string(64, '0'), "{}", ""};
    forged.hash = entry_hash(log.alg(), *attack->text("select hash from audit_head where chain = '990000'"), forged);  // even well linked
    attack->execute("insert into audit_entry (chain, seq, at_ms, actor, origin, trace, action, object, object_digest, body, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    {forged.chain, forged.seq, forged.at_ms, forged.actor, forged.origin, forged.trace, forged.action, forged.object, forged.object_digest, forged.body, forged.hash});
    EXPECT_FALSE(found(false).empty()) << seq;
    attack->execute("delete from audit_entry where chain = '990000' and seq = ?", {seq});
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Tampering, cutting_the_tail_at_any_length_contradicts_the_head) {
  const std::string chain = "990101";
  attack->execute("create table spare as select * from audit_entry");
  for (std::int64_t keep = 0; keep < size(chain); ++keep) {
    attack->execute("delete from audit_entry where chain = ? and seq > ?", {chain, keep});
    EXPECT_TRUE(names(found(false), "audit:990101#head")) << keep;
    attack->execute("insert into audit_entry select * from spare where chain = ? and seq > ?", {chain, keep});
  }
}

TEST_F(Tampering, heads_are_checked_against_their_chains) {
  for (const char* sql : {"update audit_head set seq = seq + 1 where chain = 'system'", "update audit_head set hash = substr(hash, 2) || 'a' where chain = 'system'",
                          "update audit_head set seq = 'x' where chain = 'system'", "delete from audit_head where chain = 'system'"}) {
    attack->execute("create table spare as select * from audit_head");
    attack->execute(sql);
    EXPECT_TRUE(names(found(false), "audit:system#head")) << sql;
    attack->execute("delete from audit_head");
    attack->execute("insert into audit_head select * from spare");
    attack->execute("drop table spare");
  }
  attack->execute("insert into audit_head (chain, seq, hash) values ('ghost', 3, '')");
  EXPECT_TRUE(names(found(false), "audit:ghost#head"));
}

TEST_F(Tampering, a_tail_cut_with_its_head_needs_the_checkpoint) {
  const Signer signer(folder / "keys");
  const Checkpoint witnessed = make_checkpoint(*attack, log.alg(), "mif.example/990000", 1, signer);
  EXPECT_TRUE(found(true, &witnessed).empty());
  attack->execute("delete from audit_entry where chain = '990000' and seq > 50");
  attack->execute("update audit_head set seq = 50, hash = (select hash from audit_entry where chain = '990000' and seq = 50) where chain = '990000'");
  EXPECT_TRUE(found(false).empty()) << "the chain alone cannot know";
  EXPECT_TRUE(names(found(false, &witnessed), "audit:990000#head"));
  EXPECT_FALSE(found(true).empty()) << "but the objects' digests do";
  attack->execute("delete from audit_entry where chain = '990000'");
  attack->execute("delete from audit_head where chain = '990000'");
  EXPECT_TRUE(found(false).empty());
  EXPECT_TRUE(names(found(false, &witnessed), "audit:990000#head")) << "a chain that vanished whole";
}

TEST_F(Tampering, a_full_rewrite_of_log_and_objects_is_found_only_against_the_checkpoint) {
  const Signer signer(folder / "keys");
  const Checkpoint witnessed = make_checkpoint(*attack, log.alg(), "mif.example/990000", 1, signer);
  // thing 12 is worth more from now on, and the log has always said so.
  attack->execute("update thing set amount_fen = 999999 where id = 12");
  Canonical canonical;
  attack->query("select id, name, amount_fen from thing where id = 12", {}, [&](const store::Row& row) { add_row(canonical, row); });
  attack->execute("update audit_entry set object_digest = ? where object = 'thing:12'", {digest_hex(log.alg(), canonical)});
  rewrite_hashes("990000");
  EXPECT_TRUE(found().empty()) << "nothing inside the database contradicts it";
  const auto findings = found(true, &witnessed);
  ASSERT_EQ(findings.size(), 1u) << list(findings);
  EXPECT_EQ(findings[0].promise, "P11");
  EXPECT_TRUE(findings[0].object.starts_with("audit:990000#"));
}

TEST_F(Tampering, a_rewrite_that_drops_an_entry_is_found_against_the_checkpoint) {
  const Signer signer(folder / "keys");
  const Checkpoint witnessed = make_checkpoint(*attack, log.alg(), "mif.example/990000", 1, signer);
  attack->execute("delete from audit_entry where chain = 'system' and seq = 3");
  rewrite_hashes("system");
  EXPECT_TRUE(found(false).empty());
  EXPECT_TRUE(names(found(false, &witnessed), "audit:system#head"));
  log.append(*attack, who, {"system", "filler", "filler", "", ""});
  log.append(*attack, who, {"system", "filler", "filler", "", ""});
  EXPECT_FALSE(found(false, &witnessed).empty()) << "filling up to the old size does not help";
}

TEST_F(Tampering, a_log_that_only_grew_agrees_with_an_old_checkpoint) {
  const Signer signer(folder / "keys");
  const Checkpoint witnessed = make_checkpoint(*attack, log.alg(), "mif.example/990000", 1, signer);
  for (int i = 0; i < 20; ++i) log.append(*attack, who, {i % 2 ? "990000" : "new", "n", "other:1", "", ""});
  const auto findings = found(true, &witnessed);
  EXPECT_TRUE(findings.empty()) << list(findings);
}

TEST_F(Tampering, objects_edited_inserted_or_deleted_behind_the_log_are_named) {
  const auto attempt = [&](const std::string& sql, const std::string& object) {
    attack->execute("create table spare as select * from thing");
    attack->execute(sql);
    const auto findings = found();
    EXPECT_EQ(findings.size(), 1u) << sql << "\n" << list(findings);
    EXPECT_TRUE(names(findings, object)) << sql << "\n" << list(findings);
    attack->execute("delete from thing");
    attack->execute("insert into thing select * from spare");
    attack->execute("drop table spare");
  };
  for (int id = 0; id < 39; ++id) {
    const std::string where = " where id = " + std::to_string(id), object = "thing:" + std::to_string(id);
    attempt("update thing set amount_fen = amount_fen + 1" + where, object);
    attempt("update thing set amount_fen = null" + where, object);
    attempt("update thing set amount_fen = 'x'" + where, object);
    attempt("update thing set amount_fen = 1.5" + where, object);
    attempt("update thing set name = name || ' '" + where, object);
    attempt("update thing set name = ''" + where, object);
    attempt("update thing set name = x'ff'" + where, object);
    attempt("delete from thing" + where, object);
  }
  attempt("insert into thing (id, name, amount_fen) values (77, 'x', 1)", "thing:77");
  attempt("insert into thing (id, name, amount_fen) values (39, 'back', 1)", "thing:39");
}

TEST_F(Tampering, a_restored_older_row_is_found_too) {
  attack->execute("update thing set name = '事项45', amount_fen = 45 where id = 5");  // as it truly was once
  EXPECT_TRUE(names(found(), "thing:5"));
}

TEST_F(Tampering, a_source_that_cannot_be_read_is_a_finding) {
  const std::vector<DigestSource> broken = {{"thing", [](store::Txn&, const Emit&) { throw Error(MIF_E_INTERNAL, "no such table"); }}};
  const auto result = verify(*attack, log.alg(), broken, nullptr);
  EXPECT_TRUE(names(result.findings, "thing"));
}

}  // namespace
}  // namespace mif::audit
