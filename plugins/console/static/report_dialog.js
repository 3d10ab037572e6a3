// SPDX-License-Identifier: Apache-2.0
// Questions a page asks before it acts. Every one of them can be left with Esc.
import { el, fill } from './dom.js';
import { problem } from './parts.js';

// Shows `content`; the buttons are [text, value, class]. Resolves with the value pressed, or null when it was left.
export function dialog(title, content, buttons, { wide = false, check } = {}) {
  return new Promise((resolve) => {
    const says = el('div', { role: 'alert' });
    const box = el('dialog', { class: 'dialog' + (wide ? ' wide' : ''), 'aria-label': title });
    const end = (value) => { box.close(); box.remove(); resolve(value); };
    const press = (value) => {
      const wrong = value && check ? check() : '';
      if (wrong) fill(says, el('p', { class: 'red' }, wrong));
      else end(value);
    };
    add(box, title, content, says, buttons, press, end);
    box.addEventListener('click', (event) => { if (event.target.closest('a[href]')) end(null); });
    box.addEventListener('cancel', (event) => { event.preventDefault(); end(null); });
    document.body.append(box);
    box.showModal();
    const first = box.querySelector('[autofocus], input:not([type=checkbox]), textarea, select, .buttons button');
    if (first) first.focus();
  });
}

function add(box, title, content, says, buttons, press, end) {
  const form = el('form', { method: 'dialog', onsubmit: (event) => { event.preventDefault(); press(buttons[0][1]); } },
    el('h2', {}, title), el('div', { class: 'content' }, content), says,
    el('div', { class: 'buttons' },
      buttons.map(([text, value, kind], i) => el('button', { type: i === 0 ? 'submit' : 'button', class: kind || (i === 0 ? 'primary' : ''), name: value, onclick: i === 0 ? null : () => press(value) }, text)),
      el('button', { type: 'button', name: 'cancel', onclick: () => end(null) }, buttons.length ? '取消' : '关闭')));
  box.append(form);
}

// Fields: [{name, label, value, options, needed, area}]. Resolves with {name: text} or null.
export async function ask(title, fields, { confirm = '确定', before, danger = false } = {}) {
  const inputs = fields.map((f) => {
    if (f.options) return el('select', { name: f.name }, f.options.map(([value, text]) => el('option', { value, selected: value === f.value }, text)));
    return el(f.area ? 'textarea' : 'input', { name: f.name, value: f.value || '', type: f.area ? undefined : f.type || 'text', maxlength: '300', placeholder: f.hint || undefined });
  });
  const pressed = await dialog(title, [before || null, fields.map((f, i) => el('label', {}, el('span', {}, f.label), inputs[i]))], [[confirm, 'yes', danger ? 'danger' : 'primary']], {
    check: () => {
      const wrong = fields.findIndex((f, i) => (f.needed && !inputs[i].value.trim()) || (f.equals !== undefined && inputs[i].value.trim() !== f.equals));
      return wrong < 0 ? '' : fields[wrong].equals !== undefined ? `请写 ${fields[wrong].equals}` : `请填写${fields[wrong].label}`;
    },
  });
  return pressed ? Object.fromEntries(fields.map((f, i) => [f.name, inputs[i].value.trim()])) : null;
}

export const tell = (title, ...content) => dialog(title, content, [], { wide: true });
export const tellProblem = (title, error) => dialog(title, problem(error), []);

export function grid(heads, rows, { id, nothing = '没有。' } = {}) {
  return el('div', { class: 'sheet' }, el('table', { class: 'grid', id }, el('thead', {}, el('tr', {}, heads.map((h) => el('th', { scope: 'col' }, h)))),
    el('tbody', {}, rows.length ? rows : el('tr', {}, el('td', { colspan: String(heads.length), class: 'center' }, nothing)))));
}
