// SPDX-License-Identifier: Apache-2.0
// Entry of a voucher, and the edit of a draft. Keyboard: Enter goes on, "=" balances the line, Ctrl+S saves, Ctrl+Enter submits.
import { el, fill } from './dom.js';
import { get, getWithEtag, post, put } from './api.js';
import { fen, plain, grouped, capital } from './money.js';
import { head, problem } from './parts.js';

export const title = '凭证录入';
export const menu = 'vouchers';

// "1234.5" or "1,234" as people type it -> "1234.50"; anything else stays for the server to refuse in words.
function typed(text) {
  const match = /^(-?)(\d+)(?:\.(\d{0,2}))?$/.exec(text.replaceAll(',', '').trim());
  return match ? `${match[1]}${match[2]}.${(match[3] || '').padEnd(2, '0')}` : text.trim();
}

const amountOf = (text) => { try { return fen(typed(text)); } catch (_) { return 0n; } };

export async function build(context) {
  const { id, copy } = context.parameters;
  let old = null, etag = '';
  if (id || copy) ({ data: old, etag } = await getWithEtag(`/api/v1/vouchers/${encodeURIComponent(id || copy)}`));
  const book = old ? context.books.find((b) => b.code === old.book) : context.book();
  if (!book) return [head(title, ''), el('p', { class: 'note' }, '没有可见的账套。')];
  const chart = await get(`/api/v1/books/${encodeURIComponent(book.code)}/accounts`);
  const leaves = chart.items.filter((a) => a.leaf);
  const byCode = new Map(leaves.map((a) => [a.code, a]));
  const says = el('div');
  const day = el('input', { id: 'day', type: 'date', value: old && id ? old.day : `${context.period().slice(0, 4)}-${context.period().slice(5, 7).replace('13', '12')}-01`, 'aria-label': '日期' });
  const word = el('select', { id: 'word', 'aria-label': '凭证字' }, ['记', '收', '付', '转'].map((w) => el('option', { selected: old ? old.word === w : w === '记' }, w)));
  const summary = el('input', { id: 'summary', size: '40', maxlength: '400', value: old ? old.summary : '', 'aria-label': '摘要' });
  const papers = el('input', { id: 'papers', type: 'number', min: '0', max: '9999', value: old && id ? String(old.attachments) : '0', 'aria-label': '附单据' });
  const body = el('tbody', { id: 'lines' });
  const totals = el('tr', { class: 'sum' });

  const cells = (row) => Object.fromEntries([...row.querySelectorAll('input')].map((i) => [i.name, i]));
  const sums = (except) => {
    let debit = 0n, credit = 0n;
    for (const row of body.rows) {
      if (row === except) continue;
      const c = cells(row);
      debit += amountOf(c.debit.value);
      credit += amountOf(c.credit.value);
    }
    return [debit, credit];
  };
  const show = () => {
    const [debit, credit] = sums();
    const by = debit - credit;
    fill(totals, el('td', { colspan: '4' }, by === 0n ? `合计（大写）：${capital(debit)}` : `借贷相差 ${grouped(plain(by < 0n ? -by : by))}`),
      el('td', { class: 'money', id: 'debit-total' }, grouped(plain(debit))), el('td', { class: 'money', id: 'credit-total' }, grouped(plain(credit))), el('td'));
  };
  const named = (row) => {
    const c = cells(row), account = byCode.get(c.account.value.trim().split(' ')[0]);
    const wanted = account ? account.auxRequired.filter((d) => !c.aux.value.includes(d + '=')) : [];
    row.querySelector('.name').textContent = account ? account.fullName : c.account.value ? '没有这个末级科目' : '';
    c.aux.placeholder = account ? [...account.auxRequired.map((d) => d + '=…'), ...account.auxAllowed.map((d) => `[${d}]`)].join(';') : '';
    c.aux.classList.toggle('wanted', wanted.length > 0);
  };
  const input = (name, value, size) => el('input', { name, size, value: value || '', 'aria-label': { summary: '分录摘要', account: '科目', aux: '辅助核算', debit: '借方', credit: '贷方' }[name],
    ...(name === 'account' ? { list: 'accounts' } : {}), autocomplete: 'off' });
  const addRow = (line = {}) => {
    const row = el('tr', {}, el('td', {}, input('summary', line.summary, '18')), el('td', {}, input('account', line.account, '12')), el('td', { class: 'name wrap' }),
      el('td', {}, input('aux', line.aux, '24')), el('td', {}, input('debit', line.debit, '14')), el('td', {}, input('credit', line.credit, '14')),
      el('td', {}, el('button', { title: '删除这一行', onclick: () => { if (body.rows.length > 1) row.remove(); show(); } }, '×')));
    body.append(row);
    named(row);
    return row;
  };
  body.addEventListener('input', (event) => {
    named(event.target.closest('tr'));
    show();
  });
  body.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const row = event.target.closest('tr'), c = cells(row), money = event.target.name === 'debit' || event.target.name === 'credit';
    if (event.key === '=' && money) {  // the difference of the other lines, on this side
      const [debit, credit] = sums(row);
      c.debit.value = c.credit.value = '';
      event.target.value = plain(event.target.name === 'debit' ? credit - debit : debit - credit);
      event.preventDefault();
      show();
    } else if (event.key === 'Enter' && !event.ctrlKey && event.target.name) {
      const inputs = [...body.querySelectorAll('input')];
      const at = inputs.indexOf(event.target);
      if (at === inputs.length - 1) addRow({ summary: c.summary.value });
      [...body.querySelectorAll('input')][at + 1].focus();
      event.preventDefault();
    }
  });
  const content = () => ({
    book: book.code, day: day.value, word: word.value, summary: summary.value, attachments: Number(papers.value),
    ...(old && id && old.period.endsWith('-13') ? { month: 13 } : {}), ...(old && id && old.parts ? { part: old.part, parts: old.parts, ...(old.part > 1 ? { lead: old.lead } : {}) } : {}),
    lines: [...body.rows].map(cells).filter((c) => c.account.value || c.debit.value || c.credit.value).map((c) => ({
      summary: c.summary.value, account: c.account.value.trim().split(' ')[0], aux: c.aux.value.trim(),
      ...(c.debit.value ? { debit: typed(c.debit.value) } : {}), ...(c.credit.value ? { credit: typed(c.credit.value) } : {}) })),
  });
  // Of this page: pressing twice makes one voucher. (randomUUID is missing where the site is plain HTTP on another machine.)
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  let saving = false;
  const save = async (submit) => {
    if (saving) return;
    saving = true;
    says.replaceChildren();
    try {
      let saved;
      if (id) {
        saved = await put(`/api/v1/vouchers/${id}`, { headers: { 'If-Match': etag }, body: content() });
        etag = saved.etag;  // what is saved stays saved when the submitting is refused
        if (submit) await post(`/api/v1/vouchers/${id}/actions/submit`, { headers: { 'If-Match': saved.etag }, body: {} });
      } else {
        saved = await post('/api/v1/vouchers' + (submit ? '' : '?draft=true'), { headers: { 'Idempotency-Key': key }, body: content() });
      }
      context.go('voucher', { id: saved.data.id }, { replace: true });
    } catch (error) {
      says.replaceChildren(problem(error));
    } finally {
      saving = false;
    }
  };
  const page = el('div', { id: 'entry' },
    el('div', { class: 'tools' }, el('label', {}, '日期', day), el('label', {}, '凭证字', word), el('label', {}, '摘要', summary), el('label', {}, '附单据', papers, '张')),
    el('table', { class: 'grid' }, el('thead', {}, el('tr', {}, ['分录摘要', '科目', '名称', '辅助核算（维度=项目;…）', '借方', '贷方', ''].map((t) => el('th', {}, t)))), body, el('tfoot', {}, totals)),
    el('datalist', { id: 'accounts' }, leaves.map((a) => el('option', { value: a.code }, `${a.code} ${a.fullName}`))),
    el('div', { class: 'tools' }, el('button', { onclick: () => addRow().querySelector('input').focus() }, '增行'),
      el('button', { id: 'save', onclick: () => save(false) }, '存草稿 (Ctrl+S)'), el('button', { class: 'primary', id: 'submit', onclick: () => save(true) }, '提交审核 (Ctrl+Enter)'),
      el('span', { class: 'note' }, '回车到下一格；金额格按 = 找平')));
  page.addEventListener('keydown', (event) => {
    if (!event.ctrlKey || (event.key !== 's' && event.key !== 'Enter')) return;
    event.preventDefault();
    save(event.key === 'Enter');
  });
  for (const line of old ? old.lines : [{}, {}]) addRow(line);
  show();
  setTimeout(() => { if (page.isConnected) summary.focus(); });  // the keyboard works from the first moment
  return [head(id ? '修改草稿' : '凭证录入', `${book.code} ${book.name}`, el('button', { onclick: () => history.back() }, '返回')), says, page];
}
