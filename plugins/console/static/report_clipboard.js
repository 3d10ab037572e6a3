// SPDX-License-Identifier: Apache-2.0
// Blocks of cells between the grid of a report and a spreadsheet.
import { cellsOf, isTyped, kKinds, writtenIn } from './report_model.js';

// From the active cell on. What cannot go in is shown first, each with its reason; the rest is one step.
export async function paste(grid, text) {
  const start = grid.active;
  const good = [];
  const complaints = [];
  cellsOf(text).forEach((line, i) => line.forEach((word, j) => {
    const at = { r: start.r + i, c: start.c + j };
    if (!grid.nodes[at.r] || !grid.nodes[at.r][at.c]) {
      if (word !== '') complaints.push({ place: '表外', word, why: '超出了表' });
      return;
    }
    const value = grid.taken(at, word);
    const place = `[${grid.rows[at.r].code},${grid.cols[at.c].code}]`;
    if (!grid.options.editable || !isTyped(grid.kind(at))) complaints.push({ place, word, why: grid.options.editable ? `${kKinds[grid.kind(at)] || '空'}格不能填` : grid.options.why || '这里只能查看' });
    else if (value === null) complaints.push({ place, word, why: grid.why(at, word) });
    else good.push({ at, value });
  }));
  if (complaints.length && !(await grid.options.complaints(complaints, good.length))) return;
  grid.remember();
  for (const { at, value } of good)
    if (value === writtenIn(grid.cell(at))) grid.pending.delete(grid.key(at));
    else grid.pending.set(grid.key(at), { value, reason: '' });
  grid.repaint();
  grid.select(start);
  grid.say(`粘贴 ${good.length} 格` + (complaints.length ? `，没有粘贴 ${complaints.length} 格` : ''));
}

// Words with tabs or line breaks are quoted, as a spreadsheet does.
function copied(grid, at) {
  const text = grid.shown(at);
  if (!grid.words(at)) return text.replace(/,/g, '');
  return /["\t\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export function copy(grid) {
  const { r1, r2, c1, c2 } = grid.range;
  const lines = [];
  for (let r = r1; r <= r2; ++r) lines.push(grid.cols.slice(c1, c2 + 1).map((_, i) => copied(grid, { r, c: c1 + i })).join('\t'));
  return lines.join('\n');
}
