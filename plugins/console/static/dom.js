// SPDX-License-Identifier: Apache-2.0
// Building pages. Text always goes in as text: nothing here ever parses HTML.

export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else if (name in node && name !== 'list' && name !== 'colSpan' && typeof value !== 'string') node[name] = value;
    else if (name === 'value') node.value = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

// Rows that take the keyboard: arrows move, Enter opens, Home and End jump.
export function keyboardRows(body, open) {
  body.addEventListener('keydown', (event) => {
    const row = event.target.closest('tr[tabindex]');
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    const rows = [...body.querySelectorAll('tr[tabindex]')].filter((r) => !r.hidden);
    const at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: Math.min(at + 20, rows.length - 1), PageUp: Math.max(at - 20, 0) }[event.key];
    if (to !== undefined && rows[to]) {
      rows[to].focus();
      event.preventDefault();
    } else if (event.key === 'Enter' && event.target === row) {
      open(row, event);
      event.preventDefault();
    }
  });
  body.addEventListener('click', (event) => {
    const row = event.target.closest('tr[tabindex]');
    if (row && !event.target.closest('a,button,input')) open(row, event);
  });
}

// The first row takes the focus order; the arrows do the rest.
export function focusable(rows) {
  rows.forEach((row, index) => row.setAttribute('tabindex', index === 0 ? '0' : '-1'));
  return rows;
}
