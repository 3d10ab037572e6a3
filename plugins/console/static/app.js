// SPDX-License-Identifier: Apache-2.0
// The frame: session, menu, the one selector of book and period (kept in the address), and the pages by their names.
import { el, fill, add } from './dom.js';
import { get, post, remove, setCsrf, onSignedOut } from './api.js';
import { problem } from './parts.js';
import * as books from './page_books.js';
import * as balances from './page_balances.js';
import * as ledger from './page_ledger.js';
import * as vouchers from './page_vouchers.js';
import * as voucher from './page_voucher.js';
import * as entry from './page_entry.js';
import * as reports from './page_reports.js';
import * as tasks from './page_tasks.js';
import * as status from './page_status.js';
import * as compare from './page_compare.js';
import * as budget from './page_budget.js';
import * as checks from './page_checks.js';
import * as closing from './page_closing.js';
import * as documents from './page_documents.js';
import * as payments from './page_payments.js';
import * as ledgers from './page_ledgers.js';
import * as reconcile from './page_reconcile.js';
import * as audit from './page_audit.js';
import * as plugins from './page_plugins.js';

const kBase = '/x/console/';
const pages = { books, balances, ledger, ledgers, vouchers, voucher, entry, reports, tasks, status, compare, budget, checks, closing, documents, payments, reconcile, audit, plugins };
const root = document.getElementById('app');
const state = { session: null, books: [], periods: new Map(), shown: 0 };

// What pages get: where they are, and how to go elsewhere.
const context = {
  get session() { return state.session; },
  get books() { return state.books; },
  may: (permission) => state.session.permissions.includes(permission),
  get parameters() { return Object.fromEntries(new URLSearchParams(location.search)); },
  book: () => state.books.find((b) => b.code === context.parameters.book) || state.books[0],
  period: () => context.parameters.period || latestPeriod(context.book()),
  href: (page, parameters = {}) => {
    const all = { book: context.parameters.book || (state.books[0] && state.books[0].code), period: context.parameters.period, unit: context.parameters.unit, ...parameters };
    const text = new URLSearchParams();
    for (const [name, value] of Object.entries(all)) if (value !== undefined && value !== null && value !== '') text.set(name, value);
    return kBase + page + (text.size === 0 ? '' : '?' + text);
  },
  // A page with unsaved work says so here; leaving it asks first.
  unsaved: () => '',
  mayLeave: () => { const what = context.unsaved(); return !what || window.confirm(what); },
  go: (page, parameters, { replace = false } = {}) => {
    if (!context.mayLeave()) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', context.href(page, parameters));
    show();
  },
  // Changes some parameters of this page.
  update: (parameters, options) => context.go(pageName(), { ...context.parameters, ...parameters }, options),
  link: (page, parameters, ...children) => el('a', { href: context.href(page, parameters) }, children),
};

function latestPeriod(book) {
  if (!book) return '';
  return state.periods.get(book.code) || book.open;
}

// Without a period in the address the first open one is shown, or the one before while nothing has been entered in it yet.
async function findLatestPeriod(book) {
  if (!book || state.periods.has(book.code)) return;
  let period = book.open;
  const page = await get('/api/v1/vouchers', { book: book.code, period, limit: 1 });
  if (page.items.length === 0 && period > book.start) {
    let [year, month] = period.split('-').map(Number);
    if (--month < 1) { month = 12; --year; }
    period = `${year}-${String(month).padStart(2, '0')}`;
  }
  state.periods.set(book.code, period);
}

function pageName() {
  const name = decodeURIComponent(location.pathname.slice(kBase.length)) || 'books';
  return pages[name] ? name : 'books';
}

function signIn(message) {
  document.title = '登录 · 医保基金管理平台';
  const login = el('input', { name: 'login', autocomplete: 'username', required: true, maxlength: '200' });
  const password = el('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true, maxlength: '200' });
  const says = el('div', {}, message ? el('p', { class: 'note', role: 'status' }, message) : null);
  const button = el('button', { class: 'primary', type: 'submit' }, '登录');
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const { data } = await post('/api/v1/session', { body: { login: login.value.trim(), password: password.value } });
      await enter(data);
    } catch (error) {
      fill(says, problem(error));
      password.value = '';
      password.focus();
    } finally {
      button.disabled = false;
    }
  };
  fill(root, el('main', { class: 'signin' }, el('form', { onsubmit: submit },
    el('h1', {}, '医保基金管理平台'), el('label', {}, '登录名', login), el('label', {}, '密码', password), button, says)));
  login.focus();
}

async function enter(session) {
  state.session = session;
  setCsrf(session.csrfToken);
  state.books = context.may('ledger.read') ? (await get('/api/v1/books')).items : [];
  await show();
}

async function signOut() {
  try {
    await remove('/api/v1/session');
  } catch (_) { /* the session may already be gone */ }
  state.session = null;
  setCsrf('');
  history.replaceState(null, '', kBase);
  signIn('已退出。');
}

function periodsOf(book) {
  const last = state.session.businessDay.slice(0, 7);
  const found = [];
  let [year, month] = book.start.split('-').map(Number);
  const end = book.open > last ? book.open : last;
  for (;;) {
    const period = `${year}-${String(month).padStart(2, '0')}`;
    if (period > end || found.length > 240) break;
    found.push(period);
    if (++month > 12) { month = 1; ++year; }
  }
  return found.reverse();
}

function selectors() {
  const book = context.book();
  if (!book) return null;
  const period = context.period();
  const periods = periodsOf(book);
  if (!periods.includes(period)) periods.unshift(period);
  return [
    el('label', {}, '账套', el('select', { id: 'book', onchange: (e) => context.update({ book: e.target.value, unit: undefined, period: undefined, after: undefined, account: undefined }) },
      state.books.map((b) => el('option', { value: b.code, selected: b.code === book.code }, `${b.code} ${b.name}`)))),
    el('label', {}, '期间', el('select', { id: 'period', onchange: (e) => context.update({ period: e.target.value, year: undefined, from: undefined, to: undefined, after: undefined }) },
      periods.map((p) => el('option', { value: p, selected: p === period }, p + (p < book.open ? '（已结账）' : ''))))),
  ];
}

async function show() {
  if (!state.session) return;
  const turn = ++state.shown;
  context.unsaved = () => '';
  if (!context.parameters.period) await findLatestPeriod(context.book()).catch(() => {});
  if (turn !== state.shown || !state.session) return;
  const name = pageName();
  const module = pages[name];
  const content = el('main', { class: 'page', id: 'content', tabindex: '-1' }, el('p', { class: 'note' }, '正在读取……'));
  const session = state.session;
  const here = location.pathname.replace(/\/$/, '');
  const owner = module.menu || name;
  fill(root, el('div', { class: 'frame' },
    el('header', { class: 'top' },
      el('a', { class: 'skip', href: '#content' }, '跳到正文'),
      el('span', { class: 'brand' }, el('img', { src: kBase + 'static/icon.svg', alt: '' }), '医保基金管理平台'),
      el('span', { class: 'place' }, session.deployment),
      el('span', { class: 'space' }),
      selectors(),
      el('span', { class: 'who', title: session.roles.join('、') }, `${session.name}（${session.login}）`),
      el('button', { onclick: signOut }, '退出')),
    session.development
      ? el('div', { class: 'banner', role: 'status' }, `开发模式：允许未签名的插件，业务日期固定为 ${session.businessDay}，不得用于生产。`) : el('div', { class: 'banner', hidden: true }),
    el('nav', { class: 'nav', 'aria-label': '主菜单' }, session.menu.map((item) => {
      const own = item.href.startsWith(kBase);
      const target = own ? item.href.slice(kBase.length) : '';
      const current = own ? target === owner : here.startsWith(item.href.replace(/\/$/, ''));
      return el('a', { href: own ? context.href(target, { period: context.parameters.period }) : item.href, 'aria-current': current ? 'page' : null }, item.title);
    })),
    content));
  document.title = `${module.title} · 医保基金管理平台`;
  try {
    const built = await module.build(context);
    if (turn !== state.shown) return;
    fill(content, built);
  } catch (error) {
    if (turn !== state.shown || !state.session) return;
    fill(content, el('div', { class: 'pagehead' }, el('h1', {}, module.title)), problem(error));
  }
  content.dataset.ready = name;
}

// Links inside the console change the page without loading it anew; with Ctrl they open a tab as everywhere.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith(kBase) || url.hash || !state.session) return;
  event.preventDefault();
  if (!context.mayLeave()) return;
  history.pushState(null, '', url);
  show();
  window.scrollTo(0, 0);
});
window.addEventListener('popstate', show);
window.addEventListener('beforeunload', (event) => { if (context.unsaved()) event.preventDefault(); });
onSignedOut(() => {
  state.session = null;
  signIn('会话已过期，请重新登录。');
});

(async () => {
  try {
    await enter(await get('/api/v1/session'));
  } catch (error) {
    if (error.status === 401) signIn();
    else fill(root, el('main', { class: 'page' }, problem(error)));
  }
})();
