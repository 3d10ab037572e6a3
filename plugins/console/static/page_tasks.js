// SPDX-License-Identifier: Apache-2.0
// 报表任务: what was asked of whom by when, and asking for more.
import { el, fill } from './dom.js';
import { get, post } from './api.js';
import { head, problem, chinesePeriod, sheet, empty } from './parts.js';
import { ask, dialog, tellProblem } from './report_dialog.js';
import { kApi, kMinistries, packageName, unitOf, unitsSeen, periodOf, inTree, isBelow } from './report_api.js';

export const title = '报表任务';
let said = '';

// 下发: a package, the units that owe it, the day.
async function assign(context, units, period) {
  const from = el('select', { name: 'unit' }, inTree(units).map((u) => el('option', { value: u.code, selected: u.code === context.session.unit }, `${u.code} ${u.name}`)));
  const list = (await get(kApi + '/packages', { period })).items;
  const chosen = el('select', { name: 'package' }, list.map((p) => el('option', { value: p.code }, packageName(p))));
  const when = el('input', { name: 'period', value: period });
  const deadline = el('input', { name: 'deadline', type: 'date', value: context.session.businessDay });
  const name = el('input', { name: 'title', maxlength: '60', placeholder: '空 = 报表包的名称' });
  const boxes = el('div', { class: 'choices' });
  const show = () => fill(boxes, inTree(units).filter((u) => u.code === from.value || isBelow(units, u.code, from.value))
    .map((u) => el('label', { class: 'depth' + Math.min(u.depth, 4) }, el('input', { type: 'checkbox', value: u.code, checked: true }), ` ${u.code} ${u.name}`)));
  from.addEventListener('change', show);
  show();
  const label = (text, input) => el('label', {}, el('span', {}, text), input);
  const chosenUnits = () => [...boxes.querySelectorAll('input:checked')].map((b) => b.value);
  const yes = await dialog('下发报表任务', [label('报表包', chosen), label('期间', when), label('下发单位', from), label('截止日', deadline), label('任务名称', name), el('h3', {}, '应报单位'), boxes], [['下发', 'yes']],
    { wide: true, check: () => (!deadline.value ? '请填写截止日' : chosenUnits().length ? '' : '请选择应报单位') });
  if (!yes) return null;
  return (await post(kApi + '/actions/assign', { body: { package: chosen.value, unit: from.value, period: when.value.trim(), deadline: deadline.value, title: name.value.trim(), units: chosenUnits().join(',') } })).data.summary;
}

export async function build(context) {
  const period = periodOf(context);
  const unit = unitOf(context);
  const [units, found] = await Promise.all([unitsSeen(), get(kApi + '/assignments', {})]);
  // The unit's own state stands in a list asked for that unit; the whole list has every assignment the person sees.
  const own = new Map((await get(kApi + '/assignments', { unit }).catch(() => ({ items: [] }))).items.map((a) => [a.assignment, a.own]));
  const manages = context.may('report.manage');
  const run = (word, action) => async () => {
    try {
      const text = await action();
      if (!text) return;
      said = text;
      context.update({}, { replace: true });
    } catch (error) {
      await tellProblem(word, error);
    }
  };
  const act = async (name, body) => (await post(`${kApi}/actions/${name}`, { body })).data.summary;
  const day = (word, name, a) => run(word, async () => {
    const answer = await ask(word, [{ name: 'deadline', label: '截止日', type: 'date', value: a.deadline, needed: true }], { confirm: word });
    return answer && act(name, { assignment: a.assignment, deadline: answer.deadline });
  });
  const buttons = (a) => [
    el('button', { type: 'button', class: 'small', 'data-word': '打开', onclick: () => context.go('reports', { unit, period: a.period, package: a.package }) }, '打开'),
    el('button', { type: 'button', class: 'small', 'data-word': '报送情况', onclick: () => context.go('status', { assignment: a.assignment }) }, '报送情况'),
    manages ? [el('button', { type: 'button', class: 'small', onclick: day('复制下期', 'copy', a) }, '复制下期'), el('button', { type: 'button', class: 'small', onclick: day('改截止日', 'extend', a) }, '改截止日'),
      el('button', { type: 'button', class: 'small', onclick: run('关闭', () => act(a.state === 'open' ? 'close' : 'reopen', { assignment: a.assignment })) }, a.state === 'open' ? '关闭' : '重开')] : null];
  const names = new Map(units.map((u) => [u.code, u.name]));
  const rows = found.items.map((a) => el('tr', { 'data-assignment': a.assignment },
    el('td', {}, a.title), el('td', {}, kMinistries[a.ministry] || a.ministry), el('td', {}, chinesePeriod(a.period)), el('td', {}, names.get(a.owner) || a.owner), el('td', { class: a.state === 'open' && a.deadline < context.session.businessDay ? 'red' : '' }, a.deadline),
    el('td', { class: 'center' }, a.tables), el('td', { class: 'center' }, own.get(a.assignment) || '—'), el('td', { class: 'center' }, `${a.submitted} / ${a.due}`), el('td', { class: 'center' }, a.late === '0' ? '' : a.late), el('td', { class: 'center' }, a.reminders === '0' ? '' : a.reminders),
    el('td', { class: 'center' }, el('span', { class: 'tag ' + (a.state === 'open' ? 'good' : '') }, a.state === 'open' ? '进行中' : '已关闭')), el('td', {}, el('div', { class: 'rowbuttons' }, buttons(a)))));
  const spoken = said;
  said = '';
  return [
    head(title, `${found.items.length} 个任务`, manages ? el('button', { type: 'button', class: 'primary', 'data-word': '下发', onclick: run('下发', () => assign(context, units, period)) }, '下发') : null),
    spoken ? el('p', { class: 'notice', id: 'said', role: 'status' }, spoken) : null,
    sheet(el('table', { class: 'grid', id: 'tasks' }, el('thead', {}, el('tr', {}, ['任务', '部门', '期间', '下发单位', '截止', '表数', '本级状态', '已报/应报', '逾期', '催报', '状态', ''].map((t) => el('th', { scope: 'col' }, t)))),
      el('tbody', {}, rows.length ? rows : empty(12, '还没有报表任务。')))),
  ];
}
