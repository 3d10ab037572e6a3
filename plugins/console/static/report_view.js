// SPDX-License-Identifier: Apache-2.0
// Looking at a table: find a line, a column or a number; larger and smaller; what the colours mean; the menu of a cell.
import { el, fill } from './dom.js';
import { get, post } from './api.js';
import { ask, tell, tellProblem } from './report_dialog.js';
import { kApi } from './report_api.js';
import { kKinds } from './report_model.js';

const kZooms = [80, 90, 100, 110, 125, 150];
let zoom = 100;  // as long as the person stays in the console

const flat = (text) => String(text || '').normalize('NFKC').replace(/[\s,，]/g, '').toLowerCase();

// Every place that says what is looked for: cells by what they show, lines and columns by their names.
export function found(grid, wanted) {
  const word = flat(wanted);
  if (!word) return [];
  const places = [];
  grid.rows.forEach((row, r) => {
    const named = flat(row.name).includes(word) || flat(row.right).includes(word) || row.code === word;
    grid.cols.forEach((col, c) => {
      if (flat(grid.shown({ r, c })).includes(word) || (named && c === 0) || (r === 0 && flat(col.name).includes(word))) places.push({ r, c });
    });
  });
  return places;
}

function finder(grid) {
  const told = el('span', { class: 'sub', id: 'found', role: 'status' });
  let places = [];
  let at = -1;
  const mark = () => {
    for (const line of grid.nodes) for (const node of line) node.toggleAttribute('data-found', false);
    for (const p of places) grid.node(p).toggleAttribute('data-found', true);
  };
  const input = el('input', { type: 'search', id: 'find', placeholder: '找行、栏或数', 'aria-label': '在本表里找', autocomplete: 'off',
    oninput: () => {
      places = found(grid, input.value);
      at = -1;
      mark();
      fill(told, !input.value.trim() ? '' : places.length ? `${places.length} 处，按 Enter 逐个看` : '没有');
    },
    onkeydown: (event) => {
      if (event.key !== 'Enter' || event.isComposing || !places.length) return;
      event.preventDefault();
      at = (at + (event.shiftKey ? places.length - 1 : 1) + (at < 0 && event.shiftKey ? 1 : 0)) % places.length;
      grid.select(places[at], { focus: false });
      fill(told, `${at + 1} / ${places.length}`);
    } });
  return [input, told];
}

function zoomer(grid) {
  const apply = () => {
    grid.sheet.style.zoom = zoom / 100;
    grid.sheet.style.setProperty('--zoom', zoom / 100);
    grid.freeze();
  };
  const select = el('select', { id: 'zoom', 'aria-label': '缩放', onchange: (event) => { zoom = Number(event.target.value); apply(); } },
    kZooms.map((z) => el('option', { value: String(z), selected: z === zoom }, `${z}%`)));
  if (zoom !== 100) setTimeout(apply);
  return el('label', {}, '缩放 ', select);
}

// What a person meets on this table, and no more.
export function legend(grid) {
  const kinds = Object.keys(kKinds).filter((kind) => grid.rows.some((_, r) => grid.cols.some((__, c) => grid.kind({ r, c }) === kind)));
  const marks = [...new Set([...grid.marks.values()].map((m) => m.level))];
  const swatch = (name, text) => el('td', { class: name }, text);
  return el('table', { class: 'report swatches', 'aria-label': '图例' }, el('tbody', {}, el('tr', {},
    kinds.map((kind) => swatch(`cell k-${kind}${kind === 'fetched' ? ' drills' : ''}`, kKinds[kind])),
    marks.includes('error') ? swatch('cell m-error', '✖ 基本性') : null, marks.includes('warn') ? swatch('cell m-warn', '⚠ 核实性') : null, marks.includes('note') ? swatch('cell m-note', '▪ 批注') : null)));
}

async function showFormula(where, row, col, name, cell) {
  const { items } = await get(kApi + '/notes', { table: where.table, period: where.period });
  const note = items.find((i) => i.place === `${where.table}[${row},${col}]`);
  await tell('公式与解释', el('p', { class: 'strong' }, name), cell && cell.formula ? el('p', { class: 'formula mono' }, cell.formula) : el('p', { class: 'note' }, '这一格没有公式。'), note && note.note ? el('p', {}, note.note) : null);
}

// The right mouse button, or the menu key, on a cell.
export function cellMenu(grid, page, open) {
  const { where } = page;
  const menu = el('div', { class: 'cellmenu', role: 'menu', hidden: true });
  const close = () => { menu.hidden = true; };
  const item = (word, action) => el('button', { type: 'button', role: 'menuitem', 'data-item': word, onclick: async () => {
    close();
    try {
      await action();
    } catch (error) {
      await tellProblem(word, error);
    }
  } }, word);
  const show = (x, y) => {
    const row = grid.rows[grid.active.r], col = grid.cols[grid.active.c], cell = grid.cell();
    const name = `${where.table}[${row.code},${col.code}] ${row.name.trim()} · ${col.name}`;
    const comment = async () => {
      const said = await ask('批注', [{ name: 'words', label: name, needed: true, area: true }], { confirm: '保存批注' });
      if (said) page.reload((await post(kApi + '/comments', { body: { unit: where.unit, period: where.period, table: where.table, row: row.code, col: col.code, words: said.words } })).data.summary);
    };
    fill(menu, item(where.layer === 'own' ? '反查与变动历史' : '构成', () => open(row.code, col.code)), item('公式与解释', () => showFormula(where, row.code, col.code, name, cell)), page.context.may('report.compute') ? item('批注', comment) : null);
    menu.hidden = false;
    Object.assign(menu.style, { left: Math.min(x, innerWidth - menu.offsetWidth - 8) + 'px', top: Math.min(y, innerHeight - menu.offsetHeight - 8) + 'px' });
    menu.firstChild.focus();
  };
  grid.sheet.addEventListener('contextmenu', (event) => {
    const node = document.elementsFromPoint(event.clientX, event.clientY).find((n) => n.classList.contains('cell'));
    if (!node && event.target !== grid.input) return;
    event.preventDefault();
    if (node && !grid.typing) grid.select(node.place);
    const box = grid.node().getBoundingClientRect();
    show(event.clientX || box.left, event.clientY || box.bottom);
  });
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') { close(); grid.select(grid.active); }
    if (!step) return;
    const all = [...menu.children];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    event.preventDefault();
  });
  menu.addEventListener('focusout', (event) => { if (!menu.contains(event.relatedTarget)) close(); });
  return menu;
}

export function viewTools(grid, more = []) {
  return el('div', { class: 'viewtools' }, finder(grid), zoomer(grid), more);
}
