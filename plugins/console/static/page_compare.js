// SPDX-License-Identifier: Apache-2.0
// 两部门比对: the same matter in both ministries' tables, why the numbers differ, and what nobody explains yet.
import { el, fill } from './dom.js';
import { get } from './api.js';
import { grouped } from './money.js';
import { head, sheet, chinesePeriod, problem, empty } from './parts.js';
import { kApi, unitOf, unitsSeen, periodOf } from './report_api.js';
import { placeOf } from './report_model.js';
import { differenceLines } from './report_bridge.js';
import { unitTree } from './report_units.js';

export const title = '两部门比对';
const amount = (text) => el('td', { class: 'money' + (String(text).startsWith('-') ? ' red' : '') }, grouped(text));

function side(context, name, text) {
  const at = placeOf(text, '');
  const link = at.table && at.row ? context.link('reports', { unit: context.parameters.unit, table: at.table, row: at.row.split(':')[0], col: at.col.split(':')[0] }, text) : text;
  return el('td', { class: 'narrow' }, name.replace(/[\s　]+/g, ' '), el('div', { class: 'sub mono' }, link));
}

// 2 = nobody explains it, 1 = it differs for a reason, 0 = the same.
const rank = (b) => (b.unexplained !== '0.00' ? 2 : b.difference !== '0.00' ? 1 : 0);

// Hides the rows that are not asked for; nothing is read anew.
function filterBar(body) {
  const rows = [...body.rows];
  const words = el('input', { type: 'search', placeholder: '项目、编号或格', 'aria-label': '筛选对照项' });
  const count = (least) => rows.filter((r) => Number(r.dataset.rank) >= least).length;
  const least = el('select', { 'aria-label': '看哪些' }, [[0, '全部'], [1, '有差额'], [2, '未解释']].map(([value, text]) => el('option', { value }, `${text}（${count(value)}）`)));
  const apply = () => rows.forEach((r) => { r.hidden = Number(r.dataset.rank) < Number(least.value) || !r.textContent.includes(words.value.trim()); });
  words.addEventListener('input', apply);
  least.addEventListener('change', apply);
  return el('div', { class: 'tools' }, el('label', {}, '看', least), el('label', {}, '筛选', words));
}

// A number that opens the ledger lines behind it; a reason that comes of rounding has none.
const behind = (text, part, open) => el('button', { type: 'button', class: 'link', 'data-part': part, title: '看构成这个数的凭证', onclick: () => open(part) }, text);

function row(context, b, openLines) {
  const open = rank(b) === 2;
  const equal = b.difference === '0.00';
  return el('tr', { class: open ? 'unexplained' : '', 'data-pair': b.id, 'data-rank': rank(b) },
    el('td', { class: 'center' }, el('span', { class: 'tag ' + (open ? 'bad' : equal ? 'good' : 'wait') }, open ? '✖ 未解释' : equal ? '＝ 一致' : '✓ 已解释')),
    el('td', { class: 'strong' }, b.concept, el('div', { class: 'sub' }, b.id)), side(context, b.aName, b.a), amount(b.aValue), side(context, b.bName, b.b), amount(b.bValue),
    el('td', { class: 'money' + (b.difference.startsWith('-') ? ' red' : '') }, b.aExact === b.bExact ? grouped(b.difference) : behind(grouped(b.difference), 0, openLines)),
    el('td', { class: 'narrow' }, b.parts.length ? b.parts.map((p, i) => el('div', {}, `${p.text}：`, p.class === 'rounding' ? grouped(p.amount) : behind(grouped(p.amount), i + 1, openLines))) : equal ? '一致' : ''), amount(b.explained),
    el('td', { class: 'money' + (open ? ' red strong' : '') }, grouped(b.unexplained)));
}

export async function build(context) {
  const unit = unitOf(context);
  const period = periodOf(context);
  const [units, answer] = await Promise.all([unitsSeen(), get(kApi + '/bridge', { unit, period }).then((data) => ({ data }), (error) => ({ error }))]);
  const own = units.find((u) => u.code === unit);
  const items = answer.data ? [...answer.data.items].sort((a, b) => rank(b) - rank(a)) : [];
  const open = items.filter((b) => rank(b) === 2).length;
  const missing = answer.error && answer.error.status === 404;
  const drawer = el('aside', { class: 'drawer', id: 'drill', hidden: true, 'aria-label': '差额背后的凭证' });
  const split = el('div', { class: 'split' });
  const close = () => { drawer.hidden = true; split.classList.remove('open'); };
  const show = (b) => (part) => { split.classList.add('open'); return differenceLines(context, { unit, period }, b, part, drawer, close); };
  const body = el('tbody', {}, items.length ? items.map((b) => row(context, b, show(b))) : empty(10, '没有对照项。'));
  return [
    head(title, `${own ? own.name : unit}　${chinesePeriod(period)}`, answer.data ? el('span', { class: 'tag ' + (open ? 'bad' : 'good') }, `${items.length} 项，${open ? `${open} 项有未解释的差额` : '没有未解释的差额'}`) : null),
    el('div', { class: 'withunits' }, unitTree(units, unit, Promise.resolve([]), (code) => context.update({ unit: code })),
      fill(split, el('div', { class: 'middle' }, missing ? el('p', { class: 'note' }, '本期还没有计算两部门的报表，请先到“报表”页计算。') : answer.error ? problem(answer.error)
        : [items.length ? filterBar(body) : null, sheet(el('table', { class: 'grid', id: 'bridge' }, el('thead', {}, el('tr', {}, ['结论', '项目', '甲表', '甲数', '乙表', '乙数', '差额', '差异原因', '已解释', '未解释'].map((t) => el('th', { scope: 'col' }, t)))), body))]), drawer)),
  ];
}
