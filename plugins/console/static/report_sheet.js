// SPDX-License-Identifier: Apache-2.0
// One table of one unit: its grid with the toolbar above, the other tables of the package and the check panel below, the drill beside.
import { el, fill } from './dom.js';
import { get, getWithEtag, ApiError } from './api.js';
import { grouped } from './money.js';
import { head, chinesePeriod, problem } from './parts.js';
import { kApi, kDuties, kLayers, dutySign, packagesOf } from './report_api.js';
import { Grid } from './report_grid.js';
import { attachKeys } from './report_keys.js';
import { toolbar, save } from './report_toolbar.js';
import { ask, dialog, tell, tellProblem, grid as listing } from './report_dialog.js';
import { checkPanel, marksOf, badgesOf, readChecks, readExplanations } from './report_panels.js';
import { drill, contributions } from './report_drill.js';
import { unitTree, assignmentOf } from './report_units.js';
import { collisions, isTyped } from './report_model.js';
import { viewTools, legend, cellMenu } from './report_view.js';
import { lastYearPanel } from './report_lastyear.js';
import { leaseBar, drafting, columns } from './report_editing.js';

// What outlives the page being built anew: the last answer, where the hand was, both sides of a rule on another table.
let said = '';
const remembered = { key: '', at: null, left: 0, top: 0 };
let flashed = null;

const quiet = (promise, otherwise) => promise.catch(() => otherwise);

async function dutiesOf(assignment) {
  return assignment ? (await get(kApi + '/status', { assignment: assignment.assignment })).items : [];
}

function stamp(page) {
  const { assignment, duty } = page;
  if (!assignment || !duty) return el('span', { class: 'state-stamp none', id: 'stamp', title: '没有要求这个单位报送的任务' }, '未下发');
  const late = duty.late === 'yes' ? '（逾期）' : '';
  return el('span', { class: 'state-stamp s-' + duty.state, id: 'stamp', title: `${assignment.title}，截止 ${assignment.deadline}` }, dutySign(duty.state), ' ', (kDuties[duty.state] || [duty.state])[0] + late);
}

// What today would be otherwise than what was submitted.
async function showChanges(where) {
  try {
    const found = await get(kApi + '/changes', { package: where.package, unit: where.unit, period: where.period });
    await tell('与今天的差别', el('p', {}, found.summary), listing(['格', '上报数', '今天'], found.items.map((c) => el('tr', {}, el('td', { class: 'mono' }, `${c.table}[${c.row},${c.col}]`), el('td', { class: 'money' }, grouped(c.submitted || '空')), el('td', { class: 'money' }, grouped(c.today || '空'))))));
  } catch (error) {
    await tellProblem('与今天的差别', error);
  }
}

// The last reminder, as long as the unit owes its report.
function reminderOf(page, reminders) {
  if (!page.duty || page.fixed) return null;
  const last = reminders.filter((r) => r.assignment === page.assignment.assignment && r.unit === page.where.unit).pop();
  return last ? el('p', { class: 'notice wait', id: 'reminded' }, `催报：${last.words || '请尽快上报'}（${last.by}　${last.at}）`) : null;
}

function tabs(context, tables, where, badges) {
  return el('div', { class: 'sheettabs', role: 'tablist', 'aria-label': '表' }, tables.map((t) => {
    const b = badges.get(t.code);
    return el('a', { role: 'tab', href: context.href('reports', { ...context.parameters, table: t.code, row: undefined, col: undefined }), 'aria-selected': t.code === where.table ? 'true' : 'false', title: t.title, 'data-table': t.code },
      t.code, b && b.error ? el('span', { class: 'badge bad' }, `✖${b.error}`) : null, b && b.warn ? el('span', { class: 'badge wait' }, `⚠${b.warn}`) : null);
  }));
}

function chooser(context, where, submissions, bookless) {
  const layers = el('label', {}, '口径', el('select', { id: 'layer', onchange: (e) => context.update({ layer: e.target.value === 'own' ? undefined : e.target.value, revision: undefined, row: undefined, col: undefined }) },
    Object.entries(kLayers).filter(([value]) => value !== 'own' || !bookless).map(([value, text]) => el('option', { value, selected: value === where.layer }, text))));
  const own = submissions.filter((s) => s.package === where.package && s.period === where.period);
  const revisions = own.length ? el('label', {}, '版次', el('select', { id: 'revision', onchange: (e) => context.update({ revision: e.target.value, row: undefined, col: undefined }) },
    el('option', { value: '', selected: !where.revision }, '编制数'), own.map((s) => el('option', { value: s.revision, selected: s.revision === where.revision }, `第 ${s.revision} 版 ${s.at.slice(0, 16)}`)))) : null;
  return [layers, revisions];
}

// Original, theirs and mine of every cell two people changed; the one who saves decides each.
async function decide(page) {
  const now = await getWithEtag(page.path, page.query);
  const cells = new Map(now.data.cells.map((c) => [c.row + '|' + c.col, c]));
  const both = collisions(page.grid.pending, page.grid.cells, cells);
  const choices = both.map((x) => ({ ...x, mineBox: el('input', { type: 'radio', name: 'choice-' + x.key, value: 'mine', checked: true }), theirsBox: el('input', { type: 'radio', name: 'choice-' + x.key, value: 'theirs' }) }));
  const name = (key) => { const [row, col] = key.split('|'); return `[${row},${col}] ${page.grid.rows.find((r) => r.code === row).name}`; };
  const table = el('table', { class: 'grid', id: 'conflict' }, el('thead', {}, el('tr', {}, ['格', '原值', '他人', '我的'].map((t) => el('th', {}, t)))),
    el('tbody', {}, choices.map((x) => el('tr', {}, el('td', {}, name(x.key)), el('td', { class: 'money' }, grouped(x.original || '空')), el('td', { class: 'money' }, el('label', {}, x.theirsBox, ' ', grouped(x.theirs || '空'))), el('td', { class: 'money' }, el('label', {}, x.mineBox, ' ', grouped(x.mine || '空')))))));
  const yes = await dialog('保存冲突', [el('p', {}, both.length ? '您打开之后，有人改了同样的格，请逐格选择：' : '您打开之后报表已被改动，但没有改您填的格，可以接着保存。'), both.length ? table : null], [['保存所选', 'yes']], { wide: true });
  if (!yes) return null;
  for (const x of choices) if (x.theirsBox.checked) page.grid.pending.delete(x.key);
  page.etag = now.etag;
  page.grid.cells = cells;
  return page.grid.pending.size ? save(page, () => decide(page)) : '已采用他人的数';
}

async function gridParts(context, where, page, parts, data) {
  const { split, drawer } = parts;
  const [comments, checks, explanations] = await Promise.all([quiet(get(kApi + '/comments', { unit: where.unit, period: where.period, table: where.table }), { items: [] }), quiet(readChecks(where), []), quiet(readExplanations(where), [])]);
  Object.assign(page, { checks, explanations });
  const close = () => {
    drawer.hidden = true;
    split.classList.remove('open');
    history.replaceState(null, '', context.href('reports', { ...context.parameters, row: undefined, col: undefined }));
    page.grid.select(page.grid.active);
  };
  const open = (row, col) => {
    const at = page.grid.find(row, col);
    if (at.r < 0 || at.c < 0) return undefined;
    drawer.hidden = false;
    split.classList.add('open');
    page.grid.select(at);
    history.replaceState(null, '', context.href('reports', { ...context.parameters, row, col }));
    const cell = page.grid.cell(at);
    const told = { table: where.table, row, col, rowName: page.grid.rows[at.r].name, colName: page.grid.cols[at.c].name };
    const summed = where.layer !== 'own' || (cell && cell.state === 'sum');
    return summed ? contributions(context, { ...where, printed: page.grid.cols[at.c].unit || page.grid.rows[at.r].unit || data.table.unit }, told, cell || { value: '', text: '' }, drawer, open, close) : drill(context, where, told, cell, comments.items, drawer, open, close);
  };
  const edits = where.layer === 'own' && !where.revision && !page.fixed && context.may('report.compute');
  const grid = new Grid(data, {
    editable: edits, adjusts: context.may('report.adjust'), today: context.session.businessDay, open, close,
    why: page.fixed ? '已上报的报表不能再填，请上级退回后再改' : where.layer !== 'own' || where.revision ? '汇总数和上报版只能查看' : '没有填报权限，只能查看',
    changed: () => { if (page.draft) page.draft.changed(); },
    complaints: async (found, taken) => dialog('粘贴', [el('p', {}, `能粘贴 ${taken} 格，下面 ${found.length} 格不能：`), listing(['格', '内容', '问题'], found.slice(0, 200).map((c) => el('tr', {}, el('td', { class: 'mono' }, c.place), el('td', {}, c.word), el('td', { class: 'red' }, c.why))), { id: 'paste-complaints' })],
      taken ? [[`粘贴其余 ${taken} 格`, 'yes']] : [], { wide: true }),
    told: () => { if (page.grid) Object.assign(remembered, { key: page.key, at: page.grid.active }); },
    reason: async (cell, value) => {
      const answer = await ask('改数', [{ name: 'reason', label: '理由', needed: true }], { confirm: '改数', before: el('p', {}, `这一格是取来的 ${grouped((cell && cell.value) || '空')}，改为 ${grouped(value)}。`) });
      return answer && answer.reason;
    },
  });
  page.grid = grid;
  page.columns = columns(page);
  if (edits) Object.assign(page, { lease: leaseBar(page), draft: drafting(page) });
  context.unsaved = () => (grid.pending.size ? `有 ${grid.pending.size} 格没有保存，离开就丢了。仍要离开？` : '');
  grid.setMarks(marksOf(checks, comments.items, where.table));
  attachKeys(grid, {
    save: () => page.save(),
    locate: async () => {
      const answer = await ask('定位', [{ name: 'at', label: '行,栏', value: grid.key().replace('|', ','), needed: true }], { confirm: '定位' });
      const [row, col] = answer ? answer.at.normalize('NFKC').split(/[,，\s]+/) : [];
      const at = answer && grid.find(row, col);
      if (at && at.r >= 0 && at.c >= 0) grid.select(at);
      else if (answer) grid.say(`没有第 ${row} 行第 ${col} 栏`);
    },
  });
  const first = grid.nodes.flat().find((n) => (edits ? isTyped(grid.kind(n.place)) : grid.amount(n.place))) || grid.nodes[0][0];
  const start = remembered.key === page.key && remembered.at && grid.nodes[remembered.at.r] ? remembered.at : first.place;
  return { grid, open, start };
}

export async function sheetPage(context, where, units, name) {
  const { items: list, bookless } = await packagesOf(context, where.unit, where.period);
  where.layer = where.layer || (bookless ? 'sum' : 'own');
  const of = list.find((p) => p.tables.some((t) => t.code === where.table));
  if (of) where.package = of.code;
  const page = { context, where, units, unitName: name, key: [where.unit, where.period, where.table, where.layer, where.revision].join('|'), packageTitle: of ? of.title : where.table, bookless };
  page.path = `${kApi}/tables/${encodeURIComponent(where.table)}`;
  page.query = { unit: where.unit, period: where.period, layer: where.layer === 'own' ? undefined : where.layer, revision: where.revision };
  const [assignment, submissions, reminders, table] = await Promise.all([
    quiet(assignmentOf(where.unit, where.package, where.period), null), quiet(get(kApi + '/submissions', { unit: where.unit }), { items: [] }), quiet(get(kApi + '/reminders', { unit: where.unit }), { items: [] }),
    getWithEtag(page.path, page.query).catch((error) => ({ error }))]);
  if (table.error && !(table.error instanceof ApiError)) throw table.error;
  page.assignment = assignment;
  const duties = quiet(dutiesOf(assignment), []);
  page.duty = assignment && assignment.own ? (await duties).find((d) => d.unit === where.unit) || null : null;
  page.fixed = Boolean(page.duty && (page.duty.state === 'submitted' || page.duty.state === 'locked'));
  page.etag = table.etag;
  page.reload = (text) => { said = text; context.update({}, { replace: true }); };
  page.turn = (parameters, text) => { said = text; context.update(parameters); };

  const drawer = el('aside', { class: 'drawer', id: 'drill', hidden: true, 'aria-label': '数据反查' });
  const split = el('div', { class: 'split' });
  const dock = el('div');
  const parts = { split, drawer };
  let shown = problem(table.error || {});
  let made = null;
  if (!table.error) made = await gridParts(context, where, page, parts, table.data);
  page.save = async () => {
    try {
      const text = await save(page, () => decide(page));
      if (text) page.reload(text);
    } catch (error) {
      await tellProblem('保存', error);
    }
  };
  const showPanel = () => {
    const close = () => { history.replaceState(null, '', context.href('reports', { ...context.parameters, panel: undefined })); fill(dock); };
    fill(dock, checkPanel({ where, checks: page.checks, explanations: page.explanations, may: context.may('report.compute') && !page.fixed && !where.revision, close,
      changed: () => page.reload('说明已保存'),
      jump: (at, left, right) => {
        if (at.table === where.table) return made.grid.flash(left, right);
        flashed = { table: at.table, left, right };
        return context.update({ table: at.table, row: undefined, col: undefined });
      } }));
  };
  const beside = el('div');
  const showLastYear = async () => {
    if (beside.firstChild) return fill(beside);
    fill(beside, await lastYearPanel({ data: table.data, where, grid: made.grid, close: () => fill(beside) }));
    return beside.scrollIntoView({ block: 'nearest' });
  };
  page.panel = (panel) => {
    const there = dock.firstChild;
    history.replaceState(null, '', context.href('reports', { ...context.parameters, panel: there ? undefined : panel }));
    if (there) fill(dock);
    else showPanel();
  };

  const back = context.link('reports', { unit: context.parameters.unit, table: undefined, package: undefined, row: undefined, col: undefined }, '报表');
  const spoken = said;
  said = '';
  if (made) {
    const { table: t, task, submitted } = table.data;
    shown = [el('div', { class: 'report-title' }, t.title),
      el('div', { class: 'report-facts' }, el('span', {}, `编制单位：${name}`), el('span', {}, t.period === 'year' ? `${where.period.slice(0, 4)} 年 1 月至 ${Number(where.period.slice(5))} 月` : chinesePeriod(where.period)), el('span', {}, `金额单位：${t.unit}`)),
      submitted && submitted.differs ? el('p', { class: 'notice' }, `第 ${submitted.revision} 版上报之后，今天的数已经不同。`, el('button', { type: 'button', class: 'link', onclick: () => showChanges(where) }, '看差别')) : null,
      viewTools(made.grid, el('button', { type: 'button', 'data-word': '上年同期', onclick: showLastYear }, '上年同期')), made.grid.element, tabs(context, of ? of.tables : [t], where, badgesOf(page.checks)), made.grid.bar, legend(made.grid), cellMenu(made.grid, page, made.open), beside, t.note ? el('p', { class: 'note' }, t.note) : null];
    page.computed = `${task.computedBy} 于 ${new Date(task.computedUnixMs).toLocaleString('zh-CN')} 计算`;
    if (context.parameters.panel === 'checks') showPanel();
  } else if (of) {
    shown = [problem(table.error), tabs(context, of.tables, where, new Map())];
  }
  const failed = made ? table.data.task.failedChecks : 0;
  fill(split, el('div', { class: 'middle' }, shown, dock), drawer);
  const pick = (unit) => {
    const book = context.books.find((b) => b.unit === unit);
    context.update({ unit, book: book ? book.code : context.parameters.book, period: where.period, revision: undefined, layer: undefined, row: undefined, col: undefined });
  };
  if (made)
    setTimeout(() => {
      const { row, col } = context.parameters;
      made.grid.freeze();
      page.columns.apply();
      if (flashed && flashed.table === where.table) made.grid.flash(flashed.left, flashed.right);
      else if (row && col) made.open(row, col);
      else made.grid.select(made.start);
      flashed = null;
    });
  return [
    el('div', { class: 'crumbs' }, back, ' › ', made ? table.data.table.title : where.table),
    head(where.table, page.computed || '', made ? el('span', { class: 'tag ' + (failed ? 'bad' : 'good') }, failed ? `${failed} 项审核未过` : '审核通过') : null, el('div', { class: 'tools inline' }, chooser(context, where, submissions.items, bookless))),
    el('div', { class: 'reportbar' }, stamp(page), toolbar(page)),
    page.duty && page.duty.state === 'returned' ? el('p', { class: 'notice bad', id: 'returned' }, `上级退回：${page.duty.reason}（${page.duty.by}　${page.duty.at}）`) : null,
    reminderOf(page, reminders.items),
    page.lease || null,
    page.draft ? page.draft.element : null,
    spoken && spoken.length ? el('div', { class: 'notice', id: 'said', role: 'status' }, [spoken].flat().map((line) => el('div', {}, line))) : null,
    el('div', { class: 'withunits' }, unitTree(units, where.unit, duties, pick), split),
  ];
}
