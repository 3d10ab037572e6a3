// SPDX-License-Identifier: Apache-2.0
// Cells before and after, as a list a person can search: what a file would change, what it may not, what it says otherwise.
import { el, fill } from './dom.js';
import { grouped } from './money.js';

// What becomes of a cell: word, kind of tag. `cell` is of a data package: all of it is taken or none.
const kStates = { preview: ['将写入', 'good'], applied: ['已写入', 'good'], refused: ['不能导入', 'bad'], differs: ['不导入', 'wait'], cell: ['不同', 'wait'] };
const kMost = 500;  // rows on the page at once; the search finds the others
const cellName = (c) => `${c.table}[${c.row},${c.col}]`;
// Amounts have two decimals; words such as a year or 007 stand as they were typed.
const amount = (text) => el('td', { class: 'money' + (/^-[\d,.]+$/.test(text || '') ? ' red' : '') }, /^-?\d+\.\d\d$/.test(text || '') ? grouped(text) : text || '');

function row(item, units, states) {
  const [word, kind] = kStates[item.state] || ['', ''];
  if (!item.table) return el('tr', { 'data-unit': item.unit }, units ? el('td', {}, item.unit) : null, states ? el('td', { class: 'center' }, el('span', { class: 'tag bad' }, '不能导入')) : null, el('td', { colspan: '4', class: 'wrap red' }, item.complaint));
  return el('tr', { 'data-cell': cellName(item), 'data-state': item.state || null }, units ? el('td', {}, item.unit) : null, states ? el('td', { class: 'center' }, el('span', { class: 'tag ' + kind }, word)) : null,
    el('td', { class: 'mono' }, cellName(item)), amount(item.was), amount(item.now), el('td', { class: 'wrap' + (item.state === 'differs' ? '' : ' red') }, item.complaint || ''));
}

// items: {unit?, table, row, col, was, now, state?, complaint?}
export function differences(items) {
  const units = new Set(items.map((i) => i.unit)).size > 1;
  const states = items.some((i) => i.state && i.state !== 'cell');
  const heads = [units ? '单位' : null, states ? '处理' : null, '格', '原数', '新数', '说明'].filter(Boolean);
  const body = el('tbody');
  const told = el('span', { class: 'sub', id: 'shown' });
  const words = el('input', { type: 'search', name: 'search', placeholder: '找单位、表号、行栏或数', 'aria-label': '找单位、表号、行栏或数' });
  const counts = new Map();
  for (const i of items) counts.set(i.state, (counts.get(i.state) || 0) + 1);
  const state = el('select', { name: 'state', 'aria-label': '只看一种' }, el('option', { value: '' }, `全部 ${items.length}`), [...counts].filter(([s]) => kStates[s]).map(([s, n]) => el('option', { value: s }, `${kStates[s][0]} ${n}`)));
  const show = () => {
    const wanted = words.value.trim().replace(/,/g, '');
    const found = items.filter((i) => (!state.value || i.state === state.value) && (!wanted || [i.unit, i.table ? cellName(i).replace(/,/g, '') : '', i.was, i.now, i.complaint].some((t) => (t || '').includes(wanted))));
    fill(body, found.length ? found.slice(0, kMost).map((i) => row(i, units, states)) : el('tr', {}, el('td', { colspan: String(heads.length), class: 'center' }, items.length ? '没有符合的。' : '没有不同。')));
    fill(told, found.length > kMost ? `显示 ${kMost} / ${found.length} 行，请再缩小范围` : `${found.length} 行`);
  };
  words.addEventListener('input', show);
  words.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });  // the dialog's own button is not meant
  state.addEventListener('change', show);
  show();
  return [items.length > 8 || counts.size > 1 ? el('div', { class: 'tools' }, counts.size > 1 ? state : null, words, told) : null,
    el('div', { class: 'sheet' }, el('table', { class: 'grid', id: 'differences' }, el('thead', {}, el('tr', {}, heads.map((h) => el('th', { scope: 'col' }, h)))), body))];
}
