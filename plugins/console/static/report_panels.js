// SPDX-License-Identifier: Apache-2.0
// 审核结果 below the grid: both sides of every rule, and the field in which a failed one is explained.
import { el, fill } from './dom.js';
import { get, post } from './api.js';
import { grouped } from './money.js';
import { problem } from './parts.js';
import { kApi, kChecks, kLevels, kCheckKinds, against } from './report_api.js';
import { placeOf, sidesOf, namedCells } from './report_model.js';

const amount = (text) => el('td', { class: 'money' + (String(text).startsWith('-') ? ' red' : '') }, /^-?\d/.test(text) ? grouped(text) : text);
const kOrder = { fail: 0, unevaluated: 1, unknown: 1, pass: 3, empty: 4 };
const kWeight = { error: 0, warn: 1, info: 2 };
export const sorted = (checks) => [...checks].sort((a, b) => (kOrder[a.state] ?? 1) - (kOrder[b.state] ?? 1) || (kWeight[a.level] ?? 3) - (kWeight[b.level] ?? 3));

// Failures and hints as marks on the cells of one table: Map key -> {level, texts}.
export function marksOf(checks, comments, table) {
  const marks = new Map();
  const put = (key, level, text) => {
    const mark = marks.get(key) || { level, texts: [] };
    if (kWeight[level] !== undefined && (kWeight[mark.level] === undefined || kWeight[level] < kWeight[mark.level])) mark.level = level;
    mark.texts.push(text);
    marks.set(key, mark);
  };
  for (const c of checks.filter(against)) {
    if (c.level === 'info') continue;
    const at = placeOf(c.place, c.table);
    if (at.table !== table || !at.row) continue;
    put(`${at.row.split(':')[0]}|${at.col.split(':')[0]}`, c.level === 'error' ? 'error' : 'warn', `${c.id} ${c.message || c.expression}　差 ${c.difference || '—'}`);
  }
  for (const c of comments) put(`${c.row}|${c.col}`, 'note', `批注 ${c.by}：${c.words}`);
  return marks;
}

// ✖ and ⚠ of every table.
export function badgesOf(checks) {
  const found = new Map();
  for (const c of checks.filter(against)) {
    if (c.level === 'info') continue;
    const place = placeOf(c.place, c.table);
    const at = found.get(place.table) || { error: 0, warn: 0 };
    at[c.level === 'error' ? 'error' : 'warn'] += 1;
    found.set(place.table, at);
  }
  return found;
}

function wordsCell(check, explanation, may, save) {
  if (check.state !== 'fail' || check.level === 'info') return el('td', {});
  if (check.level === 'error') return el('td', { class: 'sub' }, '须改正数据');
  const input = el('input', { class: 'why', 'aria-label': `${check.id} ${check.place} 的说明`, value: explanation && explanation.state === 'alive' ? explanation.words : '', placeholder: '说明理由', maxlength: '300' });
  const button = el('button', { type: 'button', class: 'small' }, '保存');
  const send = () => { if (input.value.trim()) save(check, input.value.trim(), button); };
  button.addEventListener('click', send);
  input.addEventListener('keydown', (e) => { if (e.key === 'Enter' && !e.isComposing) send(); });
  return el('td', { class: 'words' }, explanation && explanation.state === 'dead' ? el('div', { class: 'dead' }, `数已变，原说明失效：${explanation.words}`) : null,
    may ? el('div', { class: 'explain' }, input, button) : explanation && explanation.state === 'alive' ? explanation.words : el('span', { class: 'red' }, '未说明'));
}

// where: {unit, period, package, table, layer}; jump(place, left, right); changed() after an explanation was saved.
export function checkPanel({ where, checks, explanations, may, jump, changed, close, title = '审核结果', only = true }) {
  const says = el('div');
  const byPlace = new Map(explanations.map((e) => [`${e.check}|${e.place}`, e]));
  const save = async (check, words, button) => {
    button.disabled = true;
    try {
      await post(kApi + '/actions/explain', { body: { package: where.package, unit: where.unit, period: where.period, layer: where.layer, check: check.id, place: check.place, words } });
      changed();
    } catch (error) {
      button.disabled = false;
      fill(says, problem(error));
    }
  };
  const row = (c) => {
    const [text, kind] = kChecks[c.state] || ['未评价', 'wait'];
    const at = placeOf(c.place, c.table || where.table);
    const go = () => {
      const [left, right] = sidesOf(c.expression);
      jump(at, namedCells(left, at.table, at), namedCells(right, at.table, at));
    };
    return el('tr', { 'data-check': c.id, 'data-state': c.state },
      el('td', { class: 'center' }, el('span', { class: 'tag ' + kind }, text)), el('td', { class: 'center' }, kLevels[c.level] || c.level),
      el('td', { class: 'code' }, c.id), el('td', {}, el('button', { type: 'button', class: 'link', onclick: go }, `${at.table}[${at.row},${at.col}]`)),
      amount(c.left), amount(c.right), amount(c.difference), amount(c.tolerance),
      el('td', { class: 'wrap' }, c.message ? el('div', {}, c.message) : null, el('span', { class: 'mono sub' }, c.expression), ' ', el('span', { class: 'sub' }, kCheckKinds[c.kind] || '')),
      wordsCell(c, byPlace.get(`${c.id}|${c.place}`), may, save));
  };
  const body = el('tbody');
  const bad = sorted(checks.filter(against));
  const show = (all) => fill(body, (all ? sorted(checks) : bad).map(row), !all && !bad.length ? el('tr', {}, el('td', { colspan: '10', class: 'center' }, '审核都通过了。')) : null);
  show(!only);
  return el('section', { class: 'dock check-panel', id: close ? 'check-panel' : null, 'aria-label': title },
    el('div', { class: 'pagehead' }, el('h2', {}, title), el('span', { class: 'sub' }, `共 ${checks.length} 项，不符 ${bad.length} 项`),
      el('label', {}, el('input', { type: 'checkbox', checked: only, onchange: (e) => show(!e.target.checked) }), ' 只看有误'), el('span', { class: 'space' }), close ? el('button', { type: 'button', onclick: close }, '关闭') : null),
    says,
    el('div', { class: 'sheet' }, el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['结果', '级别', '规则', '位置', '左值', '右值', '差额', '容差', '关系', '说明理由'].map((t) => el('th', { scope: 'col' }, t)))), body)));
}

export async function readChecks(where) {
  const { items } = await get(kApi + '/checks', { unit: where.unit, period: where.period, package: where.package, layer: where.layer, revision: where.revision });
  return items;
}
export async function readExplanations(where) {
  return (await get(kApi + '/explanations', { unit: where.unit, period: where.period, package: where.package, layer: where.layer })).items;
}
