// SPDX-License-Identifier: Apache-2.0
// Payments through the bank: what was approved, what was sent, and what the bank proved.
import { el, focusable, keyboardRows } from './dom.js';
import { get } from './api.js';
import { moneyCell } from './money.js';
import { head, sheet, empty } from './parts.js';

export const title = '付款';
const kStates = { prepared: ['待批准', 'wait'], approved: ['已批准', 'wait'], sending: ['发送中', 'wait'], sent: ['已发送', 'wait'], unknown: ['结果不明', 'bad'], suspended: ['已挂起', 'bad'], done: ['付款成功', 'good'], failed: ['付款失败', 'bad'], refused: ['银行拒付', 'bad'], returned: ['已退汇', 'bad'], cancelled: ['已取消', ''] };
const tag = (payment) => el('span', { class: 'tag ' + (kStates[payment.state] || [])[1] }, payment.title || (kStates[payment.state] || [payment.state])[0]);

export async function build(context) {
  const book = context.book();
  const { state, after } = context.parameters;
  const data = await get('/api/v1/x/treasury/payments', { book: book && book.code, state, after, limit: 100 });
  const rows = data.items.map((p) => el('tr', { 'data-voucher': p.voucher || '', 'data-book': p.book },
    el('td', {}, p.day), el('td', { class: 'mono' }, p.code), el('td', { class: 'center' }, tag(p)), moneyCell(p.amount, { blank: false }), el('td', { class: 'code' }, p.account),
    el('td', {}, p.payee_name), el('td', { class: 'code' }, p.payee_account), el('td', {}, p.obligation),
    el('td', {}, p.voucher && p.voucher !== '0' ? context.link('voucher', { id: p.voucher, book: p.book }, `凭证 ${p.voucher}`) : ''), el('td', { class: 'mono' }, p.bank_ref), el('td', { class: 'wrap' }, p.bank_text)));
  const body = el('tbody', { id: 'payments' }, rows.length ? focusable(rows) : empty(11, '没有付款。'));
  keyboardRows(body, (row) => { if (row.dataset.voucher) context.go('voucher', { id: row.dataset.voucher, book: row.dataset.book }); });
  return [
    head(title, [book ? book.name : '', '　', data.summary || '']),
    el('div', { class: 'tools' }, el('label', {}, '状态', el('select', { onchange: (e) => context.go('payments', { state: e.target.value }) },
      [['', '全部'], ...Object.entries(kStates).map(([value, [text]]) => [value, text])].map(([value, text]) => el('option', { value, selected: value === (state || '') }, text)))),
      el('span', { class: 'space' }), after ? el('button', { onclick: () => history.back() }, '上一页') : null,
      data.next ? el('button', { onclick: () => context.go('payments', { state, after: data.next }) }, '下一页') : null),
    sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['日期', '付款编号', '状态', '金额', '付款账号', '收款人', '收款账号', '付款事由', '凭证', '银行流水号', '银行回复'].map((t) => el('th', {}, t)))), body)),
  ];
}
