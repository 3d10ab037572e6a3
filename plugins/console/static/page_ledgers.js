// SPDX-License-Identifier: Apache-2.0
// 账簿查询: every ledger of the server by its name, one filter bar, each figure a link to the lines that add up to it.
import { el, focusable, keyboardRows } from './dom.js';
import { get } from './api.js';
import { moneyCell, balanceCells, fen, plain, direction, grouped } from './money.js';
import { head, sheet, empty } from './parts.js';

export const title = '账簿查询';

const kViews = [['balance', '科目余额表'], ['general', '总账'], ['detail', '三栏明细账'], ['journal', '日记账'], ['columnar', '多栏账'], ['aux', '辅助余额表'], ['matrix', '二维余额表'],
  ['vouchers-summary', '凭证汇总表'], ['consolidated', '多机构汇总'], ['lines', '分录']];
// What a view asks besides the common filter: name, label, placeholder.
const kOwn = {
  balance: [['level', '级次', '0 = 全部']], general: [['level', '级次', '1']], consolidated: [['level', '级次', '1']], detail: [], journal: [],
  columnar: [['account', '上级科目', '如 5001'], ['dimension', '分栏项目', '省略 = 下级科目'], ['definition', '定义', '代码']],
  aux: [['dimension', '项目', '如 mode'], ['second', '第二项目', '']], matrix: [['rows', '行', '如 mode'], ['columns', '列', '如 account:1'], ['figure', '栏', 'closing']],
  'vouchers-summary': [['word', '凭证字', ''], ['level', '级次', '1']], lines: [['under', '科目及下级', ''], ['side', '方向', 'debit 或 credit'], ['word', '凭证字', '']],
};
const kCommon = ['scheme', 'accounts', 'aux', 'unposted', 'withoutClosing', 'asOf'];
const kScope = ['unit', 'below', 'all'];

export async function build(context) {
  const p = context.parameters;
  const view = kOwn[p.view] ? p.view : 'balance';
  const own = kOwn[view];
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const [year, month] = context.period().split('-').map(Number);
  if (p.scheme && !kScope.some((name) => p[name])) p.all = 'true';  // a scheme is chosen among all books
  const wide = kScope.some((name) => p[name]);
  const question = { year: p.year || year, from: p.from || month, to: p.to || month, after: p.after };
  if (!wide) question.book = p.book && p.book.includes(',') ? p.book : book.code;  // a drill may name several
  for (const name of [...kScope, ...kCommon, ...own.map(([key]) => key)]) if (p[name]) question[name] = p[name];

  const input = (name, label, placeholder, size = '10') => el('label', {}, label, el('input', { name, value: p[name] || (question[name] === undefined ? '' : String(question[name])), placeholder, size, 'aria-label': label }));
  const tick = (name, label) => el('label', {}, el('input', { name, type: 'checkbox', checked: p[name] === 'true' }), label);
  const form = el('form', { class: 'tools', id: 'ledger-filter', onsubmit: (event) => {
    event.preventDefault();
    const wanted = { view: form.elements.view.value };
    for (const field of form.elements) if (field.name && field.name !== 'view') wanted[field.name] = field.type === 'checkbox' ? (field.checked ? 'true' : undefined) : field.value.trim();
    context.go('ledgers', wanted);
  } },
  el('label', {}, '账簿', el('select', { name: 'view', onchange: (e) => context.go('ledgers', { view: e.target.value, year: p.year, from: p.from, to: p.to, accounts: p.accounts }) },
    kViews.map(([key, name]) => el('option', { value: key, selected: key === view }, name)))),
  input('year', '年度', '', '5'), input('from', '起始月', '', '3'), input('to', '截止月', '', '3'), input('accounts', '科目', '如 1002,5001*,-500199', '16'), input('aux', '辅助条件', '如 mode=1|3', '14'),
  own.map(([name, label, placeholder]) => input(name, label, placeholder)),
  input('below', '机构及下级', ''), input('scheme', '险种', '', '5'), tick('all', '全部账套'), tick('unposted', '含未记账'), tick('withoutClosing', '不含结转'), input('asOf', '记录时点', '2023-06-30T18:00:00', '18'),
  el('button', { class: 'primary', type: 'submit' }, '查询'));

  const missing = { columnar: !p.account && !p.definition, aux: !p.dimension, matrix: !p.rows || !p.columns }[view];
  const name = kViews.find(([key]) => key === view)[1];
  if (missing) return [head(name, book.name), form, el('p', { class: 'note' }, '请先填写这种账簿要的项目。')];

  const table = await get('/api/v1/ledger/' + view, question);
  const amount = (column, text, drill, strong) => {
    const link = (shown) => (drill && text ? el('a', { href: context.href('ledgers', { ...Object.fromEntries(new URLSearchParams(drill)), view: 'lines' }) }, shown) : shown);
    if (column.kind === 'money') return text && drill ? el('td', { class: 'money' + (text.startsWith('-') ? ' red' : '') }, /^-?0+\.0+$/.test(text) ? '' : link(grouped(text))) : moneyCell(text, { strong });
    if (text === '') return [el('td', { class: 'direction' }), el('td', { class: 'money' })];
    if (!drill) return balanceCells(text);
    const value = fen(text);
    return [el('td', { class: 'direction' }, direction(value)), el('td', { class: 'money' }, link(grouped(plain(value < 0n ? -value : value))))];
  };
  const isAmount = (column) => column.kind === 'money' || column.kind === 'balance';
  const rows = table.items.map((row) => {
    const total = row.kind !== 'row' && row.kind !== 'sum' && row.kind !== 'line';
    return el('tr', { class: total ? 'total' : '', 'data-kind': row.kind, 'data-voucher': row.voucher },
      table.columns.map((column, i) => (isAmount(column) ? amount(column, row.cells[i] || '', row.drills && row.drills[i], total) : el('td', { class: column.key === 'summary' || column.key === 'aux' ? 'wrap' : '' }, row.cells[i] || ''))));
  });
  const body = el('tbody', { id: 'ledger-rows' });
  keyboardRows(body, (row) => { if (row.dataset.voucher) context.go('voucher', { id: row.dataset.voucher }); });
  body.append(...(rows.length ? focusable(rows) : [empty(table.columns.length + 3, '没有符合条件的数据。')]));
  const heads = table.columns.flatMap((column) => {
    const text = column.group ? column.group + ' ' + column.title : column.title;
    return column.kind === 'balance' ? [el('th', { scope: 'col' }, '方向'), el('th', { scope: 'col' }, text)] : [el('th', { scope: 'col' }, text)];
  });
  return [
    head(name, table.subtitle, el('span', {}, `${wide ? '所选机构' : book.name}　${question.year} 年 ${question.from}—${question.to} 月`)),
    form,
    table.notes.length ? el('ul', { class: 'note', id: 'ledger-notes' }, table.notes.map((note) => el('li', {}, note))) : null,
    sheet(el('table', { class: 'grid', id: 'ledger-table' }, el('thead', {}, el('tr', {}, heads)), body)),
    table.next ? el('p', { class: 'tools' }, context.link('ledgers', { ...p, after: table.next }, '下一页')) : null,
  ];
}
