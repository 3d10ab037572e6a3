// SPDX-License-Identifier: Apache-2.0
// From a cell down: to the lines of the ledger it was fetched from, to the cells it was computed from, to the units it was
// summed from. What was written over it, its comments and its history stand with it.
import { el, fill, keyboardRows } from './dom.js';
import { get } from './api.js';
import { grouped, moneyCell } from './money.js';
import { number, problem } from './parts.js';
import { kApi } from './report_api.js';
import { kindOf, kKinds } from './report_model.js';

// Other cells a formula names become links: [3,7] absolute, [,7] same row, [3,] same column.
function formulaNode(formula, row, col, open) {
  const node = el('div', { class: 'formula mono' });
  let rest = 0;
  for (const match of formula.matchAll(/\[(\w*),(\w*)\]/g)) {
    node.append(formula.slice(rest, match.index), el('a', { href: '#', onclick: (e) => { e.preventDefault(); open(match[1] || row, match[2] || col); } }, match[0]));
    rest = match.index + match[0].length;
  }
  node.append(formula.slice(rest));
  return node;
}

function termNode(context, term, elsewhere) {
  const month = (m) => `${term.year}-${String(m).padStart(2, '0')}`;
  const span = term.monthFrom === term.monthTo ? month(term.monthFrom) : `${month(term.monthFrom)} 至 ${month(term.monthTo)}`;
  const from = month(Math.max(1, term.monthFrom));
  const to = month(Math.max(1, term.monthTo));
  const link = term.monthTo >= 1 && !elsewhere ? context.link('ledger', { book: term.book, unit: undefined, accounts: term.accounts, aux: term.aux, from, to, account: undefined, withoutClosing: term.withClosing ? undefined : 'true' }, '明细账') : null;
  return el('div', { class: 'term' },
    el('span', { class: 'money' }, (term.times === 1 ? '' : `${term.times} × `) + grouped(term.amount)),
    el('div', {}, el('strong', {}, term.what), ' ', el('span', { class: 'code' }, term.accounts || '全部科目'), '　', span),
    term.auxText ? el('div', { class: 'sub' }, term.auxText) : null,
    el('div', { class: 'sub' }, `账套 ${term.book}`, term.withClosing ? '' : '，不含期末结转', term.opening !== '0.00' ? `，其中期初 ${grouped(term.opening)}` : '', '　', link));
}

// The lines of a report that came in a data package are where it was made.
function elsewhereNode(from) {
  if (!from) return null;
  return el('div', { class: 'term', id: 'drill-elsewhere' }, el('strong', {}, `分录在${from.unitName}`),
    el('div', {}, `${from.preparedBy || '对方'} 于 ${from.made} 上报，账截至 ${from.recordedUntil}`),
    el('div', { class: 'sub' }, `${from.receivedBy} 于 ${from.received} 接收　签名 ${from.sealedBy || '无'}　数据包 `, el('span', { class: 'mono', title: from.package }, from.package.slice(0, 12))));
}

function overrideNode(cell) {
  const o = cell && cell.override;
  if (!o) return null;
  return el('div', { class: 'term over' }, el('strong', {}, '改数'), el('span', { class: 'money' }, grouped(cell.value)),
    el('div', {}, `原数 ${grouped(o.was || '空')}，公式今天得 ${grouped(o.formulaValue || '空')}`), el('div', {}, `理由：${o.reason}`), el('div', { class: 'sub' }, `${o.by}　${o.at}`));
}

const kChanges = { typed: '填报', override: '改数', unadjusted: '恢复取数', cleared: '删除', 'taken-over': '提取上期数', imported: '导入', submitted: '上报' };

function historyNode(where, row, col) {
  const says = el('div');
  const read = async (event) => {
    event.target.disabled = true;
    try {
      const { items } = await get(kApi + '/history', { unit: where.unit, table: where.table, period: where.period, row, col });
      fill(says, items.length ? items.map((h) => el('div', { class: 'term' }, el('strong', {}, kChanges[h.kind] || h.kind), `　${grouped(h.was || '空')} → ${grouped(h.now || '空')}`,
        h.reason ? el('div', {}, h.reason) : null, el('div', { class: 'sub' }, `${h.by}　${h.at}`))) : el('p', { class: 'note' }, '这一格没有人改过。'));
    } catch (error) {
      fill(says, problem(error));
    }
  };
  return el('div', {}, el('button', { type: 'button', onclick: read }, '变动历史'), says);
}

function commentsNode(comments, row, col) {
  const own = comments.filter((c) => c.row === row && c.col === col);
  return own.length ? [el('h2', {}, '批注'), own.map((c) => el('div', { class: 'term note-term' }, el('div', {}, c.words), el('div', { class: 'sub' }, `${c.by}　${c.at}`)))] : null;
}

const kMoney = ['元', '万元', '亿元'];

function headOf(at, cell, close, amount, unit) {
  const counted = !kMoney.includes(unit);
  return [el('button', { class: 'close', type: 'button', onclick: close, 'aria-label': '关闭' }, '关闭'),
    el('div', { class: 'sub' }, `${at.table}　第 ${at.row} 行 第 ${at.col} 栏　${kKinds[kindOf(cell)] || ''}`),
    el('strong', {}, `${at.rowName} · ${at.colName}`),
    el('div', { class: 'amount' + (amount.startsWith('-') ? ' red' : ''), id: 'drill-amount' }, counted ? `${(cell && cell.text) || amount} ${unit}` : [grouped(amount), ' 元'], !counted && unit !== '元' && cell ? el('span', { class: 'sub' }, `　表中列 ${cell.text} ${unit}`) : null)];
}

// A summed cell: which units it is made of; the parts add up to it.
export async function contributions(context, where, at, cell, drawer, open, close) {
  fill(drawer, el('p', { class: 'note' }, '正在读取……'));
  const query = { package: where.package, unit: where.unit, period: where.period, table: where.table, row: at.row, col: at.col, revision: where.revision };
  let answer = null, refused = null;
  try {
    answer = await get(kApi + '/contributions', query);
  } catch (error) {
    refused = error;
  }
  const table = answer ? el('table', { class: 'grid', id: 'contributions' }, el('thead', {}, el('tr', {}, ['单位', '版', '金额', ''].map((t) => el('th', {}, t)))),
    el('tbody', {}, answer.items.map((i) => el('tr', {}, el('td', {}, i.name), el('td', { class: 'center' }, !i.unit ? '' : i.revision === '0' ? '编制数' : `第 ${i.revision} 版`), moneyCell(i.value, { blank: false }),
      el('td', { class: 'center' }, i.unit && context.link('reports', { unit: i.unit, layer: undefined, revision: i.revision === '0' ? undefined : i.revision, row: at.row, col: at.col }, '看这一格'))))),
    el('tfoot', {}, el('tr', {}, el('td', {}, '合计'), el('td', {}), moneyCell(answer.totals && answer.totals.sum ? answer.totals.sum : cell.value, { blank: false, strong: true }), el('td', {})))) : null;
  fill(drawer, headOf(at, cell, close, cell.value, where.printed),
    cell.formula ? [el('h2', {}, '公式'), formulaNode(cell.formula, at.row, at.col, open)] : null,
    el('h2', {}, '构成'), table || problem(refused));
}

export async function drill(context, where, at, cell, comments, drawer, open, close) {
  const path = `${kApi}/cells/${encodeURIComponent(where.table)}/${encodeURIComponent(at.row)}/${encodeURIComponent(at.col)}`;
  const query = { unit: where.unit, period: where.period, revision: where.revision };
  fill(drawer, el('p', { class: 'note' }, '正在读取……'));
  try {
    const first = await get(path, query);
    const { terms } = first;
    const body = el('tbody', { id: 'drill-lines' });
    keyboardRows(body, (r) => context.go('voucher', { id: r.dataset.voucher, book: r.dataset.book }));
    const more = el('div');
    const show = (page) => {
      body.append(...page.items.map((l) => el('tr', { tabindex: '-1', 'data-voucher': l.voucher, 'data-book': l.book },
        el('td', { title: l.day }, l.day.slice(5)), el('td', {}, number(l.word, l.number)), el('td', { class: 'summary' }, l.summary, el('div', { class: 'sub' }, l.account, ' ', l.accountName)), moneyCell(l.amount, { blank: false }))));
      const rows = [...body.rows];
      if (rows[0]) rows[0].setAttribute('tabindex', '0');
      fill(more, page.next ? el('button', { onclick: async () => show(await get(path, { ...query, after: page.next })) }, '再看后面的分录') : null);
    };
    show(first);
    const told = first.cell;
    fill(drawer, headOf({ ...at, rowName: told.rowName, colName: told.colName }, cell || told, close, told.value, told.unit), overrideNode(cell),
      told.formula ? [el('h2', {}, '公式'), formulaNode(told.formula, at.row, at.col, open)] : el('p', { class: 'note' }, told.state === 'input' ? '这一格由人工填报。' : ''),
      terms.length ? [el('h2', {}, '取数条件'), terms.map((t) => termNode(context, t, first.elsewhere))] : null,
      elsewhereNode(first.elsewhere),
      first.items.length ? [el('h2', {}, '构成分录'), el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['日期', '凭证', '摘要 · 科目', '计入金额'].map((t) => el('th', {}, t)))), body), more] : null,
      !told.drill && !terms.length && told.formula ? el('p', { class: 'note' }, '这一格由其他格计算得出，请点击公式中的格号继续追溯。') : null,
      commentsNode(comments, at.row, at.col), historyNode(where, at.row, at.col));
  } catch (error) {
    fill(drawer, el('button', { class: 'close', type: 'button', onclick: close }, '关闭'), overrideNode(cell), problem(error), historyNode(where, at.row, at.col));
  }
}
