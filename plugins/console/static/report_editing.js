// SPDX-License-Identifier: Apache-2.0
// At work on a report: who else is, and what was typed and not yet saved, kept on the server so that a browser may die.
import { el, fill } from './dom.js';
import { get, post } from './api.js';
import { kApi } from './report_api.js';
import { isTyped, writtenIn } from './report_model.js';
import { ask, tellProblem } from './report_dialog.js';

const kRenewMs = 60000;
const kDraftMs = 1200;
const kLeaveMs = 1000;  // the next page has been built by then

// The report that is open here. Its lease is given up when the page is left - for another report, another page, or for good.
let held = null;
const leave = () => {
  if (held && held.mine) post(kApi + '/actions/leave', { body: held.body, keepalive: true }).catch(() => {});
  held = null;
};
window.addEventListener('pagehide', leave);
window.addEventListener('hashchange', () => setTimeout(() => { if (held && !held.bar.isConnected) leave(); }, kLeaveMs));

// Shows who fills the report in; renews as long as somebody types.
export function leaseBar(page) {
  const { where } = page;
  const bar = el('div', { id: 'lease', class: 'lease', role: 'status' });
  const body = { package: where.package, unit: where.unit, period: where.period };
  let active = false;
  if (held && JSON.stringify(held.body) !== JSON.stringify(body)) leave();
  const here = held = { bar, body, mine: Boolean(held && held.mine) };
  const show = (found) => {
    const lease = found.items[0];
    here.mine = Boolean(lease && lease.state === 'mine');
    if (!lease) fill(bar);
    else if (lease.state === 'mine') fill(bar, `您在填报，别人看得见（自 ${lease.since}）` + (lease.takenFrom ? `，接自 ${lease.takenFrom}：${lease.reason}` : ''));
    else
      fill(bar, el('span', { class: 'notice wait' }, `${lease.holder} 自 ${lease.since} 起在填报这套表` + (lease.takenFrom ? `（从 ${lease.takenFrom} 接手：${lease.reason}）` : '') + '。您仍可以填，先存的为准。',
        el('button', { type: 'button', class: 'link', id: 'take-lease', onclick: take }, '接手')));
    bar.dataset.state = lease ? lease.state : '';
  };
  const begin = (more) => post(kApi + '/actions/open', { body: { ...body, ...more } }).then(({ data }) => show(data));
  async function take() {
    const said = await ask('接手', [{ name: 'reason', label: '理由', needed: true }], { confirm: '接手' });
    if (said) await begin({ take: 'yes', reason: said.reason }).catch((error) => tellProblem('接手', error));
  }
  begin({}).catch(() => {});
  const timer = setInterval(() => {
    if (!bar.isConnected) return clearInterval(timer);
    const renewed = active ? begin({}) : get(kApi + '/lease', body).then(show);
    active = false;
    return renewed.catch(() => {});
  }, kRenewMs);
  page.worked = () => { active = true; };
  return bar;
}

// Keeps what is typed; offers what is left of a draft when the table is opened again.
export function drafting(page) {
  const { where, grid } = page;
  const element = el('div', { id: 'draft' });
  let offered = [];
  let kept = '';
  let timer = 0;
  let loaded = false;  // nothing is kept before what there was is known
  const cells = () => {
    const mine = grid.entries();
    const have = new Set(mine.map((e) => e.row + '|' + e.col));
    return [...mine, ...offered.filter((e) => !have.has(e.row + '|' + e.col)).map(({ row, col, value, reason }) => ({ table: where.table, row, col, value, reason }))];
  };
  const keep = () => {
    clearTimeout(timer);
    const now = cells();
    const text = JSON.stringify(now);
    if (text === kept || !loaded) return Promise.resolve();
    kept = text;
    const said = post(kApi + '/drafts', { body: { unit: where.unit, period: where.period, table: where.table, cells: now, etag: (page.etag || '').replace(/"/g, '') } }).catch(() => { kept = ''; });
    return said.then(() => { element.dataset.kept = String(now.length); });
  };
  const restore = () => {
    grid.remember();
    for (const { row, col, value, reason } of offered) {
      const at = grid.find(row, col);
      if (at.r < 0 || at.c < 0 || !(isTyped(grid.kind(at)) || grid.mayType(at)) || value === writtenIn(grid.cell(at))) continue;
      grid.pending.set(grid.key(at), { value, reason });
    }
    offered = [];
    fill(element);
    grid.repaint();
    grid.say(`已恢复 ${grid.pending.size} 格，还没有保存`);
  };
  const drop = () => { offered = []; fill(element); keep(); };
  get(kApi + '/drafts', { unit: where.unit, period: where.period, table: where.table }).then((found) => {
    offered = found.items.filter((e) => e.value !== writtenIn(grid.cells.get(e.row + '|' + e.col)));
    kept = JSON.stringify(offered.map(({ row, col, value, reason }) => ({ table: where.table, row, col, value, reason })));
    if (!offered.length) return;
    const moved = found.evidence && found.evidence.digest !== (page.etag || '').replace(/"/g, '');
    fill(element, el('div', { class: 'notice wait', id: 'restore' }, `有 ${found.evidence.at} 没有保存的 ${offered.length} 格${moved ? '（之后报表有改动，恢复后请核对）' : ''}。`,
      el('button', { type: 'button', class: 'link', 'data-draft': 'restore', onclick: restore }, `恢复未保存的 ${offered.length} 格`), ' ', el('button', { type: 'button', class: 'link', 'data-draft': 'drop', onclick: drop }, '放弃')));
  }).catch(() => {}).then(() => { loaded = true; changed(); });
  kept = '[]';
  function changed() {
    if (JSON.stringify(cells()) === kept) return;
    if (page.worked) page.worked();
    clearTimeout(timer);
    timer = setTimeout(keep, kDraftMs);
  }
  return { element, changed };
}

// Which columns are seen, kept in this browser for each table.
export function columns(page) {
  const name = 'mif.hidden.' + page.where.table;
  const read = () => { try { return JSON.parse(localStorage.getItem(name) || '[]'); } catch (_) { return []; } };
  return {
    apply: () => { const codes = read().filter((c) => page.grid.cols.some((x) => x.code === c)); if (codes.length) page.grid.hide(codes); },
    set: (codes) => {
      try { localStorage.setItem(name, JSON.stringify(codes)); } catch (_) { /* this browser keeps nothing */ }
      page.grid.hide(codes);
    },
  };
}
