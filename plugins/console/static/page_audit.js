// SPDX-License-Identifier: Apache-2.0
import { el, fill } from './dom.js';
import { get } from './api.js';
import { head, sheet, moment, empty } from './parts.js';

export const title = '审计';

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text, (_, value) => value), null, 2);
  } catch (_) {
    return text;
  }
}

export async function build(context) {
  const { chain = context.session.unit, object, after } = context.parameters;
  const [units, data] = await Promise.all([get('/api/v1/units'), get('/api/v1/audit', { chain, object, after, limit: 100 })]);
  const drawer = el('aside', { class: 'drawer', hidden: true });
  const split = el('div', { class: 'split' });
  const show = (e) => {
    fill(drawer, el('button', { class: 'close', onclick: () => { drawer.hidden = true; split.classList.remove('open'); } }, '关闭'),
      el('h2', {}, `第 ${e.seq} 条　${e.action}`), el('p', {}, `${moment(e.at)}　${e.actor}（${e.origin}）`),
      el('h2', {}, '变更内容'), el('div', { class: 'formula mono' }, pretty(e.body)),
      el('h2', {}, '对象摘要值'), el('div', { class: 'mono' }, e.objectDigest || '（无）'), el('h2', {}, '链上摘要值'), el('div', { class: 'mono' }, e.hash));
    drawer.hidden = false;
    split.classList.add('open');
  };
  const link = (e) => (/^voucher:\d+$/.test(e.object) ? context.link('voucher', { id: e.object.slice(8) }, e.object) : e.object);
  const rows = data.items.map((e) => el('tr', { tabindex: '0', onclick: (event) => { if (!event.target.closest('a')) show(e); }, onkeydown: (event) => { if (event.key === 'Enter') show(e); } },
    el('td', { class: 'center' }, e.seq), el('td', {}, moment(e.at)), el('td', {}, e.action), el('td', {}, link(e)), el('td', {}, e.actor), el('td', {}, e.origin), el('td', { class: 'mono' }, e.hash.slice(0, 16) + '…')));
  const chains = [...units.items.map((u) => [u.code, `${u.code} ${u.name}`]), ['system', 'system 系统']];
  fill(split, sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['序号', '时间', '动作', '对象', '操作人', '途径', '链上摘要值'].map((t) => el('th', {}, t)))),
    el('tbody', { id: 'entries' }, rows.length ? rows : empty(7, '没有记录。')))), drawer);
  return [
    head('审计日志', `共 ${data.size} 条，逐条串联，不可改删`),
    el('div', { class: 'tools' }, el('label', {}, '审计链', el('select', { onchange: (e) => context.go('audit', { chain: e.target.value }) }, chains.map(([code, name]) => el('option', { value: code, selected: code === chain }, name)))),
      object ? [el('span', { class: 'note' }, `只看 ${object}`), context.link('audit', { chain }, '看全部')] : null, el('span', { class: 'space' }),
      after ? el('button', { onclick: () => context.go('audit', { chain }) }, '从头看') : null,
      !object && data.size > 100 ? el('button', { onclick: () => context.go('audit', { chain, after: String(Math.max(0, data.size - 100)) }) }, '最新 100 条') : null,
      data.next ? el('button', { onclick: () => context.go('audit', { chain, after: data.next }) }, '下一页') : null),
    split,
  ];
}
