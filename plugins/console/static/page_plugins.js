// SPDX-License-Identifier: Apache-2.0
import { el } from './dom.js';
import { get } from './api.js';
import { head, sheet } from './parts.js';

export const title = '插件';
const kStatus = { active: ['运行中', 'good'], inactive: ['未启用', ''], refused: ['被拒绝', 'bad'], quarantined: ['已隔离', 'bad'] };

export async function build() {
  const data = await get('/api/v1/plugins');
  return [head('插件', `共 ${data.items.length} 个`), sheet(el('table', { class: 'grid' },
    el('thead', {}, el('tr', {}, ['标识', '名称', '版本', '提供者', '状态', '签名', '扩展点', '说明'].map((t) => el('th', {}, t)))),
    el('tbody', {}, data.items.map((p) => el('tr', {}, el('td', {}, p.id), el('td', {}, p.name), el('td', {}, p.version), el('td', {}, p.vendor),
      el('td', { class: 'center' }, el('span', { class: 'tag ' + (kStatus[p.status] || [])[1] }, (kStatus[p.status] || [p.status])[0])),
      el('td', {}, p.signedBy === 'unsigned' ? el('span', { class: 'tag wait' }, '未签名') : p.signedBy), el('td', { class: 'mono' }, p.provides.join(' ')), el('td', { class: 'wrap' }, p.reason)))))) ];
}
