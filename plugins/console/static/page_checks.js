// SPDX-License-Identifier: Apache-2.0
// Checks with both of their sides, and the bridge that explains why two ministries print different numbers.
import { el } from './dom.js';
import { get } from './api.js';
import { grouped } from './money.js';
import { head, sheet, chinesePeriod, problem, empty } from './parts.js';

export const title = '检查与桥接';
const kApi = '/api/v1/x/reporting';
const kChecks = { pass: ['通过', 'good'], fail: ['未通过', 'bad'], empty: ['未适用', ''] };
const kLevels = { error: '强制', warn: '提示', info: '参考' };
const kKinds = { logic: '逻辑性', reason: '合理性', vertical: '纵向', horizontal: '横向', cross: '表间', period: '跨期' };

const amount = (text) => el('td', { class: 'money' + (String(text).startsWith('-') ? ' red' : '') }, /^-?\d/.test(text) ? grouped(text) : text);

function checkTable(items) {
  return sheet(el('table', { class: 'grid', id: 'checks' },
    el('thead', {}, el('tr', {}, ['结果', '编号', '表', '位置', '类别', '级别', '左边', '右边', '差额', '关系式'].map((t) => el('th', {}, t)))),
    el('tbody', {}, items.length ? items.map((c) => {
      const [text, kind] = kChecks[c.state] || [c.state, ''];
      return el('tr', {}, el('td', { class: 'center' }, el('span', { class: 'tag ' + kind }, text)), el('td', {}, c.id), el('td', {}, c.table), el('td', {}, c.place), el('td', { class: 'center' }, kKinds[c.kind] || c.kind),
        el('td', { class: 'center' }, kLevels[c.level] || c.level), amount(c.left), amount(c.right), amount(c.difference), el('td', { class: 'wrap' }, el('span', { class: 'mono' }, c.expression), c.message ? el('div', { class: 'sub' }, c.message) : null));
    }) : empty(10, '没有审核结果。'))));
}

function bridgeTable(items) {
  return sheet(el('table', { class: 'grid', id: 'bridge' },
    el('thead', {}, el('tr', {}, ['口径', '甲表', '甲数', '乙表', '乙数', '差额', '差异原因', '已解释', '未解释'].map((t) => el('th', {}, t)))),
    el('tbody', {}, items.length ? items.map((b) => el('tr', {},
      el('td', { class: 'strong' }, b.concept), el('td', { class: 'narrow' }, b.aName, el('div', { class: 'sub mono' }, b.a)), amount(b.aValue), el('td', { class: 'narrow' }, b.bName, el('div', { class: 'sub mono' }, b.b)), amount(b.bValue), amount(b.difference),
      el('td', { class: 'narrow' }, b.parts.length ? b.parts.map((p) => el('div', {}, `${p.text}：`, grouped(p.amount))) : '一致'), amount(b.explained),
      el('td', { class: 'money' }, el('span', { class: 'tag ' + (b.unexplained === '0.00' ? 'good' : 'bad') }, grouped(b.unexplained))))) : empty(9, '没有对照项。'))));
}

// A month without a report is no fault: what is missing is the computation.
function missing(error) {
  return error.status === 404 ? el('p', { class: 'note' }, '本期还没有计算报表，请先到“报表”页计算。') : problem(error);
}

export async function build(context) {
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const period = context.period();
  const ask = (path) => get(kApi + path, { book: book.code, period }).then((data) => ({ data }), (error) => ({ error }));
  const [checks, bridge] = await Promise.all([ask('/checks'), ask('/bridge')]);
  const items = checks.data ? checks.data.items : [];
  const only = context.parameters.only === 'failed';
  const bad = items.filter((c) => (kChecks[c.state] || [])[1] === 'bad');
  const order = { bad: 0, wait: 1 };
  const sorted = [...items].sort((a, b) => (order[(kChecks[a.state] || [])[1]] ?? 2) - (order[(kChecks[b.state] || [])[1]] ?? 2));
  return [
    head(title, `${book.name}　${chinesePeriod(period)}`, el('span', { class: 'tag ' + (bad.length ? 'bad' : 'good') }, `${items.length} 项审核，${bad.length} 项未通过`)),
    el('div', { class: 'tools' }, el('label', {}, '显示', el('select', { onchange: (e) => context.update({ only: e.target.value }) },
      [['', '全部审核'], ['failed', '只看未通过']].map(([value, text]) => el('option', { value, selected: (only ? 'failed' : '') === value }, text))))),
    el('h2', {}, '表内、表间审核'), checks.error ? missing(checks.error) : checkTable(only ? bad : sorted),
    el('h2', {}, '两部门口径桥接'), bridge.error ? missing(bridge.error) : bridgeTable(bridge.data.items),
  ];
}
