// SPDX-License-Identifier: Apache-2.0
// Payments through the bank: what was approved, what was sent, and what the bank proved.
import { el, focusable, keyboardRows } from './dom.js';
import { get, post } from './api.js';
import { moneyCell, grouped } from './money.js';
import { head, sheet, facts, empty } from './parts.js';
import { ask, tellProblem } from './report_dialog.js';

export const title = '付款';
const kStates = {
  prepared: ['已编制', 'wait'], approved: ['已批准', 'wait'], sending: ['正在发送', 'wait'], accepted: ['银行已受理', 'wait'], processing: ['银行处理中', 'wait'], 'awaits-bank': ['银行落地待处理', 'wait'],
  scheduled: ['银行预约', 'wait'], suspended: ['银行挂账', 'bad'], unknown: ['结果未明', 'bad'], done: ['银行已付', 'good'], failed: ['未付成', 'bad'], returned: ['退汇', 'bad'], cancelled: ['已撤销', ''],
};
const tag = (payment) => el('span', { class: 'tag ' + (kStates[payment.state] || [])[1] }, payment.title || (kStates[payment.state] || [payment.state])[0]);

const kOutcomes = { accepted: '已受理', done: '已付', refused: '拒付', processing: '处理中', unsent: '确认未发出', unknown: '结果未明', returned: '退汇', absent: '银行无此笔', 'not-found': '银行无此笔' };
const kAsked = { submit: '送付款', query: '查询', returns: '查退汇' };
let said = '';  // what the last action answered; the page is built anew after it
const time = (ms) => (ms ? new Date(ms).toLocaleString('zh-CN') : '');

// What failed or came back is given up for good by two people; the first proposes, the second decides.
function dropButton(context, p) {
  const open = (p.state === 'failed' || (p.state === 'returned' && !(p.return && p.return.reopened_by))) && !(p.drop && p.drop.state === 'dropped');
  if (!open || !context.may('payment.approve')) return null;
  const word = p.drop ? '确认不再付' : '提出不再付';
  return el('button', { id: 'payment-drop', onclick: async () => {
    const answer = await ask(word, [{ name: 'reason', label: '理由', needed: true, area: true, value: p.drop && p.drop.reason }], { confirm: word, danger: true,
      before: el('p', { class: 'note' }, p.drop ? `${p.drop.proposed_by} 已提出。另一人确认之后，这笔款再不会付。` : '须由另一人确认；确认之后，这笔款再不会付。') });
    if (!answer) return;
    try {
      said = (await post(`/api/v1/x/treasury/payments/${encodeURIComponent(p.code)}/drop`, { body: { reason: answer.reason } })).data.summary;
      context.update({}, { replace: true });
    } catch (error) {
      tellProblem(word, error);
    }
  } }, word);
}

// One payment from the document that caused it to the statement line that proves it.
async function one(context, code) {
  const p = await get(`/api/v1/x/treasury/payments/${encodeURIComponent(code)}`);
  const note = said;
  said = '';
  const table = (heads, rows, id) => sheet(el('table', { class: 'grid', id }, el('thead', {}, el('tr', {}, heads.map((t) => el('th', {}, t)))), el('tbody', {}, rows.length ? rows : empty(heads.length, '没有。'))));
  return [
    el('div', { class: 'crumbs' }, context.link('payments', { code: undefined }, '付款'), ' › ', p.code),
    head('付款', p.code, tag(p), dropButton(context, p), el('button', { onclick: () => history.back() }, '返回')),
    note ? el('p', { class: 'note', role: 'status' }, note) : null,
    p.drop ? el('p', { class: 'note', id: 'payment-dropped' }, p.drop.state === 'dropped' ? `${p.drop.proposed_by} 和 ${p.drop.confirmed_by} 已决定不再付：${p.drop.reason}` : `${p.drop.proposed_by} 已提出不再付，须由另一人确认：${p.drop.reason}`) : null,
    el('div', { class: 'columns' },
      el('section', {}, el('h2', {}, '付款指令'), el('div', { class: 'card' }, facts([
        ['金额', el('strong', {}, grouped(p.amount), ' 元')], ['付款日期', p.day], ['付款账号', p.account], ['收款人', p.payee_name], ['收款账号', p.payee_account], ['收款行号', p.payee_bank_no], ['用途', p.purpose],
        ['银行流水号', p.bank_ref], ['银行回复', p.bank_text]]))),
      el('section', {}, el('h2', {}, '依据与审批'), el('div', { class: 'card' }, facts([
        ['单据', p.document && p.document.source === 'exchange' ? context.link('documents', { key: p.document.key, book: p.book }, p.document.number || p.document.key) : p.obligation],
        ['凭证', context.link('voucher', { id: String(p.voucher), book: p.book }, p.posted_voucher && p.posted_voucher.number ? `${p.posted_voucher.period} ${p.posted_voucher.word}-${String(p.posted_voucher.number).padStart(4, '0')}` : `凭证 ${p.voucher}`)],
        ['制单', p.approval.maker], ['复核', p.approval.reviewer], ['编批', p.approval.prepared_by], ['批准付款', p.approval.approved_by], ['批次', String(p.batch)], ['批准内容摘要', el('span', { class: 'mono' }, p.approval.digest)]])))),
    el('h2', {}, '银行往来'), table(['时间', '动作', '结果', '流水号', '返回码', '银行说明'], p.answers.map((a) => el('tr', {}, el('td', {}, time(a.heard_unix_ms)), el('td', {}, kAsked[a.asked] || a.asked), el('td', {}, kOutcomes[a.outcome] || a.outcome),
      el('td', { class: 'mono' }, a.bank_ref), el('td', {}, a.bank_code), el('td', { class: 'wrap' }, a.bank_text))), 'answers'),
    el('h2', {}, '对账单流水'), table(['日期', '金额', '余额', '流水号', '对账方式'], p.statement_lines.map((l) => el('tr', {}, el('td', {}, l.day), moneyCell(l.amount), moneyCell(l.balance), el('td', { class: 'mono' }, l.bank_ref), el('td', {}, l.rule))), 'statement-lines'),
  ];
}

export async function build(context) {
  const book = context.book();
  const { state, after, code } = context.parameters;
  if (code) return one(context, code);
  const data = await get('/api/v1/x/treasury/payments', { book: book && book.code, state, after, limit: 100 });
  const rows = data.items.map((p) => el('tr', { 'data-code': p.code, 'data-book': p.book },
    el('td', {}, p.day), el('td', { class: 'mono' }, p.code), el('td', { class: 'center' }, tag(p)), moneyCell(p.amount, { blank: false }), el('td', { class: 'code' }, p.account),
    el('td', {}, p.payee_name), el('td', { class: 'code' }, p.payee_account), el('td', { title: p.obligation }, p.purpose),
    el('td', {}, p.voucher && String(p.voucher) !== '0' ? context.link('voucher', { id: String(p.voucher), book: p.book }, `凭证 ${p.voucher}`) : ''), el('td', { class: 'mono' }, p.bank_ref), el('td', { class: 'wrap' }, p.bank_text)));
  const body = el('tbody', { id: 'payments' }, rows.length ? focusable(rows) : empty(11, '没有付款。'));
  keyboardRows(body, (row) => { if (row.dataset.code) context.go('payments', { code: row.dataset.code, book: row.dataset.book }); });
  return [
    head(title, [book ? book.name : '', '　', data.summary || '']),
    el('div', { class: 'tools' }, el('label', {}, '状态', el('select', { onchange: (e) => context.go('payments', { state: e.target.value }) },
      [['', '全部'], ...Object.entries(kStates).map(([value, [text]]) => [value, text])].map(([value, text]) => el('option', { value, selected: value === (state || '') }, text)))),
      el('span', { class: 'space' }), after ? el('button', { onclick: () => history.back() }, '上一页') : null,
      data.next ? el('button', { onclick: () => context.go('payments', { state, after: data.next }) }, '下一页') : null),
    sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['日期', '付款编号', '状态', '金额', '付款账号', '收款人', '收款账号', '用途', '凭证', '银行流水号', '银行回复'].map((t) => el('th', {}, t)))), body)),
  ];
}
