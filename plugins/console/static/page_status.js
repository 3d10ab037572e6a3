// SPDX-License-Identifier: Apache-2.0
// 报送情况: units down, tables across; who has submitted, what stands against it, and what to do about it.
import { el } from './dom.js';
import { get, post } from './api.js';
import { head, sheet, empty } from './parts.js';
import { ask, tell, tellProblem, grid } from './report_dialog.js';
import { importFile, receivePackage, submitFor, takeKit } from './report_files.js';
import { kApi, kDuties, dutySign, dutyTag, unitsSeen, inTree } from './report_api.js';

export const title = '报送情况';
export const menu = 'tasks';
let said = '';

function tableCell(t) {
  const wrong = Number(t.errors || 0), warned = Number(t.warnings || 0);
  return el('td', { class: 'center' }, dutySign(t.state), wrong ? el('span', { class: 'badge bad' }, `✖${wrong}`) : null, warned ? el('span', { class: 'badge wait' }, `⚠${warned}`) : null);
}

export async function build(context) {
  const { items: all } = await get(kApi + '/assignments', {});
  const a = all.find((x) => x.assignment === context.parameters.assignment) || all.find((x) => x.state === 'open') || all[0];
  if (!a) return [head(title, ''), el('p', { class: 'note' }, '还没有报表任务。')];
  const [units, board, byTable] = await Promise.all([unitsSeen(), get(kApi + '/status', { assignment: a.assignment }), get(kApi + '/status', { assignment: a.assignment, tables: 'yes' })]);
  const order = new Map(inTree(units).map((u, i) => [u.code, { i, depth: u.depth }]));
  const duties = [...board.items].sort((x, y) => (order.get(x.unit) || { i: 0 }).i - (order.get(y.unit) || { i: 0 }).i);
  const tables = [...new Set(byTable.items.map((t) => t.table))];
  const cells = new Map(byTable.items.map((t) => [t.unit + '|' + t.table, t]));
  const manages = context.may('report.manage');
  const boxes = new Map(duties.map((d) => [d.unit, el('input', { type: 'checkbox', value: d.unit, 'aria-label': `选 ${d.name}` })]));
  const chosen = () => duties.filter((d) => boxes.get(d.unit).checked).map((d) => d.unit);
  const run = (word, action) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const text = await action();
      if (text) {
        said = text;
        context.update({}, { replace: true });
      }
    } catch (error) {
      await tellProblem(word, error);
    } finally {
      button.disabled = false;
    }
  };
  const act = async (name, body) => (await post(`${kApi}/actions/${name}`, { body: { assignment: a.assignment, ...body } })).data;
  // One call for each of the chosen units; the answer of every one is told.
  const each = async (name, body) => {
    const told = [];
    for (const unit of chosen()) told.push((await act(name, { unit, ...body })).summary);
    return told.join('；');
  };
  const needed = (word, action) => run(word, async () => {
    if (chosen().length) return action();
    await tell(word, el('p', {}, '请先在左边选择单位。'));
    return null;
  });
  const because = (word, name) => needed(word, async () => {
    const answer = await ask(word, [{ name: 'reason', label: '理由', needed: true, area: true }], { confirm: word });
    return answer && each(name, { reason: answer.reason });
  });
  const whole = { package: a.package, unit: a.owner, period: a.period };
  const parts = (items) => grid(['单位', '状态', '版'], items.map((i) => el('tr', {}, el('td', {}, i.name || i.unit), el('td', { class: i.state === 'missing' ? 'red' : '' }, { submitted: '已报', working: '编制数', missing: '缺', 'not-summed': '不能汇总的格' }[i.state] || i.state), el('td', {}, i.revision))));
  const receive = run('接收数据包', receivePackage);
  const whereOf = (unit) => ({ package: a.package, unit, period: a.period });
  const nameOf = (unit) => (duties.find((d) => d.unit === unit) || { name: unit }).name;
  // What the ministry answered to its own file: accepted or refused, unit by unit.
  const answered = run('部门回执', async () => {
    const input = el('input', { type: 'file', name: 'file' });
    if (!await dialog('部门回执', input, [['预览', 'yes']], { check: () => (input.files.length ? '' : '请选择文件') })) return null;
    const where = `${kApi}/ministry-receipts?package=${encodeURIComponent(a.package)}`;
    const seen = (await post(where, { file: input.files[0] })).data;
    const yes = await dialog('部门回执', [el('p', {}, seen.summary), grid(['单位', '期间', '版', '部门意见', '原因', '问题'], seen.items.map((i) => el('tr', {}, el('td', {}, i.unit), el('td', {}, i.period), el('td', {}, i.revision), el('td', {}, i.stateName), el('td', { class: 'wrap' }, i.reason), el('td', { class: 'wrap red' }, i.complaint))))],
      seen.items.some((i) => i.outcome === 'preview') ? [['记下', 'yes']] : [], { wide: true });
    return yes ? (await post(`${where}&apply=yes`, { file: input.files[0] })).data.summary : null;
  });
  const kit = needed('离线填报包', async () => {
    for (const unit of chosen()) await takeKit(whereOf(unit), nameOf(unit));
    return `已下载 ${chosen().length} 个离线填报包`;
  });
  const fileFor = needed('代报', async () => {
    if (chosen().length > 1) return tell('代报', el('p', {}, '一次代报一个单位，请只选一个。')).then(() => null);
    return submitFor(whereOf(chosen()[0]), nameOf(chosen()[0]));
  });
  const button = (word, onclick, kind) => el('button', { type: 'button', 'data-word': word, class: kind || '', onclick }, word);
  const tools = el('div', { class: 'toolbar', role: 'toolbar', 'aria-label': '报送' },
    manages ? el('div', { class: 'group' },
      button('催报', run('催报', async () => {
        const answer = await ask('催报', [{ name: 'words', label: '内容', value: `请尽快上报${a.title}，截止 ${a.deadline}` }], { confirm: '催报', before: el('p', {}, chosen().length ? `催 ${chosen().length} 个单位。` : '没有选单位：催所有没有上报的单位。') });
        return answer && (await act('remind', { units: chosen().join(','), words: answer.words })).summary;
      })), button('退回', because('退回', 'return'))) : null,
    el('div', { class: 'group' }, button('收集下级数据', run('收集下级数据', async () => {
      const seen = (await post(kApi + '/actions/collect', { body: whole })).data;
      await tell('收集下级数据', el('p', {}, seen.summary), parts(seen.items));
      return null;
    })), manages ? button('汇总', run('汇总', async () => (await post(kApi + '/actions/sum', { body: whole })).data.summary)) : null),
    manages ? el('div', { class: 'group' }, button('离线填报包', kit), button('接收数据包', receive), button('部门回执', answered), button('代报', fileFor), button('批量导入', run('批量导入', () => importFile('批量导入', { period: a.period })))) : null,
    manages ? el('div', { class: 'group' }, button('锁定', run('锁定', async () => (chosen().length ? each('lock', {}) : (await act('lock', {})).summary))), button('解锁', because('解锁', 'unlock'))) : null);
  const done = duties.filter((d) => d.state === 'submitted' || d.state === 'locked').length;
  const rows = duties.map((d) => el('tr', { 'data-unit': d.unit, 'data-state': d.state },
    el('td', { class: 'center' }, boxes.get(d.unit)), el('td', { class: 'depth' + Math.min((order.get(d.unit) || { depth: 0 }).depth, 4) }, context.link('reports', { unit: d.unit, period: a.period, package: a.package, table: tables[0] }, d.name)),
    el('td', { class: 'center' }, dutyTag(d.state), d.late === 'yes' ? el('span', { class: 'tag bad' }, '逾期') : null,
      d.filing ? el('span', { class: 'tag ' + ({ accepted: 'good', refused: 'bad' }[d.filing] || ''), 'data-filing': d.filing, title: [d.filingNumber, d.filingReason].filter(Boolean).join('　') }, d.filingName) : null), el('td', { class: 'center' }, d.revision === '0' ? '' : d.revision),
    el('td', { class: 'center' + (Number(d.errors) ? ' red' : '') }, d.errors), el('td', { class: 'center' }, d.warnings), el('td', {}, d.by ? `${d.by} ${d.at.slice(5, 16)}` : ''), el('td', { class: 'narrow' }, d.reason || d.filingReason),
    tables.map((t) => tableCell(cells.get(d.unit + '|' + t) || { state: d.state }))));
  const spoken = said;
  said = '';
  return [
    el('div', { class: 'crumbs' }, context.link('tasks', { assignment: undefined }, '报表任务'), ' › ', a.title),
    head(title, `${board.summary}　完成率 ${duties.length ? Math.floor((100 * done) / duties.length) : 0}%　截止 ${a.deadline}`),
    el('div', { class: 'reportbar' }, el('label', {}, '任务 ', el('select', { id: 'assignment', onchange: (e) => context.update({ assignment: e.target.value }) }, all.map((x) => el('option', { value: x.assignment, selected: x === a }, `${x.title}　${x.period}`)))), tools),
    spoken ? el('p', { class: 'notice', id: 'said', role: 'status' }, spoken) : null,
    sheet(el('table', { class: 'grid', id: 'status' }, el('thead', {}, el('tr', {}, ['', '单位', '状态', '版', '基本性', '核实性', '最后操作', '理由', ...tables].map((t) => el('th', { scope: 'col' }, t)))), el('tbody', {}, rows.length ? rows : empty(8, '没有应报单位。')))),
    el('p', { class: 'note' }, Object.values(kDuties).map(([word, sign]) => `${sign} ${word}　`), '✖ 基本性审核未过　⚠ 核实性审核未过'),
  ];
}
