// SPDX-License-Identifier: Apache-2.0
// A business document as it arrived: one flat object of named texts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/day.hpp"

namespace mif::exchange {

// Names and values of a job's or a request's parameters.
using Fields = std::map<std::string, std::string, std::less<>>;

// The fields of one document, sorted by name. All texts lie in one piece of memory: a province has 642,000 documents a day.
class FieldSet {
 public:
  using Pair = std::pair<std::string_view, std::string_view>;  // name, value
  class Iterator {
   public:
    Iterator(const FieldSet* set, std::size_t i) : set_(set), i_(i) {}
    Pair operator*() const { return set_->pair(i_); }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return i_ != other.i_; }
    bool operator==(const Iterator& other) const { return i_ == other.i_; }

   private:
    const FieldSet* set_;
    std::size_t i_;
  };

  // In any order; `sort` before the first read.
  void add(std::string_view name, std::string_view value);
  // False when a name was added twice.
  bool sort();
  bool has(std::string_view name) const { return place(name) < places_.size(); }
  std::string_view at(std::string_view name) const;  // empty when there is none
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, places_.size()}; }
  std::size_t size() const { return places_.size(); }
  Pair pair(std::size_t i) const { return {{text_.data() + places_[i].name, places_[i].name_n}, {text_.data() + places_[i].value, places_[i].value_n}}; }
  void clear();  // keeps its memory

 private:
  struct Place {
    std::uint32_t name, name_n, value, value_n;
  };
  std::size_t place(std::string_view name) const;  // size() when there is none
  std::string text_;
  std::vector<Place> places_;
};

struct Document {
  std::string source, feed, cursor, key, type, payload;
  std::int64_t version = 1;
  bool withdrawn = false;
  Day day;
  FieldSet fields;      // of the payload; empty while `trouble` is set
  std::string trouble;  // why the payload could not be read
  std::string digest;   // digest_of, once it is known

  std::string field(std::string_view name) const { return std::string(fields.at(name)); }
};

inline constexpr std::size_t kLongestPayload = 8000;

// Reads a payload into fields: one JSON object whose values are all texts. Never throws; says what is wrong in `trouble`.
void read_payload(Document& document);

// SHA-256 (hex) over type, day and fields, independent of the order the fields were written in.
std::string digest_of(const Document& document);
std::string known_digest(const Document& document);  // the one it has, or digest_of

// A flat JSON object of texts, for job parameters.
Fields flat_object(std::string_view json);

// The text itself when it fits and is clean, otherwise what `clean` makes of it, kept in `room`.
std::string_view cleaned(std::string_view text, std::size_t bytes, std::string& room);
// Cuts a text to at most `bytes` bytes without splitting a character, and replaces what is not UTF-8 or not printable.
std::string clean(std::string_view text, std::size_t bytes);

}  // namespace mif::exchange
