// SPDX-License-Identifier: Apache-2.0
// Reports: the tables of each ministry's package, and from any cell down to the vouchers it was added up from.
import { el, fill, focusable, keyboardRows } from './dom.js';
import { get, post, ApiError } from './api.js';
import { grouped, moneyCell } from './money.js';
import { head, sheet, number, chinesePeriod, problem } from './parts.js';

export const title = '报表';
const kApi = '/api/v1/x/reporting';
const kMinistries = { nhsa: '国家医保局', mof: '财政部' };

async function packages(book, period) {
  return (await get(kApi + '/tables', { book: book.code, period })).items.filter((p) => p.tables.length > 0);
}

function computeButton(context, book, period, found, says) {
  if (!context.may('report.compute')) return null;
  return el('button', {
    class: 'primary',
    onclick: async (event) => {
      event.target.disabled = true;
      try {
        await post(kApi + '/compute', { body: { book: book.code, period: period, package: found.code } });
        await context.update({}, { replace: true });
      } catch (error) {
        fill(says, problem(error));
        event.target.disabled = false;
      }
    },
  }, '计算');
}

async function list(context, book, period) {
  const all = await packages(book, period);
  const says = el('div');
  const cards = all.map((p) => {
    const task = p.task;
    const rows = p.tables.map((t) => el('tr', { 'data-table': t.code },
      el('td', { class: 'code' }, t.code), el('td', {}, t.title), el('td', { class: 'center' }, t.period === 'year' ? '年报' : '月报'), el('td', { class: 'center' }, t.unit),
      el('td', { class: 'center' }, `${t.rows} 行 × ${t.cols} 栏`)));
    const body = el('tbody', {}, focusable(rows));
    if (task) keyboardRows(body, (row) => context.go('reports', { table: row.dataset.table, package: p.code }));
    return el('section', { class: 'card' },
      el('div', { class: 'pagehead' }, el('h2', {}, p.title.startsWith(kMinistries[p.ministry]) ? p.title : `${kMinistries[p.ministry] || p.ministry}　${p.title}`), el('span', { class: 'space' }),
        task ? el('span', { class: 'tag ' + (task.failedChecks ? 'bad' : 'good') }, task.failedChecks ? `${task.failedChecks} 项审核未过` : '审核通过') : el('span', { class: 'tag wait' }, '尚未计算'),
        task ? el('span', { class: 'sub' }, `${task.computedBy} 于 ${new Date(task.computedUnixMs).toLocaleString('zh-CN')} 计算，${task.cells} 格`) : null,
        computeButton(context, book, period, p, says)),
      el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['表号', '表名', '报告期', '金额单位', '规模'].map((t) => el('th', {}, t)))), body),
      p.note ? el('p', { class: 'note' }, p.note) : null);
  });
  return [head(title, `${book.name}　${chinesePeriod(period)}`), says, cards.length ? cards : el('p', { class: 'note' }, '这个账套在本期没有适用的报表。')];
}

// The grid as the ministry prints it. A two-sided statement has its right-hand names before the second group of columns.
function layout(data) {
  const { table, rows, cols } = data;
  const second = table.twoSided ? cols.findIndex((c) => c.group !== cols[0].group) : -1;
  const groups = [];
  cols.forEach((col, i) => {
    const last = groups[groups.length - 1];
    if (last && last.name === col.group && i !== second) last.span += 1;
    else groups.push({ name: col.group, span: 1, right: i === second });
  });
  const grouping = groups.some((g) => g.name);
  const span = String(grouping ? 3 : 2);
  const nameHead = () => el('th', { rowspan: span }, '项　目');
  const numberHead = () => el('th', { class: 'number', rowspan: span }, '行次');
  const top = [nameHead(), numberHead()];
  const names = [];
  if (grouping)
    for (const group of groups) {
      if (group.right) top.push(nameHead());
      top.push(el('th', { colspan: String(group.span) }, group.name));
    }
  cols.forEach((col, i) => {
    if (i === second && !grouping) names.push(nameHead());
    names.push(el('th', {}, col.name));
  });
  return {
    second,
    headRows: [el('tr', {}, grouping ? top : [...top, names]), grouping ? el('tr', {}, names) : null, el('tr', {}, cols.map((c) => el('th', { class: 'number' }, c.code)))],
    rows, cols,
  };
}

function cellNode(cell, row, col, open) {
  const amount = cell && cell.kind === 'money';
  const shown = !cell ? '' : cell.state === 'blocked' ? '×' : amount && /^-?\d+(\.\d+)?$/.test(cell.text) ? grouped(cell.text) : cell.text;
  const can = amount;
  const node = el('td', {
    class: [/合计|总计/.test(row.name) ? 'total' : '', amount ? 'money' : cell && cell.state === 'blocked' ? 'center number' : 'text', can ? 'cell' : '', shown.startsWith('-') ? 'red' : ''].join(' ').trim(),
    'data-row': row.code, 'data-col': col.code, tabindex: can ? '-1' : null, title: can ? `[${row.code},${col.code}] ${row.name} · ${col.name}` : null,
    onclick: can ? () => open(row.code, col.code) : null,
  }, shown);
  return node;
}

// Arrow keys walk over the cells, Enter opens the drill.
function walk(body, open) {
  body.addEventListener('keydown', (event) => {
    const cell = event.target.closest('td.cell');
    if (!cell) return;
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.key === 'Enter') open(cell.dataset.row, cell.dataset.col);
    if (!step) return;
    const rows = [...body.rows];
    let r = rows.indexOf(cell.parentElement);
    let c = [...cell.parentElement.cells].indexOf(cell);
    do {
      r += step[0];
      c += step[1];
    } while (rows[r] && rows[r].cells[c] && !rows[r].cells[c].matches('td.cell'));
    if (rows[r] && rows[r].cells[c]) {
      rows[r].cells[c].focus();
      event.preventDefault();
    }
  });
}

// Other cells a formula names become links: [3,7] absolute, [,7] same row, [3,] same column.
function formulaNode(formula, row, col, open) {
  const node = el('div', { class: 'formula mono' });
  let rest = 0;
  for (const match of formula.matchAll(/\[(\w*),(\w*)\]/g)) {
    node.append(formula.slice(rest, match.index), el('a', { href: '#', onclick: (e) => { e.preventDefault(); open(match[1] || row, match[2] || col); } }, match[0]));
    rest = match.index + match[0].length;
  }
  node.append(formula.slice(rest));
  return node;
}

function termNode(context, term) {
  const month = (m) => `${term.year}-${String(m).padStart(2, '0')}`;
  const span = term.monthFrom === term.monthTo ? month(term.monthFrom) : `${month(term.monthFrom)} 至 ${month(term.monthTo)}`;
  const from = month(Math.max(1, term.monthFrom));
  const to = month(Math.max(1, term.monthTo));
  const link = term.monthTo >= 1 ? context.link('ledger', { book: term.book, accounts: term.accounts, aux: term.aux, from, to, account: undefined, withoutClosing: term.withClosing ? undefined : 'true' }, '明细账') : null;
  return el('div', { class: 'term' },
    el('span', { class: 'money' }, (term.times === 1 ? '' : `${term.times} × `) + grouped(term.amount)),
    el('div', {}, el('strong', {}, term.what), ' ', el('span', { class: 'code' }, term.accounts || '全部科目'), '　', span),
    term.auxText ? el('div', { class: 'sub' }, term.auxText) : null,
    el('div', { class: 'sub' }, `账套 ${term.book}`, term.withClosing ? '' : '，不含期末结转', term.opening !== '0.00' ? `，其中期初 ${grouped(term.opening)}` : '', '　', link));
}

async function drill(context, book, period, table, row, col, drawer, open, close) {
  const path = `${kApi}/cells/${encodeURIComponent(table)}/${encodeURIComponent(row)}/${encodeURIComponent(col)}`;
  fill(drawer, el('p', { class: 'note' }, '正在读取……'));
  try {
    const first = await get(path, { book: book.code, period });
    const { cell, terms } = first;
    const body = el('tbody', { id: 'drill-lines' });
    keyboardRows(body, (r) => context.go('voucher', { id: r.dataset.voucher, book: r.dataset.book }));
    const more = el('div');
    const show = (page) => {
      body.append(...page.items.map((l) => el('tr', { tabindex: '-1', 'data-voucher': l.voucher, 'data-book': l.book },
        el('td', { title: l.day }, l.day.slice(5)), el('td', {}, number(l.word, l.number)), el('td', { class: 'summary' }, l.summary, el('div', { class: 'sub' }, l.account, ' ', l.accountName)), moneyCell(l.amount, { blank: false }))));
      const rows = [...body.rows];
      if (rows[0]) rows[0].setAttribute('tabindex', '0');
      fill(more, page.next ? el('button', { onclick: async () => show(await get(path, { book: book.code, period, after: page.next })) }, '再看后面的分录') : null);
    };
    show(first);
    fill(drawer,
      el('button', { class: 'close', onclick: close, 'aria-label': '关闭' }, '关闭'),
      el('div', { class: 'sub' }, `${cell.table}　第 ${cell.row} 行 第 ${cell.col} 栏`),
      el('strong', {}, `${cell.rowName} · ${cell.colName}`),
      el('div', { class: 'amount' + (cell.value.startsWith('-') ? ' red' : ''), id: 'drill-amount' }, grouped(cell.value), ' 元', cell.unit !== '元' ? el('span', { class: 'sub' }, `　表中列 ${cell.text} ${cell.unit}`) : null),
      cell.formula ? [el('h2', {}, '公式'), formulaNode(cell.formula, cell.row, cell.col, open)] : el('p', { class: 'note' }, cell.state === 'input' ? '这一格由人工填报。' : ''),
      terms.length ? [el('h2', {}, '取数条件'), terms.map((t) => termNode(context, t))] : null,
      first.items.length ? [el('h2', {}, '构成分录'), el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['日期', '凭证', '摘要 · 科目', '计入金额'].map((t) => el('th', {}, t)))), body), more] : null,
      !cell.drill && !terms.length ? el('p', { class: 'note' }, '这一格由其他格计算得出，请点击公式中的格号继续追溯。') : null);
  } catch (error) {
    fill(drawer, el('button', { class: 'close', onclick: close }, '关闭'), problem(error));
  }
}

async function show(context, book, period) {
  const { table: code, row, col } = context.parameters;
  const back = context.link('reports', { table: undefined, package: undefined, row: undefined, col: undefined }, '报表');
  let data;
  try {
    data = await get(`${kApi}/tables/${encodeURIComponent(code)}`, { book: book.code, period });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [el('div', { class: 'crumbs' }, back, ' › ', code), head(code, chinesePeriod(period)), problem(error)];
  }
  const cells = new Map(data.cells.map((c) => [c.row + '|' + c.col, c]));
  const drawer = el('aside', { class: 'drawer', id: 'drill', hidden: true, 'aria-label': '数据反查' });
  const split = el('div', { class: 'split' });
  const body = el('tbody', { id: 'report' });
  const mark = (r, c) => body.querySelectorAll('td.cell').forEach((td) => td.classList.toggle('selected', td.dataset.row === r && td.dataset.col === c));
  const close = () => {
    drawer.hidden = true;
    split.classList.remove('open');
    mark('', '');
    history.replaceState(null, '', context.href('reports', { ...context.parameters, row: undefined, col: undefined }));
  };
  const open = (r, c) => {
    drawer.hidden = false;
    split.classList.add('open');
    mark(r, c);
    const cell = body.querySelector('td.selected');
    if (cell) setTimeout(() => cell.scrollIntoView({ block: 'nearest', inline: 'center' }));
    history.replaceState(null, '', context.href('reports', { ...context.parameters, row: r, col: c }));
    return drill(context, book, period, code, r, c, drawer, open, close);
  };
  const { second, headRows, rows, cols } = layout(data);
  for (const line of rows) {
    const cellsOfRow = cols.map((column, i) => [i === second ? el('th', { class: 'rowhead', scope: 'row' }, line.right) : null, cellNode(cells.get(line.code + '|' + column.code), line, column, open)]);
    body.append(el('tr', {}, el('th', { class: 'rowhead', scope: 'row' }, line.name), el('td', { class: 'number' }, line.code), cellsOfRow));
  }
  const firstCell = body.querySelector('td.cell');
  if (firstCell) firstCell.setAttribute('tabindex', '0');
  walk(body, open);
  const { table, task } = data;
  fill(split, el('div', {},
    el('div', { class: 'report-title' }, table.title),
    el('div', { class: 'report-facts' }, el('span', {}, `编制单位：${book.unitName}`), el('span', {}, table.period === 'year' ? `${period.slice(0, 4)} 年 1 月至 ${Number(period.slice(5))} 月` : chinesePeriod(period)), el('span', {}, `金额单位：${table.unit}`)),
    sheet(el('table', { class: 'grid report' }, el('thead', {}, headRows), body)),
    table.note ? el('p', { class: 'note' }, table.note) : null), drawer);
  if (row && col) open(row, col);
  return [
    el('div', { class: 'crumbs' }, back, ' › ', table.title),
    head(table.code, `${task.computedBy} 于 ${new Date(task.computedUnixMs).toLocaleString('zh-CN')} 计算`,
      el('span', { class: 'tag ' + (task.failedChecks ? 'bad' : 'good') }, task.failedChecks ? `${task.failedChecks} 项审核未过` : '审核通过'), el('span', { class: 'note' }, '点击金额或按回车反查')),
    split,
  ];
}

export async function build(context) {
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const period = context.period();
  return context.parameters.table ? show(context, book, period) : list(context, book, period);
}
