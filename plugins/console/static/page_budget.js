// SPDX-License-Identifier: Apache-2.0
// 预算执行: budget, adjusted budget and execution out of the ministry's own table, beside how far the year has gone.
import { el } from './dom.js';
import { get } from './api.js';
import { head, sheet, problem, chinesePeriod } from './parts.js';
import { kApi, packagesOf, unitOf, unitsSeen, periodOf } from './report_api.js';
import { unitTree } from './report_units.js';

export const title = '预算执行';
const kTables = ['MOF_E06', 'MOF_E07'];
const kColumns = { budget: '1', adjusted: '2', month: '3', total: '4', rate: '5' };

// "45.2" -> 4520 hundredths of a per cent, or null.
export function hundredths(text) {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec((text || '').replace(/,/g, ''));
  return match ? Number(match[1] + match[2] + (match[3] || '').padEnd(2, '0')) : null;
}
const percent = (n) => `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`;

// Income that lags and spending that runs ahead are looked at; within five points both keep pace.
export function light(deviation, income) {
  const behind = income ? -deviation : deviation;
  return behind > 1000 ? ['bad', '✖ 偏离'] : behind > 500 ? ['wait', '⚠ 留意'] : ['good', '＝ 同步'];
}

// The year at the pace so far: what stands in the table by month, times twelve. In the table's own unit and decimals, half up.
export function forecast(text, month) {
  const match = /^(-?)([\d,]+)(?:\.(\d+))?$/.exec(text || '');
  if (!match || month < 1) return '';
  const decimals = (match[3] || '').length;
  const months = BigInt(Math.min(month, 12));
  const units = (2n * BigInt(match[2].replace(/,/g, '') + (match[3] || '')) * 12n + months) / (2n * months);
  const digits = String(units).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return (match[1] && units > 0n ? '-' : '') + whole.replace(/\B(?=(\d{3})+$)/g, ',') + (decimals ? '.' + digits.slice(digits.length - decimals) : '');
}
// Of the adjusted budget, in hundredths of a per cent; null when there is none.
export function share(text, budget) {
  const number = (t) => (/^-?[\d,]+(\.\d+)?$/.test(t || '') ? t.replace(/,/g, '') : '');
  const a = number(text), b = number(budget);
  const scaled = (t) => { const [whole, part = ''] = t.split('.'); return BigInt(whole + part.padEnd(2, '0').slice(0, 2)); };
  if (!a || !b || scaled(b) <= 0n) return null;
  return Number((scaled(a) * 10000n) / scaled(b));
}

function section(context, data, month) {
  const cells = new Map(data.cells.map((c) => [c.row + '|' + c.col, c]));
  const text = (row, name) => (cells.get(row + '|' + kColumns[name]) || { text: '' }).text;
  const progress = Math.round((Math.min(month, 12) * 10000) / 12);
  const border = data.rows.findIndex((r) => r.name.includes('本年收入合计'));
  const amount = (row, name) => {
    const shown = text(row, name);
    return el('td', { class: 'money' + (shown.startsWith('-') ? ' red' : '') }, context.link('reports', { unit: context.parameters.unit, table: data.table.code, row, col: kColumns[name] }, shown));
  };
  const year = (row) => {
    const whole = forecast(text(row, 'total'), month), of = share(whole, text(row, 'adjusted'));
    return [el('td', { class: 'money forecast' }, whole), el('td', { class: 'money' }, of === null ? '' : percent(of) + '%')];
  };
  const rows = data.rows.map((line, i) => {
    const rate = hundredths(text(line.code, 'rate'));
    const deviation = rate === null ? null : rate - progress;
    const [kind, word] = deviation === null ? ['', ''] : light(deviation, i <= border);
    return el('tr', { class: line.name.includes('合计') ? 'total' : '' }, el('td', { class: 'rowname' }, line.name), amount(line.code, 'budget'), amount(line.code, 'adjusted'), amount(line.code, 'month'), amount(line.code, 'total'),
      el('td', { class: 'money' }, rate === null ? '' : percent(rate) + '%'), el('td', { class: 'money' }, rate === null ? '' : percent(progress) + '%'),
      el('td', { class: 'money' + (deviation < 0 ? ' red' : '') }, deviation === null ? '' : percent(deviation)), year(line.code), el('td', { class: 'center' }, word ? el('span', { class: 'tag ' + kind }, word) : ''));
  });
  return [el('h2', {}, data.table.title, el('span', { class: 'sub' }, `　金额单位：${data.table.unit}`)),
    sheet(el('table', { class: 'grid', 'data-table': data.table.code }, el('thead', {}, el('tr', {}, ['项目', '年初预算', '调整预算', '本月', '累计', '执行率', '时间进度', '偏差（百分点）', '全年预测', '占调整预算', ''].map((t) => el('th', { scope: 'col' }, t)))), el('tbody', {}, rows))),
    el('p', { class: 'note' }, '全年预测 = 累计 ÷ 已过月数 × 12，按目前进度推算，没有考虑季节；数在年中才较可靠。')];
}

export async function build(context) {
  const unit = unitOf(context);
  const period = periodOf(context);
  const [units, packages] = await Promise.all([unitsSeen(), packagesOf(context, unit, period)]);
  const own = units.find((u) => u.code === unit);
  const wanted = packages.items.flatMap((p) => p.tables).map((t) => t.code).filter((code) => kTables.includes(code));
  const found = await Promise.all(wanted.map((code) => get(`${kApi}/tables/${code}`, { unit, period, layer: packages.bookless ? 'sum' : undefined }).then((data) => ({ data }), (error) => ({ error }))));
  const month = Number(period.slice(5, 7));
  const parts = found.map((f) => (f.data ? section(context, f.data, month) : f.error.status === 404 ? el('p', { class: 'note' }, '本期还没有计算财政部的收支执行表，请先到“报表”页计算。') : problem(f.error)));
  return [
    head(title, `${own ? own.name : unit}　${chinesePeriod(period)}`),
    el('div', { class: 'withunits' }, unitTree(units, unit, Promise.resolve([]), (code) => context.update({ unit: code })), el('div', { class: 'middle' }, parts.length ? parts : el('p', { class: 'note' }, '这个单位在本期没有预算执行表。'))),
  ];
}
