// SPDX-License-Identifier: Apache-2.0
// 上年同期: one column of a table beside the same column a year before, line by line, with what changed. Which cells of then a cell
// of now is made of is the kernel's to say: by their numbers, or through the map of a re-layout.
import { el, fill } from './dom.js';
import { get } from './api.js';
import { fen, plain, grouped } from './money.js';
import { problem } from './parts.js';
import { kApi } from './report_api.js';

const amountOf = (cell) => (cell && cell.kind === 'money' ? cell.value : '');

// "12.34 %" of a change against what it was; nothing when it was nothing. Half away from zero.
export function growth(was, now) {
  if (!was || !now || fen(was) === 0n) return '';
  const base = fen(was) < 0n ? -fen(was) : fen(was);
  const change = fen(now) - fen(was);
  const size = change < 0n ? -change : change;
  const hundredths = (2n * size * 10000n + base) / (2n * base);
  return `${change < 0n && hundredths > 0n ? '-' : ''}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}%`;
}
export const lastYear = (period) => `${Number(period.slice(0, 4)) - 1}${period.slice(4)}`;

// Of the columns' cells by row: {row, name, now, was, change, rate, from}; from = the cells of then where they were elsewhere.
export function compared(rows, col, now, was, table) {
  const find = (cells, row) => cells.find((c) => c.row === row && c.col === col);
  return rows.map((line) => {
    const a = find(now, line.code), b = find(was, line.code);
    const x = amountOf(a), y = amountOf(b);
    return { row: line.code, name: line.name, now: a ? a.text : '', was: b ? b.text : '', change: x && y ? plain(fen(x) - fen(y)) : '', rate: growth(y, x), from: b && b.from !== `${table}[${line.code},${col}]` ? b.from : '' };
  });
}

const money = (text, strong) => el('td', { class: 'money' + (String(text).startsWith('-') ? ' red' : '') + (strong ? ' strong' : '') }, text);

export async function lastYearPanel({ data, where, grid, close }) {
  const period = lastYear(where.period);
  const title = `${period.slice(0, 4)}年同期`;
  const head = (more) => el('div', { class: 'pagehead' }, el('h2', {}, '与上年同期比较'), more, el('span', { class: 'space' }), el('button', { type: 'button', onclick: close }, '关闭'));
  let before;
  try {
    before = (await get(kApi + '/year-before', { table: where.table, unit: where.unit, period: where.period, layer: where.layer === 'own' ? undefined : where.layer })).items;
  } catch (error) {
    return el('section', { class: 'dock', id: 'lastyear' }, head(el('span', { class: 'sub' }, title)), error.status === 404 ? el('p', { class: 'note' }, error.problem.rule === 'report.no-year-before' ? error.message : `${title}还没有这张表的数，请先计算 ${period}。`) : problem(error));
  }
  const body = el('tbody');
  const show = (col) => fill(body, compared(data.rows, col, data.cells, before, where.table).map((c) => el('tr', { 'data-row': c.row, class: /合计|总计/.test(c.name) ? 'total' : '' },
    el('td', { class: 'center' }, c.row), el('td', { class: 'rowname' }, c.name, c.from ? el('span', { class: 'sub' }, `　原 ${c.from}`) : null), money(c.now), money(c.was), money(c.change ? grouped(c.change) : '', true), money(c.rate))));
  const select = el('select', { name: 'col', 'aria-label': '栏', onchange: (event) => show(event.target.value) }, data.cols.map((c) => el('option', { value: c.code, selected: c.code === data.cols[grid.active.c].code }, `${c.code} ${c.group ? c.group + ' · ' : ''}${c.name}`)));
  show(select.value);
  return el('section', { class: 'dock', id: 'lastyear', 'aria-label': '与上年同期比较' }, head(el('label', {}, '栏 ', select)),
    el('div', { class: 'sheet' }, el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['行次', '项目', `${where.period}（${data.table.unit}）`, `${period}（${data.table.unit}）`, '增减（元）', '增减率'].map((t) => el('th', { scope: 'col' }, t)))), body)));
}
