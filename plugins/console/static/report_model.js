// SPDX-License-Identifier: Apache-2.0
// What the report grid knows without a page: amounts as people type them, tables as spreadsheets copy them, exact sums,
// and which cells a rule names.
import { fen, plain } from './money.js';

const kFactors = { '': 1n, 万: 10000n, 亿: 100000000n };

// One term of what was typed: 1,234.56 · 3万 · 1.2亿. In fen, or null.
function term(text) {
  const match = /^(\d*)(?:\.(\d*))?([万亿]?)$/.exec(text);
  if (!match || (!match[1] && !match[2])) return null;
  const decimals = match[2] || '';
  const scaled = BigInt(match[1] + decimals || '0') * 100n * kFactors[match[3]];
  const unit = 10n ** BigInt(decimals.length);
  return scaled % unit === 0n ? scaled / unit : null;
}

// "１２３４。５６" -> "1234.56"; "" stays blank; null when it is no amount. A result has two decimals, as the server keeps it.
export function amountOf(typed) {
  let text = typed.normalize('NFKC').replace(/。/g, '.').replace(/[,，¥￥元\s]/g, '').replace(/[−–—]/g, '-');
  if (text === '') return '';
  const bracket = /^\((.*)\)$/.exec(text);
  if (bracket) text = '-' + bracket[1];
  const parts = text.match(/[+-]?[^+-]+/g);
  if (!parts || parts.join('') !== text) return null;
  let sum = 0n;
  for (const part of parts) {
    const value = term(part.replace(/^[+-]/, ''));
    if (value === null) return null;
    sum += part.startsWith('-') ? -value : value;
  }
  return plain(sum);
}

// Rows of cells out of the clipboard. Quoted cells may hold line breaks and tabs.
export function cellsOf(tsv) {
  const rows = [[]];
  let text = '';
  let quoted = false;
  const end = () => { rows[rows.length - 1].push(text); text = ''; };
  for (let i = 0; i < tsv.length; ++i) {
    const c = tsv[i];
    if (quoted) {
      if (c !== '"') text += c;
      else if (tsv[i + 1] === '"') { text += '"'; ++i; } else quoted = false;
    } else if (c === '"' && text === '') quoted = true;
    else if (c === '\t') end();
    else if (c === '\n') { end(); rows.push([]); } else if (c !== '\r') text += c;
  }
  end();
  const last = rows[rows.length - 1];
  if (rows.length > 1 && last.length === 1 && last[0] === '') rows.pop();
  return rows;
}

// Count, sum and average of amounts, exactly; the average to the fen, half away from zero.
export function tally(amounts) {
  const found = amounts.filter((a) => /^-?\d+\.\d{2}$/.test(a)).map(fen);
  if (!found.length) return { count: 0 };
  const sum = found.reduce((a, b) => a + b, 0n);
  const n = BigInt(found.length);
  const size = sum < 0n ? -sum : sum;
  const mean = (2n * size + n) / (2n * n);
  return { count: found.length, sum: plain(sum), mean: plain(sum < 0n ? -mean : mean) };
}

// fetched, computed, input, text, carried, override, blocked, sum or empty: how a cell looks and who may change it.
export function kindOf(cell) {
  if (!cell) return 'empty';
  if (cell.carried) return 'carried';
  if (cell.state === 'formula') return cell.fetched ? 'fetched' : 'computed';
  return cell.state;
}
// What is typed: amounts, words, and what holds from a period before until it is typed anew.
export const isTyped = (kind) => kind === 'input' || kind === 'text' || kind === 'carried';
// What is written in a cell, as it would be typed; "" = blank.
export const writtenIn = (cell) => {
  if (!cell || cell.kind === 'blank') return '';
  if (cell.words || cell.kind === 'money') return cell.value;
  return ['input', 'carried', 'override'].includes(cell.state) ? amountOf(cell.value) || cell.value : '';  // people and per cents
};
export const kKinds = { fetched: '取数', computed: '计算', input: '填报', text: '填报文字', carried: '沿用', override: '改数', blocked: '不填', sum: '汇总', empty: '空' };

const kReference = /([A-Za-z][A-Za-z0-9_]*)?\[([^,\]]*),([^\]]*)\]/g;

// The cells a side of a rule names in `table`, with [*,7] and [,7] filled in from where the rule was applied.
export function namedCells(expression, table, at) {
  const found = [];
  for (const [, other, row, col] of expression.matchAll(kReference)) {
    if (other && other !== table) continue;
    found.push({ row: row === '*' || row === '' ? at.row : row, col: col === '*' || col === '' ? at.col : col });
  }
  return found;
}

// "YA[5,1]" or "[5,1]" -> {table, row, col}
export function placeOf(text, table) {
  const [match] = text.matchAll(kReference);
  return match ? { table: match[1] || table, row: match[2], col: match[3] } : { table, row: '', col: '' };
}

// Left and right of a relation.
export function sidesOf(expression) {
  const match = /(<>|!=|<=|>=|==|=|<|>)/.exec(expression);
  return match ? [expression.slice(0, match.index), expression.slice(match.index + match[0].length)] : [expression, ''];
}

// A range "2:5" of codes takes in every code between the two, in the table's order.
export function within(codes, wanted, code) {
  if (wanted === code) return true;
  const [from, to] = wanted.split(':');
  if (to === undefined) return false;
  const at = codes.indexOf(code);
  return at >= codes.indexOf(from) && at <= codes.indexOf(to);
}

// What the server must be sent for what was changed, and what of it somebody else has changed meanwhile.
export function collisions(pending, before, now) {
  const value = (cells, key) => writtenIn(cells.get(key));
  return [...pending.entries()].filter(([key, mine]) => value(before, key) !== value(now, key) && mine.value !== value(now, key))
    .map(([key, mine]) => ({ key, original: value(before, key), theirs: value(now, key), mine: mine.value }));
}
