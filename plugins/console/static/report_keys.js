// SPDX-License-Identifier: Apache-2.0
// Keys, mouse and clipboard of the report grid. A transparent field lies over the active cell and owns the focus, so that an
// input method composes in a live field; while it composes, every key is its own.

import { copy, paste } from './report_clipboard.js';
import { isTyped } from './report_model.js';

const kSteps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function attachKeys(grid, { locate, save }) {
  const { input } = grid;
  const inside = (r, c) => ({ r: Math.max(0, Math.min(grid.rows.length - 1, r)), c: Math.max(0, Math.min(grid.cols.length - 1, c)) });
  // Columns that are hidden are stepped over.
  const past = (at, dc) => {
    let c = at.c;
    while (dc && grid.cols[c] && grid.hidden.has(grid.cols[c].code)) c += dc;
    return grid.cols[c] ? { r: at.r, c } : grid.active;
  };
  const step = ([dr, dc], edge) => past(edge ? inside(dr ? (dr > 0 ? 1e6 : 0) : grid.active.r, dc ? (dc > 0 ? 1e6 : 0) : grid.active.c) : inside(grid.active.r + dr, grid.active.c + dc), edge ? -dc : dc);
  // The next cell to be filled in, or null at the end: Tab then leaves the grid.
  const nextInput = (back) => {
    const wide = grid.cols.length;
    for (let i = grid.active.r * wide + grid.active.c + (back ? -1 : 1); i >= 0 && i < grid.rows.length * wide; i += back ? -1 : 1) {
      const at = { r: Math.floor(i / wide), c: i % wide };
      if (grid.options.editable && isTyped(grid.kind(at)) && !grid.hidden.has(grid.cols[at.c].code)) return at;
    }
    return null;
  };
  // Words take the room they need below their cell.
  const grow = () => { if (grid.words()) input.style.height = Math.max(grid.node().offsetHeight, Math.min(input.scrollHeight + 4, 240)) + 'px'; };
  const insert = (text) => {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
    grow();
  };
  const type = (text) => {
    grid.typing = true;
    input.classList.add('typing');
    input.classList.toggle('for-words', grid.words());
    if (text !== undefined) input.value = text;
    grow();
  };
  const refuse = () => {
    input.value = '';
    const kind = grid.kind();
    grid.say(!grid.options.editable ? grid.options.why || '这里只能查看' : kind === 'fetched' || kind === 'override' ? '取来的数要有“改数”权限才能改' : kind === 'computed' ? '计算格不能填，请改它的来源' : '这一格不能填');
  };

  const isToday = (event) => (event.ctrlKey || event.metaKey) && (event.key === ';' || event.key === '；' || event.code === 'Semicolon');

  const whileTyping = (event) => {
    const lines = grid.words() && input.value.includes('\n');
    if (event.key === 'Enter' && event.altKey && grid.words()) insert('\n');
    else if (isToday(event) && grid.words()) insert(grid.options.today);
    else if (event.key === 'Escape') grid.select(grid.active);
    else if (event.key === 'Enter') grid.commit(input.value, step([event.shiftKey ? -1 : 1, 0]));
    else if (event.key === 'Tab') grid.commit(input.value, nextInput(event.shiftKey) || grid.active);
    else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !lines) grid.commit(input.value, step(kSteps[event.key]));
    else return;
    event.preventDefault();
  };

  const walking = (event) => {
    const control = event.ctrlKey || event.metaKey;
    const done = () => event.preventDefault();
    if (kSteps[event.key] && !event.altKey) { grid.select(step(kSteps[event.key], control), { extend: event.shiftKey }); return done(); }
    if (event.key === 'Home') { grid.select(inside(control ? 0 : grid.active.r, 0), { extend: event.shiftKey }); return done(); }
    if (event.key === 'End') { grid.select(inside(control ? 1e6 : grid.active.r, 1e6), { extend: event.shiftKey }); return done(); }
    if (event.key === 'PageDown' || event.key === 'PageUp') { grid.select(inside(grid.active.r + (event.key === 'PageDown' ? 15 : -15), grid.active.c)); return done(); }
    if (event.key === 'Tab') {
      const next = nextInput(event.shiftKey);
      if (next) { grid.select(next); done(); }
      return undefined;
    }
    if (event.key === 'Enter') {
      const cell = grid.cell();
      if (control || (cell && cell.kind === 'money' && !isTyped(grid.kind()))) grid.options.open(grid.rows[grid.active.r].code, grid.cols[grid.active.c].code);
      else grid.select(step([event.shiftKey ? -1 : 1, 0]));
      return done();
    }
    if (event.key === 'F2') { if (grid.mayType()) { type(grid.written()); input.select(); } else refuse(); return done(); }
    if (isToday(event)) { if (!grid.words()) grid.say('今天的日期只填在文字格里'); else if (grid.mayType()) grid.commit(grid.options.today, step([1, 0])); else refuse(); return done(); }
    if (event.key === 'Delete' || event.key === 'Backspace') { if (grid.options.editable) grid.clear(); else refuse(); return done(); }
    if (event.key === 'Escape') { grid.options.close(); return done(); }
    if (control && event.key.toLowerCase() === 'z') { event.shiftKey ? grid.redo() : grid.undo(); return done(); }
    if (control && event.key.toLowerCase() === 'y') { grid.redo(); return done(); }
    return undefined;
  };

  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'F3') { event.preventDefault(); grid.nextMark(); } else if (event.key === 'F4' && !event.altKey) { event.preventDefault(); grid.turnView(); } else if (grid.typing) whileTyping(event);
    else walking(event);
  });
  const typed = () => { if (grid.typing) grow(); else if (input.value !== '') { if (grid.mayType()) type(); else refuse(); } };
  input.addEventListener('input', (event) => { if (!event.isComposing) typed(); else if (grid.mayType()) input.classList.add('typing'); });
  input.addEventListener('compositionend', () => setTimeout(typed));
  input.addEventListener('blur', () => { if (grid.typing && document.hasFocus() && !document.querySelector('dialog[open]')) grid.commit(input.value, grid.active); });
  input.addEventListener('paste', (event) => {
    if (grid.typing) return;
    event.preventDefault();
    paste(grid, event.clipboardData.getData('text/plain'));
  });
  input.addEventListener('copy', (event) => {
    if (grid.typing) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', copy(grid));
  });

  let dragged = null;
  const placeAt = (event) => { const node = event.target.closest('td.cell'); return node && node.place; };
  grid.body.addEventListener('mousedown', (event) => {
    const at = placeAt(event);
    if (!at || event.button !== 0) return;
    event.preventDefault();
    const go = () => { grid.select(at, { extend: event.shiftKey }); dragged = at; };
    if (grid.typing) grid.commit(input.value, at); else go();
  });
  grid.body.addEventListener('mouseover', (event) => {
    const at = placeAt(event);
    if (at && dragged && event.buttons === 1) grid.select(at, { extend: true });
  });
  grid.body.addEventListener('click', (event) => {
    const at = placeAt(event);
    const single = at && dragged && dragged.r === at.r && dragged.c === at.c && !event.shiftKey;
    dragged = null;
    const cell = single && grid.cell(at);
    if (cell && cell.kind === 'money' && !isTyped(grid.kind(at)) && !grid.pending.has(grid.key(at))) grid.options.open(cell.row, cell.col);
  });
  grid.body.addEventListener('dblclick', () => { if (grid.mayType() && !grid.typing) { type(grid.written()); input.select(); } });

  // Ctrl+S and Ctrl+G belong to the page as long as the grid is on it.
  const page = (event) => {
    if (!grid.element.isConnected) return document.removeEventListener('keydown', page);
    if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector('dialog[open]')) return undefined;
    const key = event.key.toLowerCase();
    if (key !== 's' && key !== 'g') return undefined;
    event.preventDefault();
    if (key === 'g') return locate();
    if (grid.typing) return grid.commit(input.value, grid.active).then((ok) => ok && save());
    return save();
  };
  document.addEventListener('keydown', page);
}
