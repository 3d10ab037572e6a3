// SPDX-License-Identifier: Apache-2.0
// The head of a table as the ministry prints it. A two-sided statement has its right-hand names before the second group of columns.
import { el } from './dom.js';

export function layout({ table, rows, cols }) {
  const second = table.twoSided ? cols.findIndex((c) => c.group !== cols[0].group) : -1;
  const groups = [];
  cols.forEach((col, i) => {
    const last = groups[groups.length - 1];
    if (last && last.name === col.group && i !== second) last.codes.push(col.code);
    else groups.push({ name: col.group, codes: [col.code], right: i === second });
  });
  const grouping = groups.some((g) => g.name);
  const span = String(grouping ? 3 : 2);
  const nameHead = () => el('th', { rowspan: span, scope: 'col' }, '项　目');
  const top = [nameHead(), el('th', { class: 'number', rowspan: span, scope: 'col' }, '行次')];
  const names = [];
  if (grouping)
    for (const group of groups) {
      if (group.right) top.push(nameHead());
      top.push(el('th', { colspan: String(group.codes.length), scope: 'colgroup', 'data-cols': group.codes.join('|') }, group.name));
    }
  cols.forEach((col, i) => {
    if (i === second && !grouping) names.push(nameHead());
    names.push(el('th', { scope: 'col', 'data-cols': col.code }, col.name));
  });
  return {
    second,
    headRows: [el('tr', {}, grouping ? top : [...top, names]), grouping ? el('tr', {}, names) : null, el('tr', {}, cols.map((c) => el('th', { class: 'number', 'data-cols': c.code }, c.code)))],
    rows, cols,
  };
}
