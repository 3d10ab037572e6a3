// SPDX-License-Identifier: Apache-2.0
#include "sheet/document.h"

#include <Poco/DateTime.h>
#include <Poco/Zip/Compress.h>

#include <algorithm>
#include <sstream>

namespace mif::reporting {
namespace {

// A4 on its side; margins of GB/T 9704 turned with the paper. Twentieths of a point.
constexpr int kPaperWidth = 16838, kPaperHeight = 11906, kTop = 1588, kBottom = 1474, kLeft = 1985, kRight = 2098;
constexpr int kBreadth = kPaperWidth - kLeft - kRight;
constexpr int kCharacter = 96;  // a half-width character of 9 points, with a little air
constexpr int kMostCharacters = kBreadth / kCharacter;

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') out += c;
  }
  return out;
}

std::string paragraph(std::string_view style, std::string_view text, std::string_view align = {}) {
  std::string p = "<w:p><w:pPr><w:pStyle w:val=\"" + std::string(style) + "\"/>";
  if (!align.empty()) p += "<w:jc w:val=\"" + std::string(align) + "\"/>";
  p += "</w:pPr>";
  for (std::size_t from = 0; !text.empty() && from <= text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    p += std::string("<w:r>") + (from > 0 ? "<w:br/>" : "") + "<w:t xml:space=\"preserve\">" + xml(text.substr(from, end - from)) + "</w:t></w:r>";
    from = end + 1;
  }
  return p + "</w:p>";
}

std::string cell(int width, std::string_view properties, std::string_view content) {
  return "<w:tc><w:tcPr><w:tcW w:w=\"" + std::to_string(width) + "\" w:type=\"dxa\"/>" + std::string(properties) + "<w:vAlign w:val=\"center\"/></w:tcPr>" + std::string(content) + "</w:tc>";
}

std::string ground_of(Look look) {
  const char* color = look == Look::input ? "FFF8D6" : look == Look::overridden ? "FCE1CC" : look == Look::blocked ? "E3E3E3" : nullptr;
  return color ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"" + std::string(color) + "\"/>" : std::string();
}

std::string table_of(const Grid& grid, const std::vector<std::size_t>& columns) {
  std::vector<int> widths;
  int total = 0;
  for (const auto c : columns) total += breadth_of(grid, c);
  for (const auto c : columns) widths.push_back(kBreadth * breadth_of(grid, c) / std::max(total, 1));
  std::string out = "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"" + std::to_string(kBreadth) +
                    "\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"40\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>";
  for (const int w : widths) out += "<w:gridCol w:w=\"" + std::to_string(w) + "\"/>";
  out += "</w:tblGrid>";
  const auto heads = heads_of(grid, columns);
  for (int line = 0; line < grid.head_lines(); ++line) {
    out += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
    for (int x = 0; x < static_cast<int>(columns.size());) {
      const auto covers = std::find_if(heads.begin(), heads.end(), [&](const HeadCell& h) { return h.column == x && h.line <= line && line < h.line + h.lines; });
      if (covers == heads.end()) throw Error(MIF_E_INTERNAL, "a head without a cell");
      int width = 0;
      for (int i = x; i < x + covers->columns; ++i) width += widths[static_cast<std::size_t>(i)];
      std::string properties;
      if (covers->columns > 1) properties += "<w:gridSpan w:val=\"" + std::to_string(covers->columns) + "\"/>";
      if (covers->lines > 1) properties += covers->line == line ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>";
      properties += "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7EEF7\"/>";
      out += cell(width, properties, paragraph("TableHead", covers->line == line ? covers->text : std::string()));
      x += covers->columns;
    }
    out += "</w:tr>";
  }
  for (const auto& row : grid.rows) {
    out += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const GridCell& c = row[columns[i]];
      const auto kind = grid.columns[columns[i]].kind;
      const char* align = kind == GridColumn::Kind::number || c.look == Look::blocked ? "center" : kind == GridColumn::Kind::name || c.row < 0 || c.words ? "left" : "right";
      out += cell(widths[i], ground_of(c.look), paragraph("TableText", c.shown, align));
    }
    out += "</w:tr>";
  }
  return out + "</w:tbl>";
}

std::string style(std::string_view id, std::string_view name, std::string_view paragraph_properties, std::string_view font, int half_points, bool bold = false) {
  return "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"" + std::string(id) + "\"><w:name w:val=\"" + std::string(name) + "\"/><w:basedOn w:val=\"Normal\"/><w:pPr>" + std::string(paragraph_properties) +
         "</w:pPr><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"" + std::string(font) + "\"/>" + (bold ? "<w:b/>" : "") + "<w:sz w:val=\"" + std::to_string(half_points) +
         "\"/><w:szCs w:val=\"" + std::to_string(half_points) + "\"/></w:rPr></w:style>";
}

std::string styles() {
  return R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style><w:style w:type="table" w:customStyle="1" w:styleId="Grid"><w:name w:val="Report Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="000000"/><w:left w:val="single" w:sz="8" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:color="000000"/><w:right w:val="single" w:sz="8" w:color="000000"/><w:insideH w:val="single" w:sz="4" w:color="000000"/><w:insideV w:val="single" w:sz="4" w:color="000000"/></w:tblBorders></w:tblPr></w:style>)" +
         style("ReportTitle", "Report Title", "<w:keepNext/><w:spacing w:after=\"120\"/><w:jc w:val=\"center\"/><w:outlineLvl w:val=\"0\"/>", "方正小标宋简体", 44) +
         style("ReportLine", "Report Line", "<w:keepNext/><w:tabs><w:tab w:val=\"center\" w:pos=\"" + std::to_string(kBreadth / 2) + "\"/><w:tab w:val=\"right\" w:pos=\"" + std::to_string(kBreadth) + "\"/></w:tabs><w:spacing w:after=\"60\"/>", "仿宋_GB2312", 21) +
         style("TableHead", "Table Head", "<w:jc w:val=\"center\"/>", "黑体", 18) + style("TableText", "Table Text", "<w:spacing w:line=\"260\" w:lineRule=\"atLeast\"/>", "仿宋_GB2312", 18) +
         style("ReportNote", "Report Note", "<w:spacing w:before=\"60\"/>", "仿宋_GB2312", 21) + "</w:styles>";
}

// "left <tab> centre <tab> right"
std::string line_of(const Grid& grid) {
  std::string p = "<w:p><w:pPr><w:pStyle w:val=\"ReportLine\"/></w:pPr>";
  for (const auto* part : {&grid.left, &grid.centre, &grid.right})
    p += "<w:r>" + std::string(part == &grid.left ? "" : "<w:tab/>") + "<w:t xml:space=\"preserve\">" + xml(*part) + "</w:t></w:r>";
  return p + "</w:p>";
}

std::string body_of(const std::vector<FilledTable>& tables, const Occasion& occasion) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>)";
  bool first = true;
  for (const auto& filled : tables) {
    const Grid grid = grid_of(filled, occasion);
    const auto sheets = split_columns(grid, kMostCharacters);
    for (std::size_t s = 0; s < sheets.size(); ++s) {
      if (!first) out += "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>";
      first = false;
      out += paragraph("ReportTitle", grid.title + (sheets.size() > 1 ? "（" + std::to_string(s + 1) + "/" + std::to_string(sheets.size()) + "）" : ""));
      out += line_of(grid) + table_of(grid, sheets[s]);
    }
    for (const auto& note : grid.notes) out += paragraph("ReportNote", note);
    std::string signatures;
    for (const auto& one : grid.signatures) signatures += (signatures.empty() ? "" : "　　　　　　　") + one;
    if (!signatures.empty()) out += paragraph("ReportNote", signatures);
  }
  const auto n = [](int value) { return "\"" + std::to_string(value) + "\""; };
  return out + "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=" + n(kPaperWidth) + " w:h=" + n(kPaperHeight) + " w:orient=\"landscape\"/><w:pgMar w:top=" + n(kTop) + " w:right=" + n(kRight) + " w:bottom=" + n(kBottom) +
         " w:left=" + n(kLeft) + " w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>";
}

constexpr const char* kTypes = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>)";
constexpr const char* kRelations = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>)";
constexpr const char* kDocumentRelations = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>)";
constexpr const char* kFooter = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve">— </w:t></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="end"/></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>)";

}  // namespace

std::string write_document(const std::vector<FilledTable>& tables, const Occasion& occasion, Day created) {
  if (tables.empty()) throw Error(MIF_E_INVALID, "report.export-empty", "没有可导出的报表，请先计算 (no table to export; compute the report first)");
  const std::string core = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                           "xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>" +
                           xml(tables.front().table->title) + "</dc:title><dc:creator>" + xml(occasion.unit) + "</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">" + created.iso() + "T00:00:00Z</dcterms:created></cp:coreProperties>";
  const std::pair<const char*, std::string> parts[] = {{"[Content_Types].xml", kTypes}, {"_rels/.rels", kRelations}, {"docProps/core.xml", core}, {"word/document.xml", body_of(tables, occasion)},
                                                       {"word/_rels/document.xml.rels", kDocumentRelations}, {"word/styles.xml", styles()}, {"word/footer1.xml", kFooter}};
  const Poco::DateTime day(created.year(), created.month(), created.day());
  std::ostringstream out(std::ios::binary);
  Poco::Zip::Compress zip(out, true);
  for (const auto& [name, bytes] : parts) {
    std::istringstream in(bytes);
    zip.addFile(in, day, Poco::Path(name, Poco::Path::PATH_UNIX));
  }
  zip.close();
  return out.str();
}

}  // namespace mif::reporting
