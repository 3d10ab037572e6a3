// SPDX-License-Identifier: Apache-2.0
// Business documents as they arrived, and where each of them stands.
import { el, focusable, keyboardRows } from './dom.js';
import { get } from './api.js';
import { moneyCell, grouped } from './money.js';
import { head, sheet, facts, empty } from './parts.js';

export const title = '单据';
const kApi = '/api/v1/x/exchange/documents';
const kStates = { drafted: ['待记账', 'wait'], posted: ['已记账', 'good'], held: ['挂起', 'bad'], rejected: ['拒收', 'bad'], cancelled: ['已撤销', ''] };
const tag = (state) => el('span', { class: 'tag ' + (kStates[state] || [])[1] }, (kStates[state] || [state])[0]);

async function one(context, key) {
  const d = await get(`${kApi}/${encodeURIComponent(key)}`);
  const payload = d.payload && typeof d.payload === 'object' ? Object.entries(d.payload) : null;
  return [
    el('div', { class: 'crumbs' }, context.link('documents', { key: undefined }, '单据'), ' › ', d.sourceKey),
    head('业务单据', d.sourceKey, tag(d.state), el('button', { onclick: () => history.back() }, '返回')),
    d.reason ? el('div', { class: 'problem' }, d.reason) : null,
    el('div', { class: 'columns', id: 'document' },
      el('section', {}, el('h2', {}, '接收情况'), el('div', { class: 'card' }, facts([
        ['来源系统', d.source], ['单据号', d.key], ['版本', String(d.version)], ['单据类型', d.type], ['批次', d.batch], ['业务日期', d.day], ['金额', grouped(d.amount)],
        ['账套', d.book], ['转换规则', d.rule],
        ['凭证', d.voucherId && d.voucherId !== '0' ? context.link('voucher', { id: d.voucherId, book: d.book }, d.voucherNumber || `凭证 ${d.voucherId}`) : d.voucherNumber],
        ['接收时间', d.receivedMs ? new Date(d.receivedMs).toLocaleString('zh-CN') : ''], ['内容摘要值', el('span', { class: 'mono' }, d.digest)]]))),
      el('section', {}, el('h2', {}, '单据内容（原样）'), sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, el('th', {}, '字段'), el('th', {}, '值'))),
        el('tbody', {}, payload ? payload.map(([name, value]) => el('tr', {}, el('td', {}, name), el('td', { class: 'wrap' }, typeof value === 'string' ? value : JSON.stringify(value)))) : el('tr', {}, el('td', { colspan: '2', class: 'wrap mono' }, String(d.payload)))))))),
  ];
}

export async function build(context) {
  const { key, state, after } = context.parameters;
  if (key) return one(context, key);
  const book = context.book();
  const data = await get(kApi, { book: book && book.code, state, after, limit: 100 });
  const rows = data.items.map((d) => el('tr', { 'data-key': d.sourceKey || d.key },
    el('td', {}, d.day), el('td', {}, d.key), el('td', { class: 'center' }, String(d.version)), el('td', {}, d.type), moneyCell(d.amount), el('td', { class: 'center' }, tag(d.state)), el('td', {}, d.voucherNumber), el('td', { class: 'wrap' }, d.reason)));
  const body = el('tbody', { id: 'documents' }, rows.length ? focusable(rows) : empty(8, '没有符合条件的单据。'));
  keyboardRows(body, (row) => context.go('documents', { key: row.dataset.key }));
  return [
    head(title, book ? book.name : ''),
    el('div', { class: 'tools' }, el('label', {}, '状态', el('select', { onchange: (e) => context.go('documents', { state: e.target.value }) },
      [['', '全部'], ...Object.entries(kStates).map(([value, [text]]) => [value, text])].map(([value, text]) => el('option', { value, selected: value === (state || '') }, text)))),
      el('span', { class: 'space' }), after ? el('button', { onclick: () => history.back() }, '上一页') : null,
      data.next ? el('button', { onclick: () => context.go('documents', { state, after: data.next }) }, '下一页') : null),
    sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['业务日期', '单据号', '版本', '类型', '金额', '状态', '凭证', '原因'].map((t) => el('th', {}, t)))), body)),
  ];
}
