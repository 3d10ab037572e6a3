// SPDX-License-Identifier: Apache-2.0
// Words about reports that several pages use: addresses, states, where a report is.
import { el } from './dom.js';
import { get } from './api.js';

export const kApi = '/api/v1/x/reporting';
export const kMinistries = { nhsa: '国家医保局', mof: '财政部' };
export const packageName = (p) => (p.title.startsWith(kMinistries[p.ministry]) ? p.title : `${kMinistries[p.ministry] || p.ministry}　${p.title}`);
export const kSpans = { year: '年报', quarter: '季报', month: '月报' };
export const kLayers = { own: '本单位', sum: '汇总', difference: '差额' };
// State of a unit's duty: word, sign, kind of tag. The sign tells the states apart without colour.
export const kDuties = {
  none: ['未报', '○', ''], editing: ['编制', '◐', 'wait'], submitted: ['已报', '●', 'good'], returned: ['退回', '✖', 'bad'], locked: ['锁定', '▣', 'good'],
};
export const dutySign = (state) => el('span', { class: 'sign s-' + state, title: (kDuties[state] || [state])[0] }, (kDuties[state] || ['', '·'])[1]);
export const dutyTag = (state) => el('span', { class: 'tag ' + (kDuties[state] || [])[2] }, dutySign(state), ' ', (kDuties[state] || [state])[0]);

export const kChecks = {
  pass: ['通过', 'good'], fail: ['未通过', 'bad'], empty: ['未适用', ''], unevaluated: ['未评价', 'wait'], unknown: ['未评价', 'wait'],
};
// 归档与安全: basic checks bind, verification checks are explained, hints are read.
export const kLevels = { error: '基本性', warn: '核实性', info: '提示' };
export const kCheckKinds = { logic: '逻辑性', reason: '合理性', vertical: '纵向', horizontal: '横向', cross: '表间', period: '跨期' };
// Failed and not evaluated alike stand against a report.
export const against = (check) => check.state !== 'pass' && check.state !== 'empty';

export function unitOf(context) {
  const book = context.book();
  return context.parameters.unit || (book && book.unit) || context.session.unit;
}
export const unitsSeen = async () => (await get('/api/v1/units')).items;
export const periodOf = (context) => context.period() || context.session.businessDay.slice(0, 7);

// The packages of a unit with what it has computed. A unit that keeps no books has those it is asked for, or asks others for.
// Tables of schemes it has no book of are left out.
export async function packagesOf(context, unit, period) {
  const schemes = new Set(context.books.filter((b) => b.unit === unit).map((b) => b.scheme));
  const fits = (table) => !schemes.size || !table.scheme || schemes.has(table.scheme);
  const { items, bookless } = await get(kApi + '/packages', { unit, period });
  return { items: items.map((p) => ({ ...p, tables: p.tables.filter(fits) })), bookless };
}

// The units in the order of the tree, each with its depth.
export function inTree(units) {
  const below = new Map();
  for (const unit of units) below.set(unit.parent || '', [...(below.get(unit.parent || '') || []), unit]);
  const walk = (parent, depth) => (below.get(parent) || []).flatMap((u) => [{ ...u, depth }, ...walk(u.code, depth + 1)]);
  return walk('', 0);
}
export function isBelow(units, code, above) {
  const by = new Map(units.map((u) => [u.code, u]));
  for (let u = by.get(code); u && u.parent; u = by.get(u.parent)) if (u.parent === above) return true;
  return false;
}
