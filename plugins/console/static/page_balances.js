// SPDX-License-Identifier: Apache-2.0
import { el, focusable, keyboardRows } from './dom.js';
import { get } from './api.js';
import { fen, plain, moneyCell, balanceCells } from './money.js';
import { head, sheet, chinesePeriod, empty } from './parts.js';

export const title = '余额表';

// Sums of the leaf accounts by side: the proof that the table balances.
function sides(items, field) {
  let debit = 0n;
  let credit = 0n;
  for (const item of items) {
    if (!item.leaf) continue;
    const value = fen(item[field]);
    if (value > 0n) debit += value;
    else credit -= value;
  }
  return { debit, credit };
}

export async function build(context) {
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const period = context.period();
  const data = await get(`/api/v1/books/${encodeURIComponent(book.code)}/balances`, { period });
  const parents = new Set(data.items.map((i) => i.parent).filter(Boolean));
  const closed = new Set();
  const rows = new Map();

  const hiddenBy = (item) => {
    for (let parent = item.parent; parent; parent = (data.items.find((i) => i.account === parent) || {}).parent) if (closed.has(parent)) return true;
    return false;
  };
  const refresh = () => {
    const words = filter.value.trim();
    for (const item of data.items) {
      const row = rows.get(item.account);
      row.hidden = hiddenBy(item) || (words !== '' && !item.account.startsWith(words) && !item.name.includes(words));
      const toggle = row.querySelector('.toggle');
      if (toggle && parents.has(item.account)) toggle.textContent = closed.has(item.account) ? '▸' : '▾';
    }
  };
  const flip = (account) => {
    if (closed.has(account)) closed.delete(account);
    else closed.add(account);
    refresh();
  };
  const level = (most) => {
    closed.clear();
    for (const item of data.items) if (parents.has(item.account) && item.level >= most) closed.add(item.account);
    refresh();
  };

  for (const item of data.items) {
    const toggle = parents.has(item.account)
      ? el('button', { class: 'toggle', tabindex: '-1', 'aria-label': '展开或收起', onclick: (e) => { e.stopPropagation(); flip(item.account); } }, '▾')
      : el('span', { class: 'toggle' });
    rows.set(item.account, el('tr', { class: 'level' + item.level, 'data-account': item.account },
      el('td', { class: 'code' }, item.account),
      el('td', { class: 'indent' + item.level }, toggle, item.name),
      balanceCells(item.opening), moneyCell(item.debit), moneyCell(item.credit), moneyCell(item.yearDebit), moneyCell(item.yearCredit), balanceCells(item.closing)));
  }
  const body = el('tbody', {}, data.items.length ? focusable([...rows.values()]) : empty(10, '本期没有发生额，也没有余额。'));
  const open = (row) => context.go('ledger', { account: row.dataset.account });
  keyboardRows(body, open);
  body.addEventListener('keydown', (event) => {
    const row = event.target.closest('tr[data-account]');
    if (!row || !parents.has(row.dataset.account)) return;
    const shut = closed.has(row.dataset.account);
    if ((event.key === 'ArrowRight' && shut) || (event.key === 'ArrowLeft' && !shut)) flip(row.dataset.account);
  });

  const opening = sides(data.items, 'opening');
  const closing = sides(data.items, 'closing');
  const even = opening.debit === opening.credit && closing.debit === closing.credit && data.total.debit === data.total.credit;
  const footer = (name, side, debit, credit, yearDebit, yearCredit) => el('tr', {},
    el('td', { colspan: '2', class: 'center' }, name),
    el('td', { class: 'direction' }, side === 'debit' ? '借' : '贷'), moneyCell(plain(opening[side]), { blank: false }),
    moneyCell(debit), moneyCell(credit), moneyCell(yearDebit), moneyCell(yearCredit),
    el('td', { class: 'direction' }, side === 'debit' ? '借' : '贷'), moneyCell(plain(closing[side]), { blank: false }));

  const filter = el('input', { type: 'search', placeholder: '科目编码或名称', 'aria-label': '筛选科目', oninput: () => refresh() });
  const levels = el('select', { 'aria-label': '显示级次', onchange: (e) => level(Number(e.target.value)) },
    [[1, '一级'], [2, '二级'], [3, '三级'], [9, '全部']].map(([value, name]) => el('option', { value: String(value), selected: value === 9 }, name)));
  return [
    head('科目余额表', `${book.name}　${chinesePeriod(period)}　单位：元`,
      el('span', { class: 'tag ' + (even ? 'good' : 'bad') }, even ? '✓ 试算平衡' : '✗ 试算不平衡')),
    el('div', { class: 'tools' }, el('label', {}, '级次', levels), el('label', {}, '筛选', filter),
      el('span', { class: 'note' }, '↑↓ 移动，←→ 收起展开，回车看明细账')),
    sheet(el('table', { class: 'grid', id: 'balances' },
      el('thead', {},
        el('tr', {}, el('th', { rowspan: '2' }, '科目编码'), el('th', { rowspan: '2' }, '科目名称'), el('th', { colspan: '2' }, '期初余额'),
          el('th', { colspan: '2' }, '本期发生额'), el('th', { colspan: '2' }, '本年累计发生额'), el('th', { colspan: '2' }, '期末余额')),
        el('tr', {}, ['方向', '金额', '借方', '贷方', '借方', '贷方', '方向', '金额'].map((t) => el('th', { scope: 'col' }, t)))),
      body,
      el('tfoot', {}, footer('借方合计', 'debit', data.total.debit, '', data.total.yearDebit, ''), footer('贷方合计', 'credit', '', data.total.credit, '', data.total.yearCredit)))),
  ];
}
