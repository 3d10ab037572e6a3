// SPDX-License-Identifier: Apache-2.0
// Money in the browser: BigInt fen, never a Number.
import { el } from './dom.js';

export function fen(text) {
  const match = /^(-?)(\d+)\.(\d{2})$/.exec(text);
  if (!match) throw new Error('不是金额: ' + text);
  const value = BigInt(match[2]) * 100n + BigInt(match[3]);
  return match[1] ? -value : value;
}

export function plain(value) {
  const absolute = value < 0n ? -value : value;
  const digits = String(absolute).padStart(3, '0');
  return (value < 0n ? '-' : '') + digits.slice(0, -2) + '.' + digits.slice(-2);
}

export function grouped(text) {
  const match = /^(-?)(\d+)(.*)$/.exec(text);
  return match ? match[1] + match[2].replace(/\B(?=(\d{3})+$)/g, ',') + match[3] : text;
}

// A table cell with an amount: right-aligned, thousands, red when negative, empty for zero when `blank`.
export function moneyCell(text, { blank = true, tag = 'td', strong = false, attributes = {} } = {}) {
  const zero = text === undefined || text === null || text === '' || /^-?0+\.0+$/.test(text);
  const shown = zero && blank ? '' : grouped(text || '0.00');
  return el(tag, { ...attributes, class: 'money' + (shown.startsWith('-') ? ' red' : '') + (strong ? ' strong' : '') }, shown);
}

// Signed debit-positive balance as accountants write it: direction and absolute amount.
export function direction(value) {
  return value > 0n ? '借' : value < 0n ? '贷' : '平';
}

export function balanceCells(text, { tag = 'td' } = {}) {
  const value = fen(text);
  const absolute = value < 0n ? -value : value;
  return [el(tag, { class: 'direction' }, direction(value)), moneyCell(plain(absolute), { tag, blank: false })];
}

const kDigits = '零壹贰叁肆伍陆柒捌玖';
const kPlaces = ['', '拾', '佰', '仟'];
const kGroups = ['', '万', '亿', '万亿', '亿亿'];

// 1290212.39 -> 壹佰贰拾玖万零贰佰壹拾贰元叁角玖分
export function capital(value) {
  if (value === 0n) return '零元整';
  const absolute = value < 0n ? -value : value;
  const yuan = String(absolute / 100n);
  const cents = Number(absolute % 100n);
  let text = '';
  if (yuan !== '0') {
    let zero = false;
    let groupHasDigit = false;
    for (let i = 0; i < yuan.length; ++i) {
      const place = yuan.length - 1 - i;
      const digit = Number(yuan[i]);
      if (digit === 0) zero = true;
      else {
        if (zero && text) text += '零';
        zero = false;
        groupHasDigit = true;
        text += kDigits[digit] + kPlaces[place % 4];
      }
      if (place % 4 === 0) {
        if (groupHasDigit) text += kGroups[place / 4];
        groupHasDigit = false;
      }
    }
    text += '元';
  }
  const jiao = Math.floor(cents / 10);
  const last = cents % 10;
  if (!cents) text += '整';
  else {
    if (jiao) text += kDigits[jiao] + '角';
    else if (text) text += '零';
    text += last ? kDigits[last] + '分' : '整';
  }
  return (value < 0n ? '负' : '') + text;
}
