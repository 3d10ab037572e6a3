// SPDX-License-Identifier: Apache-2.0
import { el, focusable, keyboardRows } from './dom.js';
import { get } from './api.js';
import { moneyCell } from './money.js';
import { head, sheet, number, stateTag, kStates, chinesePeriod, sourceName, empty } from './parts.js';

export const title = '凭证';

export async function build(context) {
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const { state, source, text, account, after } = context.parameters;
  const period = context.period();
  const data = await get('/api/v1/vouchers', { book: book.code, period, state, sourcePlugin: source, text, account, after, limit: 100 });
  const rows = data.items.map((v) => el('tr', { 'data-voucher': v.id },
    el('td', {}, v.day), el('td', {}, number(v.word, v.number)), el('td', { class: 'wrap' }, v.summary, v.reverses ? el('span', { class: 'red' }, '（冲销）') : null),
    moneyCell(v.total, { blank: false }), el('td', { class: 'center' }, stateTag(v.state)), el('td', {}, v.maker), el('td', {}, v.reviewer), el('td', {}, v.poster),
    el('td', {}, v.closing ? '期末结转' : sourceName(v.sourcePlugin)), el('td', { class: 'mono' }, v.sourceKey)));
  const body = el('tbody', { id: 'vouchers' }, rows.length ? focusable(rows) : empty(10, '没有符合条件的凭证。'));
  keyboardRows(body, (row) => context.go('voucher', { id: row.dataset.voucher }));
  const pick = (name, value, choices) => el('select', { id: name, onchange: (e) => context.update({ [name]: e.target.value, after: undefined }) },
    choices.map(([key, text]) => el('option', { value: key, selected: key === (value || '') }, text)));
  return [
    head('凭证', `${book.name}　${chinesePeriod(period)}`, context.may('voucher.propose') ? context.link('entry', {}, el('button', { class: 'primary', id: 'enter' }, '录入凭证')) : null),
    el('div', { class: 'tools' },
      el('label', {}, '状态', pick('state', state, [['', '全部'], ...Object.entries(kStates).map(([key, [text]]) => [key, text])])),
      el('label', {}, '来源', pick('source', source, [['', '全部'], ['exchange', '业务系统'], ['treasury', '资金'], ['api', '接口']])),
      el('label', {}, '摘要', el('input', { id: 'text', value: text || '', size: '14', onchange: (e) => context.update({ text: e.target.value, after: undefined }) })),
      el('label', {}, '科目', el('input', { id: 'account', value: account || '', size: '10', onchange: (e) => context.update({ account: e.target.value, after: undefined }) })),
      el('span', { class: 'space' }),
      after ? el('button', { onclick: () => history.back() }, '上一页') : null,
      data.next ? el('button', { id: 'next', onclick: () => context.update({ after: data.next }) }, '下一页') : null,
      el('span', { class: 'note' }, `本页 ${rows.length} 张`)),
    sheet(el('table', { class: 'grid' },
      el('thead', {}, el('tr', {}, ['日期', '凭证字号', '摘要', '金额', '状态', '制单', '审核', '记账', '来源', '来源单号'].map((t) => el('th', { scope: 'col' }, t)))), body)),
  ];
}
