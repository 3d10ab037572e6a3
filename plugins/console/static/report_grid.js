// SPDX-License-Identifier: Apache-2.0
// The grid of a report: what each cell is, what was typed and not yet saved, the selection, the marks. Keys are in report_keys.js.
import { el, fill } from './dom.js';
import { grouped } from './money.js';
import { layout } from './report_layout.js';
import { kindOf, kKinds, isTyped, writtenIn, tally, amountOf, within } from './report_model.js';

const keyOf = (row, col) => row + '|' + col;
const kViews = ['value', 'formula', 'source'];

// options: editable, adjusts, today, open(cell), reason(cell, value) -> text or null, complaints(list, taken) -> goes on, told(), changed()
export class Grid {
  constructor(data, options) {
    Object.assign(this, { data, options, pending: new Map(), marks: new Map(), undone: [], done: [], hidden: new Set(), view: 'value', active: { r: 0, c: 0 }, anchor: { r: 0, c: 0 }, typing: false });
    this.cells = new Map(data.cells.map((c) => [keyOf(c.row, c.col), c]));
    this.rows = data.rows;
    this.cols = data.cols;
    this.build();
  }

  build() {
    const { second, headRows } = layout(this.data);
    this.nodes = [];
    this.body = el('tbody', { id: 'report' });
    this.rows.forEach((line, r) => {
      this.nodes.push(this.cols.map((column, c) => {
        const node = el('td', { class: 'cell', role: 'gridcell', 'data-row': line.code, 'data-col': column.code });
        node.place = { r, c };
        return node;
      }));
      this.body.append(el('tr', {}, el('th', { class: 'rowhead', scope: 'row' }, line.name), el('td', { class: 'number' }, line.code),
        this.nodes[r].map((node, c) => [c === second ? el('th', { class: 'rowhead', scope: 'row' }, line.right) : null, node])));
    });
    this.input = el('textarea', { id: 'cell-input', rows: '1', class: 'cell-input', autocomplete: 'off', spellcheck: false, 'aria-label': '单元格' });
    this.live = el('div', { class: 'unseen', 'aria-live': 'polite' });
    this.table = el('table', { class: 'grid report', role: 'grid', 'aria-rowcount': String(this.rows.length), 'aria-colcount': String(this.cols.length), 'aria-readonly': this.options.editable ? null : 'true' },
      el('thead', {}, headRows), this.body);
    this.sheet = el('div', { class: 'sheet report-sheet' }, this.table, this.input);
    this.bar = el('div', { class: 'statusbar', role: 'status' });
    this.element = el('div', {}, this.sheet, this.live);
    for (const line of this.nodes) for (const node of line) this.paint(node);
    new ResizeObserver(() => this.freeze()).observe(this.table);
  }

  // The second frozen column starts where the first ends; a cell scrolled into view must not hide behind either.
  freeze() {
    const first = this.body.querySelector('th.rowhead');
    if (!first) return;
    const number = first.nextElementSibling;
    this.sheet.style.setProperty('--first', first.offsetWidth + 'px');
    this.sheet.style.setProperty('--frozen', first.offsetWidth + number.offsetWidth + 'px');
    this.sheet.style.setProperty('--headheight', this.table.tHead.offsetHeight + 'px');
    this.put();
  }

  key(at = this.active) { return keyOf(this.rows[at.r].code, this.cols[at.c].code); }
  cell(at = this.active) { return this.cells.get(this.key(at)); }
  node(at = this.active) { return this.nodes[at.r][at.c]; }
  find(row, col) { return { r: this.rows.findIndex((x) => x.code === row), c: this.cols.findIndex((x) => x.code === col) }; }
  kind(at) { return kindOf(this.cell(at)); }
  mayType(at = this.active) {
    const kind = this.kind(at);
    if (!this.options.editable) return false;
    return isTyped(kind) || (this.options.adjusts && (kind === 'fetched' || kind === 'override'));
  }
  // What stands in the cell, in yuan; "" = blank.
  amount(at = this.active) {
    const cell = this.cell(at);
    if (cell && cell.words) return '';
    const typed = this.pending.get(this.key(at));
    if (typed) return typed.value;
    return cell && cell.kind === 'money' ? cell.value : '';
  }
  words(at = this.active) { const cell = this.cell(at); return Boolean(cell && cell.words); }
  // What a hand finds in the cell when it begins to change it.
  written(at = this.active) {
    const typed = this.pending.get(this.key(at));
    return typed ? typed.value : writtenIn(this.cell(at));
  }
  // What was typed as the cell takes it: an amount, or words; null = it takes neither.
  taken(at, text) {
    if (!this.words(at)) return amountOf(text);
    const words = text.replace(/\r\n?/g, '\n').replace(/[\t]/g, ' ').replace(/\s+$/, '');
    return [...words].length > this.cell(at).most ? null : words;
  }
  why(at, text) { return this.words(at) ? `文字超过 ${this.cell(at).most} 个字` : `“${text}”不是金额`; }

  shown(at) {
    const cell = this.cell(at);
    const typed = this.pending.get(this.key(at));
    if (this.view === 'formula') return cell && cell.formula ? cell.formula : '';
    if (this.view === 'source') return cell ? kKinds[kindOf(cell)] || '' : '';
    if (typed && this.words(at)) return typed.value;
    if (typed) return grouped(typed.value) + (typed.value && this.data.table.unit !== '元' ? ' 元' : '');
    return cell ? cell.text : '';  // as every other output of the report has it
  }

  paint(node) {
    const at = node.place;
    const cell = this.cell(at);
    const kind = kindOf(cell);
    const text = this.shown(at);
    const mark = this.marks.get(this.key(at));
    const typed = this.pending.has(this.key(at));
    const words = this.view === 'value' && this.words(at);
    const amount = !words && this.view === 'value' && (!cell || cell.kind !== 'text' || /^-?[\d,]+(\.\d+)?%?$/.test(text));
    const names = ['cell', 'k-' + kind, words ? 'words' : '', amount && kind !== 'blocked' ? 'money' : '', kind === 'blocked' ? 'center' : '', /合计|总计/.test(this.rows[at.r].name) ? 'total' : '',
      this.view !== 'value' ? 'mono' : !words && text.startsWith('-') ? 'red' : '', cell && cell.drill ? 'drills' : '', typed ? 'unsaved' : '', mark ? 'm-' + mark.level : '', node.classList.contains('side-left') ? 'side-left' : '',
      node.classList.contains('side-right') ? 'side-right' : ''];
    node.className = names.filter(Boolean).join(' ');
    node.dataset.text = cell ? cell.text : '';
    node.title = this.describe(at, mark);
    node.setAttribute('aria-readonly', this.mayType(at) ? 'false' : 'true');
    fill(node, text, mark ? el('span', { class: 'mark', 'aria-hidden': 'true' }, { error: '✖', warn: '⚠', note: '▪' }[mark.level]) : null);
  }

  describe(at, mark) {
    const cell = this.cell(at);
    const o = cell && cell.override;
    const lines = [`[${this.rows[at.r].code},${this.cols[at.c].code}] ${this.rows[at.r].name} · ${this.cols[at.c].name}　${kKinds[kindOf(cell)] || ''}`];
    if (cell && cell.source) lines.push(cell.source);
    if (o) lines.push(`原数 ${o.was || '空'}　公式得 ${o.formulaValue || '空'}　${o.by} 于 ${o.at}：${o.reason}`);
    if (mark) lines.push(...mark.texts);
    return lines.join('\n');
  }

  // Puts the input over the active cell: whatever is typed, by whatever input method, starts in a live field.
  put() {
    const node = this.node();
    if (!node) return;
    Object.assign(this.input.style, { left: node.offsetLeft + this.table.offsetLeft + 'px', top: node.offsetTop + this.table.offsetTop + 'px', width: node.offsetWidth + 'px', height: node.offsetHeight + 'px' });
  }

  select(at, { extend = false, focus = true } = {}) {
    if (!this.nodes[at.r] || !this.nodes[at.r][at.c]) return;
    this.active = at;
    if (!extend) this.anchor = at;
    const [r1, r2] = [this.anchor.r, at.r].sort((a, b) => a - b);
    const [c1, c2] = [this.anchor.c, at.c].sort((a, b) => a - b);
    this.range = { r1, r2, c1, c2 };
    this.body.querySelectorAll('.selected, .active').forEach((n) => n.classList.remove('selected', 'active'));
    if (r1 !== r2 || c1 !== c2) for (let r = r1; r <= r2; ++r) for (let c = c1; c <= c2; ++c) this.nodes[r][c].classList.add('selected');
    const node = this.node();
    node.classList.add('active');
    this.typing = false;
    this.input.value = '';
    this.input.classList.remove('typing', 'for-words');
    this.put();
    node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const spoken = `${this.rows[at.r].name} ${this.cols[at.c].name} 第${this.cols[at.c].code}栏 行${this.rows[at.r].code} ${this.shown(at) || '空'}`;
    this.input.setAttribute('aria-label', spoken);
    if (focus) this.input.focus({ preventScroll: true });
    this.tell();
  }

  say(text) { fill(this.live, text); this.note = text; this.tell(); this.note = ''; }

  tell() {
    const { r1, r2, c1, c2 } = this.range || { r1: this.active.r, r2: this.active.r, c1: this.active.c, c2: this.active.c };
    const amounts = [];
    for (let r = r1; r <= r2; ++r) for (let c = c1; c <= c2; ++c) amounts.push(this.amount({ r, c }));
    const found = tally(amounts);
    const at = this.active;
    fill(this.bar,
      el('span', { class: 'where' }, `[${this.rows[at.r].code},${this.cols[at.c].code}] ${kKinds[this.kind(at)] || ''}`),
      el('span', { id: 'tally' }, `计数 ${found.count}`, found.count ? `　求和 ${grouped(found.sum)}　平均 ${grouped(found.mean)}` : ''),
      this.note ? el('span', { class: 'said' }, this.note) : null,
      el('span', { class: 'space' }),
      this.pending.size ? el('span', { class: 'tag wait', id: 'unsaved' }, `未保存 ${this.pending.size} 格`) : null,
      el('span', { class: 'sub' }, { value: '', formula: '显示：公式　', source: '显示：来源　' }[this.view], 'F2 修改　Enter 反查　F3 下一问题　F4 值/公式/来源　Ctrl+G 定位　Ctrl+S 保存'));
    this.options.told();
    this.options.changed();
  }

  turnView() {
    this.view = kViews[(kViews.indexOf(this.view) + 1) % kViews.length];
    this.repaint();
  }
  repaint() {
    for (const line of this.nodes) for (const node of line) this.paint(node);
    this.select(this.active, { focus: false });
  }

  // Writes what was typed over the cell; the page saves it later.
  async commit(text, move) {
    const at = this.active;
    const value = this.taken(at, text);
    if (value === null) {
      this.say(this.why(at, text));
      return false;
    }
    const key = this.key(at);
    const cell = this.cell(at);
    const stored = writtenIn(cell);
    let reason = '';
    this.typing = false;
    if (value === stored && !this.pending.has(key)) {
      // nothing was changed
    } else if (value === stored) {
      this.remember();
      this.pending.delete(key);
    } else {
      if (!isTyped(this.kind(at)) && value !== '') {
        reason = await this.options.reason(cell, value);
        if (!reason) {
          this.select(at);
          return false;
        }
      }
      this.remember();
      this.pending.set(key, { value, reason });
    }
    this.paint(this.node(at));
    this.select(move || at);
    return true;
  }

  remember() {
    this.done.push(new Map(this.pending));
    this.undone = [];
  }
  undo(from = this.done, to = this.undone) {
    if (!from.length) return;
    to.push(this.pending);
    this.pending = from.pop();
    this.repaint();
  }
  redo() { this.undo(this.undone, this.done); }

  clear() {
    const { r1, r2, c1, c2 } = this.range;
    const before = new Map(this.pending);
    for (let r = r1; r <= r2; ++r)
      for (let c = c1; c <= c2; ++c) {
        const kind = this.kind({ r, c });
        if (!this.mayType({ r, c }) || kind === 'fetched') continue;
        const cell = this.cell({ r, c });
        if (writtenIn(cell) !== '' && (kind !== 'override' || cell.override)) this.pending.set(this.key({ r, c }), { value: '', reason: '' });
        else this.pending.delete(this.key({ r, c }));
      }
    this.done.push(before);
    this.repaint();
  }

  // Columns that are not looked at; they keep what they hold.
  hide(codes) {
    this.hidden = new Set(codes);
    for (const head of this.table.tHead.querySelectorAll('[data-cols]')) {
      const seen = head.dataset.cols.split('|').filter((c) => !this.hidden.has(c)).length;
      head.hidden = !seen;
      if (head.hasAttribute('colspan')) head.colSpan = Math.max(seen, 1);
    }
    for (const line of this.nodes) for (const node of line) node.hidden = this.hidden.has(node.dataset.col);
    if (this.hidden.has(this.cols[this.active.c].code)) this.select({ r: this.active.r, c: Math.max(this.cols.findIndex((c) => !this.hidden.has(c.code)), 0) });
    this.freeze();
  }

  setMarks(found) {
    this.marks = found;
    for (const line of this.nodes) for (const node of line) this.paint(node);
    this.node().classList.add('active');
  }
  nextMark() {
    const all = this.nodes.flat().filter((n) => this.marks.has(this.key(n.place)));
    if (!all.length) return this.say('本表没有问题标记');
    const flat = (p) => p.r * this.cols.length + p.c;
    const next = all.find((n) => flat(n.place) > flat(this.active)) || all[0];
    this.select(next.place);
    return this.say(this.marks.get(this.key(next.place)).texts.join('；'));
  }

  // Both sides of a rule in their colours; the first of them becomes the active cell.
  flash(left, right) {
    this.body.querySelectorAll('.side-left, .side-right').forEach((n) => n.classList.remove('side-left', 'side-right'));
    const rows = this.rows.map((r) => r.code);
    const cols = this.cols.map((c) => c.code);
    const touch = (wanted, name) => this.nodes.flat().filter((n) => wanted.some((w) => within(rows, w.row, rows[n.place.r]) && within(cols, w.col, cols[n.place.c]))).forEach((n) => n.classList.add(name));
    touch(right, 'side-right');
    touch(left, 'side-left');
    const first = this.body.querySelector('.side-left, .side-right');
    if (first) this.select(first.place);
  }

  entries() {
    return [...this.pending.entries()].map(([key, { value, reason }]) => {
      const [row, col] = key.split('|');
      // No value takes what was there out; "" would be words that are empty.
      return { table: this.data.table.code, row, col, value: value === '' ? null : value, reason };
    });
  }
}
