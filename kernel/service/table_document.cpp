// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/table_document.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <charconv>

#include "kernel/base/within.h"
#include "mif/error.hpp"

namespace mif::service {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

[[noreturn]] void complain(const std::string& where, const std::string& what) {
  throw Error(MIF_E_INVALID, "print.table-document", "表格文档的 " + where + ": " + what + " (in the table document)");
}

void only(const Object::Ptr& object, const std::string& where, std::initializer_list<std::string_view> known) {
  for (const auto& name : object->getNames())
    if (std::find(known.begin(), known.end(), name) == known.end()) complain(where + name, "不认识的成员 (unknown member)");
}

std::string text_of(const Poco::Dynamic::Var& value, const std::string& where) {
  if (!value.isString()) complain(where, "应为文字 (a string expected)");
  return value.extract<std::string>();
}

std::string text_in(const Object::Ptr& object, const std::string& name, const std::string& where, const std::string& otherwise = {}) {
  return object->has(name) ? text_of(object->get(name), where + name) : otherwise;
}

template <class T>
T named(const std::string& name, const std::string& where, std::initializer_list<std::pair<const char*, T>> known) {
  std::string all;
  for (const auto& [key, value] : known) {
    if (name == key) return value;
    all += (all.empty() ? "" : ", ") + std::string(key);
  }
  complain(where, "应为 " + all + " 之一, 实为 \"" + name + "\" (one of these expected)");
}

Object::Ptr object_in(const Array::Ptr& array, std::size_t i, const std::string& where) {
  const Object::Ptr object = array->getObject(static_cast<unsigned>(i));
  if (!object) complain(where, "应为对象 (an object expected)");
  return object;
}

sheet::Cell cell_of(const Poco::Dynamic::Var& value, sheet::Kind kind, const std::string& where) {
  sheet::Cell cell;
  if (value.isEmpty()) return cell;
  const std::string text = text_of(value, where);
  if (text.empty()) return cell;
  try {
    if (kind == sheet::Kind::money) cell = Fen::parse(text);
    else if (kind == sheet::Kind::day) cell = Day::parse(text);
    else if (kind == sheet::Kind::integer) {
      std::int64_t number = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
      if (read.ec != std::errc() || read.ptr != text.data() + text.size()) throw Error(MIF_E_INVALID, "print.table-document", "应为整数 (an integer expected), 实为 \"" + text + "\"");
      cell = number;
    } else {
      cell = text;
    }
  } catch (const Error& e) {
    // A word where an amount belongs (合计, —) is printed as it is only when it cannot be taken for one.
    if (kind == sheet::Kind::money && text.find_first_of("0123456789") == std::string::npos) return sheet::Cell(text);
    throw within("表格文档的 " + where + " (in the table document)", e);
  }
  return cell;
}

TableDocument::Part table_in(const Object::Ptr& object, const std::string& at) {
  TableDocument::Part part;
  sheet::Head& head = part.head;
  head.title = text_in(object, "title", at);
  if (head.title.empty()) complain(at + "title", "缺标题 (a title is needed)");
  head.left = text_in(object, "left", at);
  head.centre = text_in(object, "centre", at);
  head.right = text_in(object, "right", at);
  head.remark = text_in(object, "remark", at);

  const Array::Ptr columns = object->getArray("columns");
  if (!columns || columns->size() == 0 || columns->size() > 200) complain(at + "columns", "应有 1 至 200 栏 (1 to 200 columns expected)");
  for (std::size_t i = 0; i < columns->size(); ++i) {
    const std::string where = at + "columns[" + std::to_string(i) + "].";
    const Object::Ptr one = object_in(columns, i, where);
    only(one, where, {"title", "kind", "width", "group", "repeated"});
    sheet::Column column;
    column.title = text_in(one, "title", where);
    column.group = text_in(one, "group", where);
    column.kind = named<sheet::Kind>(text_in(one, "kind", where, "text"), where + "kind",
                                     {{"text", sheet::Kind::text}, {"centred", sheet::Kind::centred}, {"figure", sheet::Kind::figure}, {"money", sheet::Kind::money}, {"integer", sheet::Kind::integer}, {"day", sheet::Kind::day}});
    column.width = one->optValue<int>("width", column.kind == sheet::Kind::money || column.kind == sheet::Kind::figure ? 17 : 12);
    if (column.width < 1 || column.width > 200) complain(where + "width", "应为 1..200 (1 to 200 expected)");
    column.repeated = one->optValue<bool>("repeated", false);
    head.columns.push_back(std::move(column));
  }
  const Array::Ptr rows = object->getArray("rows");
  for (std::size_t i = 0; rows && i < rows->size(); ++i) {
    const std::string where = at + "rows[" + std::to_string(i) + "].";
    const Object::Ptr one = object_in(rows, i, where);
    only(one, where, {"kind", "cells"});
    sheet::Row row;
    row.kind = named<sheet::RowKind>(text_in(one, "kind", where, "detail"), where + "kind", {{"detail", sheet::RowKind::detail}, {"opening", sheet::RowKind::opening}, {"total", sheet::RowKind::total}});
    const Array::Ptr cells = one->getArray("cells");
    if (!cells || cells->size() != head.columns.size())
      complain(where + "cells", "应有 " + std::to_string(head.columns.size()) + " 格, 与栏数相同 (as many cells as columns expected)");
    for (std::size_t c = 0; c < cells->size(); ++c) row.cells.push_back(cell_of(cells->get(static_cast<unsigned>(c)), head.columns[c].kind, where + "cells[" + std::to_string(c) + "]"));
    part.rows.push_back(std::move(row));
  }
  const Array::Ptr signatures = object->getArray("signatures");
  for (std::size_t i = 0; signatures && i < signatures->size(); ++i)
    head.signatures.push_back(text_of(signatures->get(static_cast<unsigned>(i)), at + "signatures[" + std::to_string(i) + "]"));
  return part;
}


}  // namespace

TableDocument read_table_document(std::string_view json) {
  Object::Ptr root;
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(8);
    root = parser.parse(std::string(json)).extract<Object::Ptr>();
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "print.table-document", "表格文档不是 JSON 对象 (the table document is no JSON object): " + e.displayText());
  }
  TableDocument document;
  document.form = text_in(root, "form", "", document.form);
  document.title = text_in(root, "title", "");
  if (document.title.empty()) complain("title", "缺标题 (a title is needed)");
  if (!root->has("tables")) {
    only(root, "", {"title", "left", "centre", "right", "form", "columns", "rows", "remark", "signatures"});
    document.tables.push_back(table_in(root, ""));
    return document;
  }
  only(root, "", {"title", "form", "tables"});
  const Array::Ptr tables = root->getArray("tables");
  if (!tables || tables->size() == 0 || tables->size() > 1000) complain("tables", "应有 1 至 1000 张表 (1 to 1000 tables expected)");
  for (std::size_t i = 0; i < tables->size(); ++i) {
    const std::string where = "tables[" + std::to_string(i) + "].";
    const Object::Ptr object = object_in(tables, i, where);
    only(object, where, {"title", "left", "centre", "right", "columns", "rows", "remark", "signatures"});
    document.tables.push_back(table_in(object, where));
  }
  return document;
}

print::Source TableDocument::source() const {
  return [this](sheet::Receiver& to) {
    for (const auto& table : tables) {
      to.begin(table.head);
      for (const auto& row : table.rows) to.row(row);
      to.end();
    }
  };
}

}  // namespace mif::service
