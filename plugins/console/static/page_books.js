// SPDX-License-Identifier: Apache-2.0
import { el, focusable, keyboardRows } from './dom.js';
import { get } from './api.js';
import { head, sheet, chinesePeriod, empty } from './parts.js';

export const title = '账套';
const kSchemes = { 310: '职工基本医疗保险', 390: '城乡居民基本医疗保险' };

export async function build(context) {
  if (!context.may('ledger.read')) return [head(title, ''), el('p', { class: 'note' }, '您没有查看账簿的权限，请从左侧菜单选择可用的功能。')];
  const units = (await get('/api/v1/units')).items;
  const depth = (code) => { const unit = units.find((u) => u.code === code); return unit && unit.parent ? 1 + depth(unit.parent) : 0; };
  const rows = focusable(context.books.map((book) => el('tr', { 'data-book': book.code },
    el('td', { class: 'code' }, book.code),
    el('td', {}, book.name),
    el('td', {}, '　'.repeat(depth(book.unit)), book.unitName, ' ', el('span', { class: 'sub' }, book.unit)),
    el('td', {}, kSchemes[book.scheme] || book.scheme),
    el('td', { class: 'center' }, chinesePeriod(book.start)),
    el('td', { class: 'center' }, chinesePeriod(book.open)),
    el('td', { class: 'center' }, book.readOnly ? el('span', { class: 'tag bad', title: book.readOnlyReason }, '只读') : el('span', { class: 'tag good' }, '正常')),
    el('td', {}, context.link('balances', { book: book.code }, '余额表'), '　', context.link('vouchers', { book: book.code }, '凭证'), '　',
      context.link('reports', { book: book.code }, '报表')))));
  const body = el('tbody', {}, rows.length ? rows : empty(8, '没有可见的账套。'));
  keyboardRows(body, (row) => context.go('balances', { book: row.dataset.book, period: undefined }));
  return [head(title, `共 ${rows.length} 个账套`), sheet(el('table', { class: 'grid' },
    el('thead', {}, el('tr', {}, ['代码', '名称', '核算单位', '险种', '启用期间', '当前期间', '状态', '查看'].map((t) => el('th', { scope: 'col' }, t)))), body))];
}
