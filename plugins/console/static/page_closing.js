// SPDX-License-Identifier: Apache-2.0
// Closing a month: what stands against it with the way to put it right, the trial run, the closing vouchers, the closing.
import { el } from './dom.js';
import { get, post } from './api.js';
import { grouped } from './money.js';
import { head, sheet, chinesePeriod, problem, empty } from './parts.js';

export const title = '结账';
const kResults = { pass: ['通过', 'good'], warn: ['提示', 'wait'], fail: ['不通过', 'bad'], unknown: ['未评估', 'bad'] };
const kOutcomes = { nothing: '无', fresh: '新', same: '已生成', differs: '有差异', blocked: '暂不能办' };
const kStates = { requested: '待批', granted: '生效', expired: '到期', refused: '拒绝', ended: '结束' };
const kAreas = { entry: '凭证录入', payment: '付款凭证', closing: '结转凭证', opening: '期初余额' };

// Where the kernel's own checks are put right; what plugins check brings its own way.
const kPlaces = {
  unposted: ['vouchers', {}, '看凭证'], numbers: ['vouchers', {}, '看凭证'], overdrawn: ['balances', {}, '看余额'], reversed: ['balances', {}, '看余额'], idle: ['balances', {}, '看余额'],
  deferred: ['balances', {}, '看余额'], ended: ['balances', {}, '看余额'], balanced: ['balances', {}, '看余额'], holds: ['payments', {}, '看付款'],
};

const amount = (text) => el('td', { class: 'money' + (String(text || '').startsWith('-') ? ' red' : '') }, text ? grouped(text) : '');

function checkTable(context, items) {
  const order = { fail: 0, unknown: 1, warn: 2, pass: 3 };
  return sheet(el('table', { class: 'grid', id: 'closing-checks' },
    el('thead', {}, el('tr', {}, ['结果', '检查', '说明', '处理'].map((t) => el('th', {}, t)))),
    el('tbody', {}, [...items].sort((a, b) => order[a.result] - order[b.result]).map((i) => {
      const [text, kind] = kResults[i.result];
      return el('tr', {}, el('td', { class: 'center' }, el('span', { class: 'tag ' + kind }, text)), el('td', {}, i.title, el('div', { class: 'sub mono' }, i.id)), el('td', { class: 'wrap' }, i.detail),
        el('td', { class: 'center' }, i.result === 'pass' ? '' : i.link ? context.link(i.link.slice(1), {}, '去处理') : kPlaces[i.id] ? context.link(...kPlaces[i.id]) : i.id === 'carried' ? '见下方测算' : ''));
    }))));
}

function trialTable(context, items) {
  const rows = items.filter((p) => p.outcome !== 'nothing').flatMap((p) => {
    const first = el('tr', {}, el('td', { class: 'strong' }, p.title, el('div', { class: 'sub mono' }, p.template)), el('td', { class: 'center' }, kOutcomes[p.outcome]),
      el('td', { class: 'wrap', colspan: '4' }, p.voucher ? context.link('voucher', { id: p.voucher }, '凭证 ' + p.voucher) : '', p.note ? ' ' + p.note : ''));
    return [first, ...p.lines.map((l) => el('tr', {}, el('td', {}), el('td', {}), el('td', { class: 'mono' }, l.account), el('td', {}, l.aux), amount(l.debit), amount(l.credit)))];
  });
  return sheet(el('table', { class: 'grid', id: 'closing-trial' },
    el('thead', {}, el('tr', {}, ['模板', '结果', '科目', '辅助', '借方', '贷方'].map((t) => el('th', {}, t)))),
    el('tbody', {}, rows.length ? rows : empty(6, '没有要结转的余额。'))));
}

function exceptionTable(items, may, decide) {
  const button = (e, action, text) => el('button', { type: 'button', onclick: () => decide(e.id, action) }, text);
  return sheet(el('table', { class: 'grid', id: 'closing-exceptions' },
    el('thead', {}, el('tr', {}, ['期间', '范围', '给谁', '分钟', '状态', '申请', '批准', '理由', ''].map((t) => el('th', {}, t)))),
    el('tbody', {}, items.length ? items.map((e) => el('tr', {}, el('td', {}, e.period), el('td', {}, kAreas[e.area]), el('td', {}, e.person || '所有制单人'), el('td', {}, String(e.minutes)),
      el('td', { class: 'center' }, kStates[e.state]), el('td', {}, e.requestedBy), el('td', {}, e.decidedBy), el('td', { class: 'wrap' }, e.reason),
      el('td', { class: 'center' }, !may ? '' : e.state === 'requested' ? [button(e, 'grant', '批准'), button(e, 'refuse', '不批准')] : e.state === 'granted' ? button(e, 'end', '结束') : ''))) : empty(9, '没有例外。'))));
}

export async function build(context) {
  const book = context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const period = context.period();
  const api = `/api/v1/books/${encodeURIComponent(book.code)}/closing`;
  const ask = (path) => get(path, { period }).then((data) => ({ data }), (error) => ({ error }));
  const [state, trial] = await Promise.all([ask(api), ask(api + '/trial')]);
  const said = el('div', { id: 'closing-said' });
  const reason = el('input', { type: 'text', id: 'closing-reason', placeholder: '锁定、解锁、例外的理由', maxlength: 100 });
  const perform = async (path, body) => {
    try {
      await post(path, { body });
      context.update({}, { replace: true });
    } catch (error) {
      said.replaceChildren(problem(error));
    }
  };
  const act = (action) => perform(`${api}/${action}?period=${encodeURIComponent(period)}`, { reason: reason.value, area: 'entry' });
  const button = (action, text, permission) => (context.may(permission) ? el('button', { type: 'button', id: 'closing-' + action, onclick: () => act(action) }, text) : null);
  const closing = state.data;
  const acts = context.may('period.close') || context.may('period.lock') || (closing && closing.locks && context.may('period.ask'));
  const against = closing ? closing.items.filter((i) => i.result === 'fail' || i.result === 'unknown').length : 0;
  const locks = closing && closing.locks ? closing.locks.split(',').map((a) => kAreas[a]).join('、') : '';
  return [
    head(title, `${book.name}　${chinesePeriod(period)}`, closing ? el('span', { class: 'tag ' + (closing.open ? (against ? 'bad' : 'good') : '') }, closing.open ? (against ? `${against} 项未过` : '可以结账') : '已结账') : null,
      locks ? el('span', { class: 'tag wait' }, '已锁定 ' + locks) : null),
    said,
    closing && closing.open && acts ? el('div', { class: 'tools' }, button('run', '生成结转凭证', 'period.close'), button('close', '结账', 'period.close'), reason, button(closing.locks ? 'unlock' : 'lock', closing.locks ? '解除锁定' : '锁定录入', 'period.lock'),
      closing.locks ? button('exception', '申请例外（60 分钟）', 'period.ask') : null) : null,
    el('h2', {}, '结账检查'), state.error ? problem(state.error) : checkTable(context, closing.open ? closing.items : closing.items.filter((i) => i.id !== 'open')),
    el('h2', {}, '期末结转测算'), trial.error ? problem(trial.error) : trialTable(context, trial.data.items),
    closing ? [el('h2', {}, '例外'), exceptionTable(closing.exceptions, context.may('period.exception'), (id, action) => perform(`/api/v1/exceptions/${id}/${action}`, {}))] : null,
  ];
}
