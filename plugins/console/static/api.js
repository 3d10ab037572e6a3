// SPDX-License-Identifier: Apache-2.0
// The one way to the server. A refusal becomes an ApiError that carries the problem document.

export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || '请求失败');
    this.problem = problem;
    this.status = problem.status;
  }
}

const listeners = { signedOut: () => {} };
let csrf = '';

export function onSignedOut(action) { listeners.signedOut = action; }
export function setCsrf(token) { csrf = token || ''; }

export function query(parameters) {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters || {}))
    if (value !== undefined && value !== null && value !== '' && value !== false) text.set(name, value);
  const joined = text.toString();
  return joined ? '?' + joined : '';
}

async function send(method, path, { body, headers = {} } = {}) {
  const options = { method, headers: { Accept: 'application/json', ...headers }, credentials: 'same-origin' };
  if (method !== 'GET' && csrf) options.headers['X-CSRF-Token'] = csrf;
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch (_) {
    throw new ApiError({ status: 0, title: '连接不上服务器', detail: '连接不上服务器，请检查网络后重试。' });
  }
  if (response.status === 204) return { data: null, etag: '' };
  let data = null;
  try {
    data = await response.json();
  } catch (_) {
    if (response.ok) throw new ApiError({ status: response.status, title: '应答不是 JSON', detail: '服务器的应答不能被理解。' });
  }
  if (!response.ok) {
    const error = new ApiError(data || { status: response.status, title: response.statusText });
    if (response.status === 401 && path !== '/api/v1/session') listeners.signedOut();
    throw error;
  }
  return { data, etag: response.headers.get('ETag') || '' };
}

export const get = async (path, parameters) => (await send('GET', path + query(parameters))).data;
export const getWithEtag = (path, parameters) => send('GET', path + query(parameters));
export const post = (path, options) => send('POST', path, options);
export const put = (path, options) => send('PUT', path, options);
export const remove = (path) => send('DELETE', path);

// All items of a keyset-paged list, up to `most`; `complete` tells whether that was all.
export async function all(path, parameters, most = 4000) {
  const items = [];
  let after;
  for (;;) {
    const page = await get(path, { ...parameters, limit: 1000, after });
    items.push(...page.items);
    if (!page.next) return { items, complete: true };
    if (items.length >= most) return { items, complete: false, next: page.next };
    after = page.next;
  }
}
