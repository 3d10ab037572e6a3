// SPDX-License-Identifier: Apache-2.0
// 报表: the packages of a unit, and one table at a time - filled in, checked, submitted, and from any cell down to its vouchers.
import { el, fill, focusable, keyboardRows } from './dom.js';
import { post } from './api.js';
import { head, chinesePeriod, problem } from './parts.js';
import { kApi, kSpans, packageName, packagesOf, unitOf, unitsSeen, periodOf } from './report_api.js';
import { unitTree } from './report_units.js';
import { sheetPage } from './report_sheet.js';

export const title = '报表';

function computeButton(context, where, found, says) {
  if (!context.may('report.compute')) return null;
  const compute = async (event) => {
    event.target.disabled = true;
    try {
      await post(kApi + '/compute', { body: { unit: where.unit, period: where.period, package: found.code } });
      context.update({}, { replace: true });
    } catch (error) {
      fill(says, problem(error));
      event.target.disabled = false;
    }
  };
  return el('button', { class: 'primary', onclick: compute }, '计算');
}

async function list(context, where, units, name) {
  const { items, bookless } = await packagesOf(context, where.unit, where.period);
  const all = items.filter((p) => p.tables.length > 0);
  const says = el('div');
  const cards = all.map((p) => {
    const task = p.task;
    const rows = p.tables.map((t) => el('tr', { 'data-table': t.code },
      el('td', { class: 'code' }, t.code), el('td', {}, t.title), el('td', { class: 'center' }, kSpans[t.period] || '月报'), el('td', { class: 'center' }, t.unit),
      el('td', { class: 'center' }, `${t.rows} 行 × ${t.cols} 栏`)));
    const body = el('tbody', {}, focusable(rows));
    keyboardRows(body, (row) => context.go('reports', { table: row.dataset.table, package: p.code, unit: context.parameters.unit }));
    return el('section', { class: 'card', 'data-package': p.code },
      el('div', { class: 'pagehead' }, el('h2', {}, packageName(p)), el('span', { class: 'space' }),
        task ? el('span', { class: 'tag ' + (task.failedChecks ? 'bad' : 'good') }, task.failedChecks ? `${task.failedChecks} 项审核未过` : '审核通过') : el('span', { class: 'tag wait' }, bookless ? '没有账套，由下级汇总' : '尚未计算'),
        task ? el('span', { class: 'sub' }, `${task.computedBy} 于 ${new Date(task.computedUnixMs).toLocaleString('zh-CN')} 计算，${task.cells} 格`) : null,
        bookless ? null : computeButton(context, where, p, says)),
      el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['表号', '表名', '报告期', '金额单位', '规模'].map((t) => el('th', {}, t)))), body),
      p.note ? el('p', { class: 'note' }, p.note) : null);
  });
  const pick = (unit) => context.update({ unit });
  return [head(title, `${name}　${chinesePeriod(where.period)}`), says,
    el('div', { class: 'withunits' }, unitTree(units, where.unit, Promise.resolve([]), pick), el('div', {}, cards.length ? cards : el('p', { class: 'note' }, '这个单位在本期没有适用的报表。')))];
}

export async function build(context) {
  const p = context.parameters;
  const where = { unit: unitOf(context), period: periodOf(context), table: p.table, package: p.package, layer: p.layer, revision: p.revision };
  const units = await unitsSeen();
  const own = units.find((u) => u.code === where.unit);
  const name = own ? own.name : where.unit;
  return p.table ? sheetPage(context, where, units, name) : list(context, where, units, name);
}
