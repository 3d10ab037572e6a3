// SPDX-License-Identifier: Apache-2.0
// The toolbar of a report, in the words accountants know; each word is one call of the API. What a person may not do, or the
// state of the report does not allow, is not shown.
import { el } from './dom.js';
import { get, post, patch, file, keep } from './api.js';
import { ask, dialog, tell, tellProblem, grid } from './report_dialog.js';
import { differences } from './report_differences.js';
import { importFile, submitFor } from './report_files.js';
import { kApi, isBelow } from './report_api.js';

const kFormats = [['xlsx', 'Excel（值）', 'xlsx'], ['xlsx-formulas', 'Excel（带公式）', 'xlsx'], ['docx', 'Word', 'docx'], ['pdf', 'PDF', 'pdf'], ['csv', 'CSV', 'csv']];

// page: {context, where, units, assignment, duty, grid, fixed, reload(said), panel(name), view}
export function toolbar(page) {
  const { context, where } = page;
  const may = (permission) => context.may('report.' + permission);
  const working = where.layer === 'own' && !where.revision;
  const edits = working && !page.fixed && may('compute');
  const whole = { package: where.package, unit: where.unit, period: where.period };
  const manages = may('manage') && (where.unit !== context.session.unit || !page.assignment || page.assignment.owner === where.unit);
  const below = page.units.some((u) => u.parent === where.unit);

  // Runs one word; what it is refused with is shown, and the page is read again after it.
  const run = (word, action, { reload = true } = {}) => async (event) => {
    const button = event && event.currentTarget;
    if (button) button.disabled = true;
    try {
      const said = await action();
      if (said !== null && reload) page.reload(said);
    } catch (error) {
      await tellProblem(word, error);
    } finally {
      if (button) button.disabled = false;
    }
  };
  const act = async (name, body) => (await post(`${kApi}/actions/${name}`, { body })).data;

  // Shows what would change before it does.
  const previewed = (word, name) => run(word, async () => {
    if (page.grid && page.grid.pending.size) return tell(word, el('p', {}, '有未保存的格，请先保存。')).then(() => null);
    const seen = await act(name, { ...whole, preview: 'yes' });
    if (!seen.items.length) return name === 'fetch' ? (await act(name, whole)).summary : seen.summary;
    const yes = await dialog(word, [el('p', {}, seen.summary), differences(seen.items)], [[word, 'yes']], { wide: true });
    return yes ? (await act(name, whole)).summary : null;
  });

  const exported = (format, ending, what) => run('导出', async () => {
    const made = await file(kApi + '/export', { ...(what === 'table' ? { table: where.table } : { package: where.package }), unit: where.unit, period: where.period, layer: where.layer, revision: where.revision, format },
      `${page.unitName}_${what === 'table' ? where.table : where.package}_${where.period}${where.revision ? '_r' + where.revision : ''}.${ending}`);
    keep(made);
    return null;
  });
  const print = run('打印', async () => {
    const made = await file(kApi + '/export', { table: where.table, unit: where.unit, period: where.period, layer: where.layer, revision: where.revision, format: 'pdf' }, 'print.pdf').catch((error) => {
      if (error.status !== 404) throw error;
      return null;
    });
    if (made) window.open(URL.createObjectURL(made.blob), '_blank');
    else window.print();
    return null;
  });
  const upload = run('生成上报文件', async () => {
    const made = await file(`${kApi}/files/${encodeURIComponent(where.package)}`, { unit: where.unit, period: where.period, layer: where.layer === 'own' ? undefined : where.layer, revision: where.revision });
    made.name = `${page.unitName}_${where.package}_${where.period}.${made.blob.type.includes('zip') ? 'zip' : 'dat'}`;
    const yes = await dialog('生成上报文件', [el('p', {}, `${made.name}，${made.blob.size} 字节。`), el('p', {}, '摘要 ', el('span', { class: 'mono' }, made.etag))], [['下载', 'yes']]);
    if (yes) keep(made);
    return null;
  });

  const take = run('导入', () => importFile('导入', where));
  const takeMany = run('批量导入', () => importFile('批量导入', { period: where.period }));
  const fileFor = run('代报', () => submitFor(where, page.unitName));

  const audit = (word, table) => run(word, async () => {
    const { summary, items } = await act('check', { ...whole, layer: where.layer, table });
    if (!context.parameters.panel) page.panel('checks');
    // What stands against a report and is no rule of a table: the comparison with the other ministry, a sum gone stale.
    return [summary, ...items.filter((i) => i.kind === 'bridge' || i.kind === 'sum').map((i) => i.what)];
  });
  const clear = run('删除当前表的数据', async () => {
    const sure = await ask('删除当前表的数据', [{ name: 'confirm', label: `再写一遍表号 ${where.table}`, needed: true, equals: where.table }], { confirm: '删除', danger: true, before: el('p', {}, '本表所有填报和改数都会删除，取来的数不变；删除的留有记录。') });
    return sure ? (await act('clear', { unit: where.unit, table: where.table, period: where.period, confirm: sure.confirm })).summary : null;
  });
  const submit = run('上报', async () => {
    const yes = await dialog('上报', el('p', {}, `上报 ${page.packageTitle}（${where.period}${where.layer === 'sum' ? '，汇总数' : ''}）？上报后不能再改，除非上级退回。`), [['上报', 'yes']]);
    return yes ? (await act('submit', { assignment: page.assignment.assignment, unit: where.unit, layer: where.layer })).summary : null;
  });
  const giveBack = run('退回', async () => {
    const said = await ask('退回', [{ name: 'reason', label: '理由', needed: true, area: true }], { confirm: '退回' });
    return said ? (await act('return', { assignment: page.assignment.assignment, unit: where.unit, reason: said.reason })).summary : null;
  });
  const remind = run('催报', async () => {
    const said = await ask('催报', [{ name: 'words', label: '内容', value: `请尽快上报${page.packageTitle}` }], { confirm: '催报' });
    return said ? (await act('remind', { assignment: page.assignment.assignment, units: where.unit === context.session.unit ? '' : where.unit, words: said.words })).summary : null;
  });
  const partsTable = (items) => grid(['单位', '状态', '版'], items.map((i) => el('tr', {}, el('td', {}, i.name || i.unit), el('td', { class: i.state === 'missing' ? 'red' : '' }, { submitted: '已报', working: '编制数', missing: '缺', 'not-summed': '不能汇总的格' }[i.state] || i.state),
    el('td', { class: 'center' }, i.revision === '0' ? '' : i.revision))));
  const collect = run('收集下级数据', async () => {
    const seen = await act('collect', whole);
    await tell('收集下级数据', el('p', {}, seen.summary), partsTable(seen.items));
    return null;
  });
  const sum = run('汇总', async () => {
    const boxes = page.units.filter((u) => isBelow(page.units, u.code, where.unit)).map((u) => [u, el('input', { type: 'checkbox', value: u.code })]);
    const how = el('select', { name: 'how' }, el('option', { value: 'sum' }, '求和'), el('option', { value: 'difference' }, '差额表（本单位数减下级之和）'));
    const yes = await dialog('汇总', [el('label', {}, el('span', {}, '方法'), how), el('p', { class: 'note' }, '不选单位就汇总所有应报单位。'), el('div', { class: 'choices' }, boxes.map(([u, box]) => el('label', {}, box, ` ${u.code} ${u.name}`)))], [['汇总', 'yes']]);
    if (!yes) return null;
    const units = boxes.filter(([, box]) => box.checked).map(([u]) => u.code).join(',');
    const done = await act(how.value, { ...whole, ...(how.value === 'sum' && units ? { units } : {}) });
    page.turn({ layer: how.value, revision: undefined, row: undefined, col: undefined }, done.summary);
    return null;
  });
  const search = run('查询', async () => {
    const at = page.grid ? page.grid.key().split('|') : ['1', '1'];
    const said = await ask('查询', [{ name: 'condition', label: '格的条件', value: `${where.table}[${at[0]},${at[1]}] < 0`, needed: true }], { confirm: '查询' });
    if (!said) return null;
    const found = (await post(kApi + '/query', { body: { condition: said.condition, period: where.period } })).data;
    await tell('查询', el('p', {}, found.summary), grid(['单位', '数'], found.items.map((i) => el('tr', {}, el('td', {}, context.link('reports', { ...context.parameters, unit: i.unit, row: undefined, col: undefined }, `${i.unit} ${i.name || ''}`)), el('td', {}, i.values || '')))));
    return null;
  });
  const comment = run('批注', async () => {
    const [row, col] = page.grid.key().split('|');
    const said = await ask('批注', [{ name: 'words', label: `${where.table}[${row},${col}]`, needed: true, area: true }], { confirm: '保存批注' });
    return said ? (await post(kApi + '/comments', { body: { unit: where.unit, period: where.period, table: where.table, row, col, words: said.words } })).data.summary : null;
  });
  const notes = run('指标解释', async () => {
    const found = await get(kApi + '/notes', { table: where.table, period: where.period });
    await tell('指标解释', el('p', {}, found.summary), grid(['格', '指标', '解释', '公式'], found.items.map((i) => el('tr', {}, el('td', { class: 'mono' }, i.place), el('td', { class: 'narrow' }, i.name), el('td', { class: 'wrap' }, i.note), el('td', { class: 'wrap mono' }, i.formula)))));
    return null;
  });

  // A new row below the active one, or the active one taken out.
  const rowWord = (word, name) => run(word, async () => {
    const at = page.grid.active;
    const rows = page.grid.rows;
    const section = page.grid.data.sections.find((s) => rows[at.r].variable && Number(s.first) <= Number(rows[at.r].code) && Number(rows[at.r].code) <= Number(s.last)) || (name === 'insert-row' ? page.grid.data.sections.find((s) => s.rows === 0) : null);
    if (!section) return tell(word, el('p', {}, '请先选中一个变长行（明细行）。')).then(() => null);
    if (page.grid.pending.size) return tell(word, el('p', {}, '有未保存的格，请先保存。')).then(() => null);
    const row = name === 'delete-row' ? rows[at.r].code : rows[at.r].variable ? String(Number(rows[at.r].code) + 1) : section.first;
    if (name === 'delete-row') {
      const yes = await dialog(word, el('p', {}, `删除第 ${row} 行？这一行填的内容一起删除，留有记录。`), [['删除', 'yes', 'danger']]);
      if (!yes) return null;
    }
    return (await act(name, { unit: where.unit, period: where.period, table: where.table, row, etag: (page.etag || '').replace(/"/g, '') })).summary;
  });
  const choose = run('栏', async () => {
    const boxes = page.grid.cols.map((c) => [c, el('input', { type: 'checkbox', value: c.code, checked: !page.grid.hidden.has(c.code) })]);
    const yes = await dialog('显示哪些栏', el('div', { class: 'choices', id: 'columns' }, boxes.map(([c, box]) => el('label', {}, box, ` ${c.code} ${c.group ? c.group + ' · ' : ''}${c.name}`))), [['确定', 'yes']],
      { check: () => (boxes.some(([, box]) => box.checked) ? '' : '至少要留一栏') });
    if (yes) page.columns.set(boxes.filter(([, box]) => !box.checked).map(([c]) => c.code));
    return null;
  });

  const button = (word, onclick, options = {}) => el('button', { type: 'button', 'data-word': word, onclick, ...options }, word);
  const menu = el('details', { class: 'menu' }, el('summary', { 'data-word': '导出' }, '导出'), el('div', { class: 'drop' },
    kFormats.map(([format, name, ending]) => el('div', {}, el('button', { type: 'button', 'data-format': format, onclick: exported(format, ending, 'table') }, name), el('button', { type: 'button', onclick: exported(format, ending, 'package') }, '整套')))));
  menu.addEventListener('focusout', (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
  const computed = Boolean(page.grid);
  const asked = Boolean(page.assignment && page.assignment.own);
  const open = asked && page.assignment.state === 'open';
  const groups = [
    [button('刷新', () => page.reload('')), edits && button('更新', previewed('更新', 'fetch')), edits && computed && button('保存', () => page.save(), { class: 'primary' })],
    [computed && button('打印', print), computed && menu, computed && where.layer !== 'difference' && button('生成上报文件', upload), edits && button('导入', take), below && may('compute') && button('批量导入', takeMany)],
    [edits && computed && button('本表计算', run('本表计算', async () => (await act('compute', { ...whole, table: where.table })).summary)), edits && button('全部重算', run('全部重算', async () => (await act('compute', whole)).summary))],
    [computed && may('compute') && !where.revision && where.layer !== 'difference' && [button('本表审核', audit('本表审核', where.table)), button('完全审核', audit('完全审核'))], computed && button('审核结果', () => page.panel('checks'))],
    [edits && button('提取上期数', previewed('提取上期数', 'take-over')), edits && computed && button('删除当前表的数据', clear, { class: 'danger' }), edits && computed && page.grid.data.sections.length && [button('插入', rowWord('插入', 'insert-row')), button('删除', rowWord('删除', 'delete-row'))]],
    [open && computed && may('submit') && !page.fixed && !where.revision && where.layer !== 'difference' && button('上报', submit, { class: 'primary' }), asked && manages && page.duty && page.duty.state === 'submitted' && button('退回', giveBack),
      below && button('收集下级数据', collect), below && may('manage') && button('汇总', sum), page.bookless && asked && manages && !page.fixed && button('代报', fileFor), open && may('manage') && !page.fixed && button('催报', remind), page.assignment && button('报送情况', () => context.go('status', { assignment: page.assignment.assignment, unit: where.unit }))],
    [button('查询', search), computed && button('栏', choose), computed && may('compute') && button('批注', comment), button('指标解释', notes)],
  ];
  return el('div', { class: 'toolbar', role: 'toolbar', 'aria-label': '报表' }, groups.map((g) => g.flat().filter(Boolean)).filter((g) => g.length).map((g) => el('div', { class: 'group' }, g)));
}

// Saves what was typed; on a conflict every cell is decided by whoever typed.
export async function save(page, conflict) {
  const { where } = page;
  const entries = page.grid.entries();
  if (!entries.length) return '没有要保存的格';
  try {
    const { data } = await patch(`${kApi}/cells?unit=${encodeURIComponent(where.unit)}&period=${encodeURIComponent(where.period)}`, { body: { cells: entries }, headers: { 'If-Match': page.etag } });
    page.grid.pending.clear();
    return data.summary;
  } catch (error) {
    if (error.problem && error.problem.rule === 'report.stale') return conflict();
    throw error;
  }
}
