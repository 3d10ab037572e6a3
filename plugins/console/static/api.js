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

async function send(method, path, { body, file, headers = {}, keepalive = false } = {}) {
  const options = { method, headers: { Accept: 'application/json', ...headers }, credentials: 'same-origin', keepalive };
  if (method !== 'GET' && csrf) options.headers['X-CSRF-Token'] = csrf;
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  } else if (file !== undefined) {
    options.headers['Content-Type'] = file.type || 'application/octet-stream';
    options.body = file;
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
export const patch = (path, options) => send('PATCH', path, options);
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

// A file the server makes, with the name it gives it or else `name`.
export async function file(path, parameters, name) {
  let response;
  try {
    response = await fetch(path + query(parameters), { credentials: 'same-origin' });
  } catch (_) {
    throw new ApiError({ status: 0, title: '连接不上服务器', detail: '连接不上服务器，请检查网络后重试。' });
  }
  if (!response.ok) {
    const refused = new ApiError(await response.json().catch(() => ({ status: response.status, title: response.statusText })));
    if (response.status === 401) listeners.signedOut();
    throw refused;
  }
  const given = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get('Content-Disposition') || '');
  return { blob: await response.blob(), name: given ? decodeURIComponent(given[1]) : name, etag: (response.headers.get('ETag') || '').replace(/"/g, '') };
}

export function keep({ blob, name }) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
