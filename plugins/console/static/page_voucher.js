// SPDX-License-Identifier: Apache-2.0
// One voucher, laid out as the paper 记账凭证 with its grid of digits.
import { el } from './dom.js';
import { getWithEtag, post } from './api.js';
import { fen, plain, capital, grouped } from './money.js';
import { head, facts, chineseDay, moment, nodeName, stateTag, sourceName, actorName, problem, sheet } from './parts.js';

export const title = '凭证';
export const menu = 'vouchers';

const kTitles = { 收: '收款凭证', 付: '付款凭证', 转: '转账凭证', 记: '记账凭证' };
const kColumns = ['分', '角', '元', '十', '百', '千', '万', '十', '百', '千', '亿', '十', '百', '千', '万', '十', '百', '千'];

function digitClass(place, width) {
  return 'digit' + (place === 2 ? ' point' : (place - 2) % 3 === 0 && place > 2 ? ' third' : '') + (place === width - 1 ? ' first' : '') + (place === 0 ? ' last' : '');
}

// An amount spread over `width` columns; red entries in red, the way a red pen writes them.
function digits(text, width, tag = 'td', mark = false) {
  const value = text ? fen(text) : null;
  const shown = value === null ? '' : String(value < 0n ? -value : value).padStart(3, '0');
  const cells = [];
  for (let place = width - 1; place >= 0; --place) {
    let digit = place < shown.length ? shown[shown.length - 1 - place] : '';
    if (mark && value !== null && place === shown.length) digit = '¥';
    cells.push(el(tag, { class: digitClass(place, width) + (value !== null && value < 0n ? ' red' : '') }, digit));
  }
  cells[0].dataset.amount = text || '';
  return cells;
}

function form(voucher) {
  let debit = 0n;
  let credit = 0n;
  let longest = 11;
  for (const line of voucher.lines) {
    if (line.debit) debit += fen(line.debit);
    if (line.credit) credit += fen(line.credit);
  }
  for (const value of [debit, credit]) longest = Math.max(longest, String(value < 0n ? -value : value).length + 1);
  const width = Math.min(longest, kColumns.length);
  const heads = () => Array.from({ length: width }, (_, i) => el('th', { class: digitClass(width - 1 - i, width) }, kColumns[width - 1 - i]));
  const rows = voucher.lines.map((line) => {
    const [first, ...rest] = (line.accountName || '').split('/');
    return el('tr', {}, el('td', {}, line.summary), el('td', {}, el('span', { class: 'code' }, line.account.slice(0, 4)), ' ', first),
      el('td', {}, rest.length ? [el('span', { class: 'code' }, line.account), ' ', rest.join(' — ')] : null, line.auxText ? el('div', { class: 'aux', title: line.aux }, line.auxText) : null), digits(line.debit, width), digits(line.credit, width));
  });
  for (let i = rows.length; i < 4; ++i) rows.push(el('tr', {}, el('td'), el('td'), el('td'), digits('', width), digits('', width)));
  const stamp = { posted: ['已记账', ''], void: ['作废', ' void'], approved: ['已审核', ' wait'], submitted: ['待审核', ' wait'], draft: ['草稿', ' wait'] }[voucher.state];
  const person = (name, login) => el('b', {}, name || login || '');
  const cashier = voucher.decisions.find((d) => d.actor === voucher.cashier);
  return el('section', { class: 'voucher', id: 'voucher' },
    el('div', { class: 'stamp' + stamp[1] }, stamp[0]),
    el('div', { class: 'title' }, kTitles[voucher.word] || '记账凭证'),
    el('div', { class: 'facts' }, el('span', {}, `核算单位：${voucher.bookName}`), el('span', {}, chineseDay(voucher.day)),
      el('span', {}, `${voucher.word}字第 ${voucher.number ? String(voucher.number).padStart(4, '0') : '（未编号）'}${voucher.parts ? ` ${voucher.part}/${voucher.parts}` : ''} 号　附单据 ${voucher.attachments} 张`)),
    el('table', {},
      el('thead', {}, el('tr', {}, el('th', { rowspan: '2' }, '摘　要'), el('th', { colspan: '2' }, '会计科目'), el('th', { colspan: String(width) }, '借方金额'), el('th', { colspan: String(width) }, '贷方金额')),
        el('tr', {}, el('th', {}, '总账科目'), el('th', {}, '明细科目 · 辅助核算'), heads(), heads())),
      el('tbody', {}, rows, el('tr', { class: 'sum' }, el('td', { colspan: '3' }, `合计（大写）：${capital(debit)}`), digits(plain(debit), width, 'td', true), digits(plain(credit), width, 'td', true)))),
    el('div', { class: 'signatures' }, el('span', {}, '记账：', person(voucher.posterName, voucher.poster)), el('span', {}, '审核：', person(voucher.reviewerName, voucher.reviewer)), el('span', {}, '出纳：', person(cashier && cashier.actorName, voucher.cashier)),
      el('span', {}, '制单：', person(voucher.makerName, voucher.maker)), el('span', {}, '金额：', el('b', {}, grouped(plain(debit))))));
}

function origin(context, voucher) {
  if (voucher.sourcePlugin === 'exchange') return [context.link('documents', { key: voucher.sourceKey }, voucher.sourceKey), '（点击查看原始单据）'];
  return voucher.sourceKey ? `${sourceName(voucher.sourcePlugin)} ${voucher.sourceKey}` : sourceName(voucher.sourcePlugin);
}

// What a maker does with a draft, and anybody who may propose with any voucher.
function makerActions(context, voucher, etag, says) {
  if (!context.may('voucher.propose')) return null;
  const buttons = [context.link('entry', { copy: voucher.id }, el('button', {}, '复制'))];
  if (voucher.state === 'draft' && voucher.maker === context.session.login) {
    buttons.push(context.link('entry', { id: voucher.id }, el('button', { id: 'edit' }, '修改')), el('button', {
      class: 'primary', id: 'submit-draft', onclick: async () => {
        try {
          await post(`/api/v1/vouchers/${voucher.id}/actions/submit`, { headers: { 'If-Match': etag }, body: {} });
          await context.update({}, { replace: true });
        } catch (error) {
          says.replaceChildren(problem(error));
        }
      } }, '提交审核'));
  }
  return el('div', { class: 'tools' }, buttons);
}

function actions(context, voucher, etag, says) {
  if (!voucher.flow || voucher.flow.state !== 'open') return null;
  const me = context.session.login;
  const comment = el('input', { placeholder: '审批意见（可不填）', size: '28', 'aria-label': '审批意见', maxlength: '300' });
  const run = (action) => async (event) => {
    event.target.disabled = true;
    try {
      await post(`/api/v1/vouchers/${voucher.id}/actions/${action}`, { headers: { 'If-Match': etag }, body: comment.value ? { comment: comment.value } : {} });
      await context.update({}, { replace: true });
    } catch (error) {
      says.replaceChildren(problem(error));
      event.target.disabled = false;
    }
  };
  const node = voucher.flow.nodes.find((n) => n.name === voucher.flow.node);
  const acted = voucher.maker === me || voucher.decisions.some((d) => d.actor === me);
  const mine = node && node.role && context.session.roles.includes(node.role) && !acted;
  const buttons = [];
  if (mine) buttons.push(comment, el('button', { class: 'primary', id: 'approve', onclick: run(voucher.flow.node) }, nodeName(voucher.flow.node) + '通过'), el('button', { class: 'danger', onclick: run('reject') }, '退回'));
  if (voucher.maker === me && voucher.state !== 'approved' && context.may('voucher.propose')) buttons.push(el('button', { onclick: run('withdraw') }, '撤回'));
  return buttons.length ? el('div', { class: 'tools' }, buttons) : null;
}

// What control rules and lookalikes say, before anybody approves.
function warnings(voucher) {
  if (!voucher.warnings.length) return null;
  return el('ul', { class: 'warnings', id: 'warnings' }, voucher.warnings.map((w) => el('li', {}, w.message, el('span', { class: 'sub mono' }, ' ' + w.rule))));
}

export async function build(context) {
  const id = context.parameters.id;
  const { data: voucher, etag } = await getWithEtag(`/api/v1/vouchers/${encodeURIComponent(id || '0')}`);
  const says = el('div');
  const waiting = voucher.flow && voucher.flow.state === 'open' ? `，等待环节：${nodeName(voucher.flow.node)}` : '';
  const steps = [
    el('tr', {}, el('td', {}, moment(voucher.createdAt)), el('td', {}, '制单'), el('td', {}, `${voucher.makerName || ''}（${voucher.maker}）`), el('td', {})),
    ...voucher.decisions.map((d) => el('tr', {}, el('td', {}, moment(d.at)), el('td', {}, nodeName(d.node) + (d.approve ? '通过' : '退回')),
      el('td', {}, d.actorName ? `${d.actorName}（${d.actor}）` : actorName(d.actor)), el('td', { class: 'wrap' }, d.comment))),
  ];
  if (voucher.postedAt) steps.push(el('tr', {}, el('td', {}, moment(voucher.postedAt)), el('td', {}, '记账'), el('td', {}, voucher.posterName || voucher.poster), el('td', {})));
  return [
    head('凭证', [stateTag(voucher.state), waiting], el('button', { onclick: () => window.print() }, '打印'), el('button', { onclick: () => history.back() }, '返回')),
    says, actions(context, voucher, etag, says), makerActions(context, voucher, etag, says), warnings(voucher), form(voucher),
    voucher.files.length ? el('div', { class: 'card' }, '电子附件：', voucher.files.map((f) => el('a', { href: `/api/v1/vouchers/${voucher.id}/attachments/${f.digest}`, download: f.name }, `${f.name}（${f.bytes} 字节）`))) : null,
    el('div', { class: 'columns' },
      el('section', {}, el('h2', {}, '来源与凭证信息'), el('div', { class: 'card' }, facts([
        ['来源', origin(context, voucher)], ['账套', `${voucher.book} ${voucher.bookName}`], ['会计期间', voucher.period],
        ['冲销凭证', voucher.reverses ? context.link('voucher', { id: voucher.reverses }, `凭证 ${voucher.reverses}`) : ''],
        ['审批流程', voucher.flow ? voucher.flow.title || voucher.flow.name : ''], ['内容摘要值', el('span', { class: 'mono' }, voucher.contentHash)]]))),
      el('section', {}, el('h2', {}, '办理过程'), sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['时间', '环节', '经办人', '意见'].map((t) => el('th', {}, t)))), el('tbody', {}, steps))))),
    el('h2', {}, '审计日志'),
    sheet(el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['序号', '时间', '动作', '操作人', '途径', '链上摘要值'].map((t) => el('th', {}, t)))),
      el('tbody', {}, voucher.log.map((e) => el('tr', {}, el('td', { class: 'center' }, e.seq), el('td', {}, moment(e.at)), el('td', {}, e.action), el('td', {}, e.actor), el('td', {}, e.origin), el('td', { class: 'mono' }, e.hash)))))),
  ];
}
