// SPDX-License-Identifier: Apache-2.0
// The tree of units a person sees, each with the state of its report.
import { el, fill } from './dom.js';
import { get } from './api.js';
import { dutySign, inTree, kApi, kDuties } from './report_api.js';

// pick(code) when another unit is chosen; duties: promise of [{unit, state}], may be empty.
export function unitTree(units, current, duties, pick) {
  if (units.length < 2) return null;
  const rows = inTree(units).map((u) => {
    const sign = el('span', { class: 'sign' });
    const button = el('button', { type: 'button', class: 'unit depth' + Math.min(u.depth, 4), 'data-unit': u.code, 'aria-current': u.code === current ? 'true' : null, title: `${u.code} ${u.name}`, onclick: () => pick(u.code) }, sign, u.name);
    return { u, sign, button };
  });
  const list = el('div', { class: 'unitlist' }, rows.map((r) => r.button));
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const shown = rows.filter((r) => !r.button.hidden);
    const next = shown[shown.findIndex((r) => r.button === document.activeElement) + step];
    if (next) next.button.focus();
    event.preventDefault();
  });
  const search = units.length > 12 ? el('input', { type: 'search', placeholder: '找单位', 'aria-label': '找单位', oninput: (e) => rows.forEach((r) => { r.button.hidden = !(r.u.name + r.u.code).includes(e.target.value.trim()); }) }) : null;
  const legend = el('div', { class: 'legend' });
  duties.then((all) => {
    const states = new Map(all.map((d) => [d.unit, d.state]));
    for (const r of rows) if (states.has(r.u.code)) r.sign.replaceWith(dutySign(states.get(r.u.code)));
    if (states.size) fill(legend, Object.values(kDuties).map(([word, sign]) => el('span', {}, `${sign} ${word}`)));
  }, () => {});
  return el('aside', { class: 'units', 'aria-label': '单位' }, search, list, legend);
}

// The assignment that asks `unit` for this package and period: an open one first.
export async function assignmentOf(unit, code, period) {
  const { items } = await get(kApi + '/assignments', { unit });
  const fits = items.filter((a) => a.package === code && a.period === period);
  return fits.find((a) => a.own && a.state === 'open') || fits.find((a) => a.own) || fits[0] || null;
}
