// SPDX-License-Identifier: Apache-2.0
// Behind a difference between the ministries, or behind one reason given for it: the ledger lines that make it.
import { el, fill, keyboardRows } from './dom.js';
import { get } from './api.js';
import { grouped, moneyCell } from './money.js';
import { number, problem } from './parts.js';
import { kApi } from './report_api.js';

// pair: of GET /bridge; part: 0 = the whole difference, n = the n-th reason.
export async function differenceLines(context, where, pair, part, drawer, close) {
  fill(drawer, el('p', { class: 'note' }, '正在读取……'));
  drawer.hidden = false;
  const path = `${kApi}/bridge/${encodeURIComponent(pair.id)}/lines`;
  const query = { ...where, part };
  const closing = el('button', { class: 'close', type: 'button', onclick: close, 'aria-label': '关闭' }, '关闭');
  try {
    const first = await get(path, query);
    const body = el('tbody', { id: 'bridge-lines' });
    keyboardRows(body, (r) => context.go('voucher', { id: r.dataset.voucher, book: r.dataset.book }));
    const more = el('div');
    const show = (page) => {
      body.append(...page.items.map((l) => el('tr', { tabindex: '-1', 'data-voucher': l.voucher, 'data-book': l.book },
        el('td', { title: l.day }, l.day.slice(5)), el('td', {}, number(l.word, l.number)),
        el('td', { class: 'summary' }, l.summary, el('div', { class: 'sub' }, l.account, ' ', l.accountName, l.auxText ? `　${l.auxText}` : '')), moneyCell(l.amount, { blank: false }))));
      const rows = [...body.rows];
      if (rows[0]) rows[0].setAttribute('tabindex', '0');
      fill(more, page.next ? el('button', { type: 'button', onclick: async () => show(await get(path, { ...query, after: page.next })) }, '再看后面的分录') : null);
    };
    show(first);
    fill(drawer, closing, el('div', { class: 'sub' }, `${pair.id}　${pair.a} ↔ ${pair.b}`), el('strong', {}, part === 0 ? `${pair.concept}：两边的差额` : first.what),
      el('div', { class: 'amount' + (first.amount.startsWith('-') ? ' red' : ''), id: 'drill-amount' }, grouped(first.amount), ' 元'),
      first.whole ? null : el('p', { class: 'note' }, '其中有比率、取整或填报的数，分录加起来不等于这个数。'),
      first.openings.map((o) => el('div', { class: 'term' }, el('span', { class: 'money' }, grouped(o.amount)), el('div', {}, el('strong', {}, '年初余额'), ' ', el('span', { class: 'code' }, o.accounts)), o.auxText ? el('div', { class: 'sub' }, o.auxText) : null)),
      first.items.length ? [el('h2', {}, '构成分录'), el('p', { class: 'note' }, '两边都计入的分录已经抵销，不在其中。'),
        el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['日期', '凭证', '摘要 · 科目', '计入差额'].map((t) => el('th', { scope: 'col' }, t)))), body), more]
        : el('p', { class: 'note' }, '没有分录：两边计入的是同样的分录。'));
  } catch (error) {
    fill(drawer, closing, problem(error));
  }
}
