// SPDX-License-Identifier: Apache-2.0
// Small pieces several pages share.
import { el } from './dom.js';

export function problem(error) {
  const document_ = error.problem;
  if (!document_) return el('div', { class: 'problem', role: 'alert' }, '页面出错：' + error.message);
  return el('div', { class: 'problem', role: 'alert' },
    el('strong', {}, document_.title || '请求失败'), '：', document_.detail || '', document_.rule ? el('small', { class: 'rule' }, ` ${document_.rule}`) : null,
    document_.errors && document_.errors.length ? el('ul', {}, document_.errors.map((e) => el('li', {}, `${e.pointer} ${e.message}`))) : null,
    document_.traceId ? el('div', { class: 'trace' }, `跟踪号 ${document_.traceId}`) : null);
}

export const kStates = {
  draft: ['草稿', ''], submitted: ['待审核', 'wait'], approved: ['已审核', 'wait'], posted: ['已记账', 'good'], void: ['已作废', 'bad'],
};
export const stateTag = (state) => el('span', { class: 'tag ' + (kStates[state] || [])[1] }, (kStates[state] || [state])[0]);

export const kNodes = { review: '审核', sign: '出纳签字', pay: '付款审批', settle: '银行回单', propose: '制单' };
export const nodeName = (node) => kNodes[node] || node;

export const number = (word, value) => (value ? `${word}-${String(value).padStart(4, '0')}` : `${word}（未编号）`);
export const chineseDay = (day) => { const [y, m, d] = day.split('-'); return `${y}年${m}月${d}日`; };
export const chinesePeriod = (period) => { const [y, m] = period.split('-'); return m === '13' ? `${y}年年终调整期` : `${y}年${m}月`; };
export const moment = (at) => (at ? at.slice(0, 19).replace('T', ' ') : '');

export const sourceNames = { exchange: '业务系统', api: '接口', treasury: '资金', '': '手工' };
export const sourceName = (plugin) => sourceNames[plugin] || plugin;

export function head(title, sub, ...right) {
  return el('div', { class: 'pagehead' }, el('h1', {}, title), el('span', { class: 'sub' }, sub), el('span', { class: 'space' }), right);
}

export function sheet(table) { return el('div', { class: 'sheet' }, table); }

export function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

export function empty(columns, text) { return el('tr', {}, el('td', { colspan: String(columns), class: 'center' }, text)); }

const kPlugins = { treasury: '资金模块', exchange: '业财模块', reporting: '报表模块' };
export const actorName = (actor) => (actor.startsWith('plugin:') ? kPlugins[actor.slice(7)] || actor.slice(7) : actor === 'system' ? '系统' : actor);

// "insutype=310;mode=1" in words, by the dimensions of the chart.
export function auxText(types, aux) {
  if (!aux) return '';
  return aux.split(';').map((pair) => {
    const [code, item] = pair.split('=');
    const type = types.find((t) => t.code === code);
    const known = type && type.items.find((i) => i.code === item);
    return `${type ? type.name : code}：${known ? known.name : item}`;
  }).join('；');
}
