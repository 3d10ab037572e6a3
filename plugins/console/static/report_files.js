// SPDX-License-Identifier: Apache-2.0
// Files that come and go: 导入, 批量导入, 代报, 离线填报包, 接收数据包. What comes in is looked at first and taken after.
import { el } from './dom.js';
import { post, file, keep } from './api.js';
import { dialog, grid } from './report_dialog.js';
import { differences } from './report_differences.js';
import { kApi } from './report_api.js';

const path = (name, parameters) => `${kApi}/${name}?${new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== ''))}`;

async function choose(title, text, accept, confirm, more = []) {
  const input = el('input', { type: 'file', name: 'file', accept });
  const yes = await dialog(title, [text.map((t) => el('p', {}, t)), el('label', {}, el('span', {}, '文件'), input), more], [[confirm, 'yes']], { check: () => (input.files.length ? '' : '请选择文件') });
  return yes ? input.files[0] : null;
}

// where: {unit?, period}; without a unit every unit of the file is taken. Resolves with what was done, or null.
export async function importFile(word, where) {
  const chosen = await choose(word, [
    where.unit ? '本单位的表：导出的 Excel 填好后可以直接导入，别的系统按同样格式填的也可以；表名、期间、单位、行次、栏次都会核对。' : '多个单位的表：一个工作簿、一个清单，或装有许多文件的 zip；每个单位整体导入或不导入。',
    '只有填报格会导入；取数和计算格只比较，不同的列出来，以系统的数为准。也可以是清单：表头 单位 表号 行号 栏号 金额 理由。'], '.xlsx,.csv,.zip', '预览');
  if (!chosen) return null;
  const asked = { period: where.period, unit: where.unit, name: chosen.name };
  const seen = (await post(path('imports', asked), { file: chosen })).data;
  const can = seen.items.some((i) => i.state === 'preview') && new Set(seen.items.map((i) => i.unit)).size > new Set(seen.items.filter((i) => i.state === 'refused' && !i.table).map((i) => i.unit)).size;
  const yes = await dialog(word + '预览', [el('p', { id: 'preview-summary' }, seen.summary), differences(seen.items)], can ? [['导入', 'yes']] : [], { wide: true });
  return yes ? (await post(path('imports', { ...asked, apply: 'yes' }), { file: chosen })).data.summary : null;
}

const kArrivals = { preview: '可接收', task: '离线填报包', same: '已有同一版', refused: '不能接收', taken: '已接收' };
export async function receivePackage() {
  const chosen = await choose('接收数据包', ['下级报来的数据包，或要在这里填写的离线填报包。先核对签名、内容和版次，再由您决定。'], '.zip', '预览');
  if (!chosen) return null;
  const seen = (await post(path('packages', {}), { file: chosen })).data;
  const units = seen.items.filter((i) => i.state !== 'cell');
  const cells = seen.items.filter((i) => i.state === 'cell');
  const list = grid(['单位', '报表包', '期间', '版', '结论', '问题'], units.map((i) => el('tr', { 'data-unit': i.unit, 'data-state': i.state }, el('td', {}, i.unit), el('td', {}, i.package), el('td', {}, i.period), el('td', { class: 'center' }, i.revision === '0' ? '' : i.revision),
    el('td', { class: 'center' }, kArrivals[i.state] || i.state), el('td', { class: 'wrap red' }, i.complaint))), { id: 'arrivals' });
  const yes = await dialog('接收数据包', [el('p', {}, seen.summary), list, cells.length ? [el('h3', {}, '与这里不同的格'), differences(cells)] : null], units.some((i) => i.state !== 'refused' && i.state !== 'same') ? [['接收', 'yes']] : [], { wide: true });
  return yes ? (await post(path('packages', { apply: 'yes' }), { file: chosen })).data.summary : null;
}

// where: {package, unit, period}
export async function submitFor(where, name) {
  const words = el('textarea', { name: 'words', maxlength: '300', placeholder: '有未通过的核实性审核时要写' });
  const chosen = await choose('代报', [`${name} 在本系统没有账套，由您按它的报表代报；保存为它上报的一版，审核照样进行。`, '文件是这个单位填好的表，或清单（表头 表号 行号 栏号 金额）。'], '.xlsx,.csv', '预览', el('label', {}, el('span', {}, '说明'), words));
  if (!chosen) return null;
  const asked = { package: where.package, unit: where.unit, period: where.period, words: words.value.trim(), name: chosen.name };
  const seen = (await post(path('submissions', { ...asked, preview: 'yes' }), { file: chosen })).data;
  const yes = await dialog('代报预览', [el('p', { id: 'preview-summary' }, seen.summary), differences(seen.items)], seen.exit === 0 ? [['代报', 'yes']] : [], { wide: true });
  return yes ? (await post(path('submissions', asked), { file: chosen })).data.summary : null;
}

export async function takeKit(where, name) {
  keep(await file(`${kApi}/kits/${encodeURIComponent(where.package)}`, { unit: where.unit, period: where.period }, `${name || where.unit}_${where.package}_${where.period}_填报.zip`));
}
