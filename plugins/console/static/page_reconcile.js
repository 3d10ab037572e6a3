// SPDX-License-Identifier: Apache-2.0
// Reconciliation: what one side has and the other has not, and the 余额调节表 that were submitted and frozen.
import { el } from './dom.js';
import { get, post, query } from './api.js';
import { moneyCell } from './money.js';
import { head, sheet, empty, problem } from './parts.js';

export const title = '银行对账';
const kApi = '/api/v1/x/treasury/reconcile/';
let said = '';  // what the last action answered; the page is built anew after it
const kTableStates = { submitted: ['待审核', 'wait'], approved: ['已冻结', 'good'], rejected: ['已退回', 'bad'], reopened: ['已打开', ''] };

export async function build(context) {
  const book = context.book();
  const code = book && book.code;
  const [open, frozen] = await Promise.all([get(kApi + 'items', { book: code }), get(kApi + 'tables', { book: code })]);
  const says = el('div', { id: 'reconcile-says' }, said ? el('p', { class: 'note', role: 'status' }, said) : null);
  said = '';
  const act = async (action, body) => {
    try {
      const { data } = await post(kApi + action, { body });
      said = data.summary;
      context.update({}, { replace: true });
    } catch (error) {
      says.replaceChildren(problem(error));
    }
  };
  const grid = (heads, rows, id, nothing) => sheet(el('table', { class: 'grid', id }, el('thead', {}, el('tr', {}, heads.map((t) => el('th', {}, t)))), el('tbody', {}, rows.length ? rows : empty(heads.length, nothing))));
  const items = open.items.map((i) => el('tr', {}, el('td', { class: 'code' }, i.account), el('td', {}, i.kind), el('td', {}, i.day), moneyCell(i.amount), el('td', {}, String(i.age)), el('td', { class: 'mono' }, i.line),
    el('td', { class: 'mono' }, i.reference), el('td', { class: 'wrap' }, i.text)));
  const tables = frozen.items.map((t) => el('tr', {}, el('td', { class: 'code' }, t.account), el('td', {}, t.month), el('td', {}, t.title), el('td', {}, String(t.revision)),
    el('td', { class: 'center' }, el('span', { class: 'tag ' + (kTableStates[t.state] || [])[1] }, (kTableStates[t.state] || [t.state])[0])), moneyCell(t.bank_balance, { blank: false }), moneyCell(t.book_balance, { blank: false }),
    el('td', {}, t.made_by), el('td', {}, t.decided_by),
    el('td', {}, t.state === 'approved' ? el('a', { href: kApi + 'print' + query({ account: t.account, month: t.month }), target: '_blank' }, '打印') : '')));
  return [
    head(title, [book ? book.name : '', '　', open.summary || ''], context.may('bank.reconcile') ? el('button', { class: 'primary', onclick: () => act('run', { book: code }) }, '自动勾对') : null),
    says,
    el('h2', {}, '未达账项'), grid(['账号', '类别', '日期', '金额', '账龄（天）', '行', '单据或凭证', '摘要'], items, 'reconcile-items', '两边一致，没有未达账项。'),
    el('h2', {}, '余额调节表'), grid(['账号', '月份', '表', '版', '状态', '对账单余额', '日记账余额', '制表', '审核', ''], tables, 'reconcile-tables', '还没有送审的余额调节表。'),
  ];
}
