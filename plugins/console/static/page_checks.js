// SPDX-License-Identifier: Apache-2.0
// 审核结果 of every computed package of a unit, with both sides of each rule; a click leads to the cell.
import { el } from './dom.js';
import { head, chinesePeriod } from './parts.js';
import { packageName, packagesOf, unitOf, unitsSeen, periodOf, against } from './report_api.js';
import { checkPanel, readChecks, readExplanations } from './report_panels.js';
import { unitTree } from './report_units.js';

export const title = '审核结果';

export async function build(context) {
  const unit = unitOf(context);
  const period = periodOf(context);
  const [units, packages] = await Promise.all([unitsSeen(), packagesOf(context, unit, period)]);
  const own = units.find((u) => u.code === unit);
  const found = await Promise.all(packages.items.filter((p) => p.task).map(async (p) => {
    const where = { unit, period, package: p.code, layer: 'own', table: '' };
    const [checks, explanations] = await Promise.all([readChecks(where), readExplanations(where)]);
    return { p, where, checks, explanations };
  }));
  found.sort((a, b) => b.checks.filter(against).length - a.checks.filter(against).length);
  const all = found.flatMap((f) => f.checks);
  const bad = all.filter(against).length;
  const jump = (p) => (at) => context.go('reports', { unit: context.parameters.unit, package: p.code, table: at.table, row: at.row.split(':')[0], col: at.col.split(':')[0], panel: 'checks' });
  const panels = found.map(({ p, where, checks, explanations }) => checkPanel({ where, checks, explanations, title: packageName(p), only: false, may: context.may('report.compute'),
    changed: () => context.update({}, { replace: true }), jump: jump(p) }));
  const missing = packages.items.filter((p) => !p.task && p.tables.length);
  return [
    head(title, `${own ? own.name : unit}　${chinesePeriod(period)}`, found.length ? el('span', { class: 'tag ' + (bad ? 'bad' : 'good') }, `${all.length} 项审核，${bad} 项不符`) : null),
    el('div', { class: 'withunits' }, unitTree(units, unit, Promise.resolve([]), (code) => context.update({ unit: code })),
      el('div', { class: 'middle', id: 'checks' }, found.length && missing.length ? el('p', { class: 'note', id: 'missing' }, `还没有计算：${missing.map(packageName).join('、')}`) : null, found.length ? panels : el('p', { class: 'note' }, '本期还没有计算报表，请先到“报表”页计算。'))),
  ];
}
