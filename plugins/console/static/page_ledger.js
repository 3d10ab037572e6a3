// SPDX-License-Identifier: Apache-2.0
// 明细账: the lines behind a balance or a report cell. Without an auxiliary filter and for whole accounts it carries a running
// balance and the month's and the year's totals; with the predicates of a report cell it shows that the lines add up to it.
import { el, focusable, keyboardRows } from './dom.js';
import { all, get } from './api.js';
import { fen, plain, direction, moneyCell, balanceCells } from './money.js';
import { head, sheet, number, chinesePeriod, auxText, empty } from './parts.js';

export const title = '明细账';

const byDay = (a, b) => a.day.localeCompare(b.day) || a.word.localeCompare(b.word) || a.number - b.number || Number(BigInt(a.voucher) - BigInt(b.voucher)) || a.line - b.line;

export async function build(context) {
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const parameters = context.parameters;
  const path = `/api/v1/books/${encodeURIComponent(book.code)}`;
  const from = parameters.from || context.period();
  const to = parameters.to || from;
  const single = parameters.account || '';
  const accounts = parameters.accounts || single;
  const [chart, found] = await Promise.all([
    get(path + '/accounts', { year: from.slice(0, 4) }),
    accounts ? all(path + '/lines', { accounts, aux: parameters.aux, from, to, withoutClosing: parameters.withoutClosing }) : { items: [], complete: true },
  ]);
  const account = chart.items.find((a) => a.code === single);
  const lines = found.complete ? found.items.sort(byDay) : found.items;
  const running = Boolean(account) && !parameters.aux && !parameters.accounts && parameters.withoutClosing !== 'true' && from === to && found.complete;

  const codes = el('datalist', { id: 'codes' }, chart.items.map((a) => el('option', { value: a.code }, a.fullName)));
  const choose = el('input', { list: 'codes', value: parameters.accounts || single, placeholder: '科目编码，如 5001', size: '18', 'aria-label': '科目', id: 'account' });
  const aux = el('input', { value: parameters.aux || '', placeholder: '如 insutype=510', size: '22', 'aria-label': '辅助核算', id: 'aux' });
  const start = el('input', { value: from, size: '8', pattern: '\\d{4}-\\d{2}', 'aria-label': '起始期间' });
  const end = el('input', { value: to, size: '8', pattern: '\\d{4}-\\d{2}', 'aria-label': '截止期间' });
  const submit = (event) => {
    event.preventDefault();
    const text = choose.value.trim();
    const exact = chart.items.some((a) => a.code === text);
    context.go('ledger', { account: exact ? text : undefined, accounts: exact ? undefined : text, aux: aux.value.trim(), from: start.value, to: end.value });
  };
  const tools = el('form', { class: 'tools', onsubmit: submit }, el('label', {}, '科目', choose, codes), el('label', {}, '辅助核算', aux),
    el('label', {}, '期间', start), el('label', {}, '至', end), el('button', { class: 'primary', type: 'submit' }, '查询'));

  if (!accounts) return [head(title, book.name), tools, el('p', { class: 'note' }, '请输入科目编码后查询。')];

  let balance = 0n;
  let totals = null;
  if (running) {
    const table = await get(path + '/balances', { period: from });
    totals = table.items.find((i) => i.account === single);
    if (totals) balance = fen(totals.opening);
  }
  let debit = 0n;
  let credit = 0n;
  const rows = lines.map((line) => {
    if (line.debit) debit += fen(line.debit);
    if (line.credit) credit += fen(line.credit);
    if (running) balance += line.debit ? fen(line.debit) : -fen(line.credit);
    return el('tr', { 'data-voucher': line.voucher },
      el('td', {}, line.day), el('td', {}, number(line.word, line.number)), el('td', { class: 'wrap' }, line.summary),
      account && account.leaf ? null : el('td', {}, el('span', { class: 'code' }, line.account), ' ', line.accountName),
      el('td', { class: 'sub', title: line.aux }, auxText(chart.aux, line.aux)), moneyCell(line.debit), moneyCell(line.credit), running ? balanceCells(plain(balance)) : null);
  });
  const body = el('tbody', { id: 'lines' });
  keyboardRows(body, (row) => context.go('voucher', { id: row.dataset.voucher }));
  const columns = 4 + (account && account.leaf ? 0 : 1);
  const line = (name, opening, d, c, strong) => el('tr', { class: 'total' }, el('td', { colspan: String(columns), class: strong ? 'strong' : '' }, name),
    moneyCell(d), moneyCell(c), running ? balanceCells(opening) : null);
  if (running && totals) body.append(line(`期初余额`, totals.opening, '', ''));
  body.append(...(rows.length ? focusable(rows) : [empty(columns + (running ? 4 : 2), '没有符合条件的分录。')]));
  if (running && totals) {
    body.append(line('本月合计', totals.closing, totals.debit, totals.credit));
    body.append(line('本年累计', totals.closing, totals.yearDebit, totals.yearCredit));
  } else {
    body.append(line(`合计　${lines.length} 笔`, '0.00', plain(debit), plain(credit), true));
  }
  const net = debit - credit;
  return [
    head('明细账', account ? `${account.code} ${account.fullName}` : `科目 ${accounts}`, el('span', {}, `${book.name}　${from === to ? chinesePeriod(from) : from + ' 至 ' + to}`)),
    tools,
    parameters.aux || parameters.accounts ? el('p', { class: 'note', id: 'net' }, `借方 ${plain(debit)}，贷方 ${plain(credit)}，净额 ${direction(net)} ${plain(net < 0n ? -net : net)}`,
      parameters.withoutClosing === 'true' ? '（不含期末结转凭证）' : '') : null,
    found.complete ? null : el('p', { class: 'note' }, `只列出前 ${lines.length} 笔，请缩小期间或科目范围。`),
    sheet(el('table', { class: 'grid' },
      el('thead', {}, el('tr', {}, ['日期', '凭证字号', '摘要', account && account.leaf ? null : '科目', '辅助核算', '借方', '贷方', running ? '方向' : null, running ? '余额' : null]
        .filter(Boolean).map((t) => el('th', { scope: 'col' }, t)))), body)),
  ];
}
