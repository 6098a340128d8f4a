// What does the person do in this page, and what does the page show? Told to the harness through __harnessSaw.
(() => {
  if (window.__harnessWatches) return;
  window.__harnessWatches = true;
  const isTop = window.top === window;
  const saw = (kind, more) => {
    try { window.__harnessSaw(JSON.stringify({kind, url: location.href, ...more})); } catch { /* the page is going */ }
  };
  const words = text => (text || '').replace(/\s+/g, ' ').trim();
  const isShown = element => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;

  // The accessible name, near enough: a name that another element has, too, is not used.
  const textOf = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
    if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.tagName)) return '';
    const style = getComputedStyle(node);
    if (style.display === 'none' || style.visibility === 'hidden') return '';
    if (node.tagName === 'IMG') return node.alt || '';
    if (words(node.getAttribute('aria-label'))) return node.getAttribute('aria-label');
    const inner = [...node.childNodes].map(textOf).join('');
    return style.display.startsWith('inline') ? inner : ` ${inner} `;
  };
  const nameOf = element => {
    const others = (element.getAttribute('aria-labelledby') || '').split(/\s+/).map(id => document.getElementById(id));
    const told = words(others.filter(Boolean).map(textOf).join(' ')) || words(element.getAttribute('aria-label'));
    if (told) return told;
    if (element.tagName === 'INPUT') return words(element.value || element.alt);
    return words([...element.childNodes].map(textOf).join('')) || words(element.title);
  };
  const BUTTONS = 'button, [role=button], input[type=submit], input[type=button], input[type=reset], input[type=image]';
  const roleOf = element => {
    const said = words(element.getAttribute('role')).split(' ')[0];
    if (said) return said;
    return element.matches('a[href]') ? 'link' : element.matches(BUTTONS) ? 'button' : '';
  };
  const withRole = role =>
    ({link: 'a[href]:not([role]), [role=link]', button: BUTTONS})[role] || `[role="${CSS.escape(role)}"]`;
  const isOne = (query, root = document) => {
    try { return root.querySelectorAll(query).length === 1; } catch { return false; }
  };
  const labelOf = element => {
    const labels = element.labels ? [...element.labels] : [];
    return labels.length === 1 ? words(labels[0].textContent) : words(element.getAttribute('aria-label'));
  };
  const pathOf = element => {
    const parts = [];
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const alike = at.parentElement ? [...at.parentElement.children].filter(each => each.tagName === at.tagName) : [];
      const place = alike.length > 1 ? `:nth-of-type(${alike.indexOf(at) + 1})` : '';
      parts.unshift(at.tagName.toLowerCase() + place);
      if (isOne(parts.join(' > '))) break;
    }
    return parts.join(' > ');
  };
  // The ways to name an element, the best first. An ID with a long number in it is made up anew for each page.
  const selectorsOf = element => {
    const found = [];
    const id = element.dataset && element.dataset.testid;
    if (id && isOne(`[data-testid="${CSS.escape(id)}"]`)) found.push({test_id: id});
    if (element.matches('input, select, textarea') && !element.matches(BUTTONS)) {
      const label = labelOf(element);
      const same = [...document.querySelectorAll('input, select, textarea')].filter(each => labelOf(each) === label);
      if (label && label.length <= 80 && same.length === 1) found.push({label});
      const hint = element.getAttribute('placeholder');
      if (hint && isOne(`[placeholder="${CSS.escape(hint)}"]`)) found.push({placeholder: hint});
    }
    const role = roleOf(element);
    const name = role ? nameOf(element) : '';
    if (name && name.length <= 80) {
      const same = [...document.querySelectorAll(withRole(role))].filter(each => isShown(each) && nameOf(each) === name);
      if (same.length === 1) found.push(role === 'link' ? {link: name} : {role, name});
    }
    if (element.id && !/\d{3,}/.test(element.id) && isOne(`#${CSS.escape(element.id)}`)) {
      found.push({css: `#${CSS.escape(element.id)}`});
    }
    if (element.name && typeof element.name === 'string') {
      const value = element.type === 'radio' ? `[value="${CSS.escape(element.value)}"]` : '';
      const query = `${element.tagName.toLowerCase()}[name="${CSS.escape(element.name)}"]${value}`;
      if (isOne(query)) found.push({css: query});
    }
    found.push({css: pathOf(element)});
    return found;
  };
  const facts = element => ({
    selectors: selectorsOf(element),
    tag: element.tagName.toLowerCase(),
    type: words(element.getAttribute('type')).toLowerCase(),
    autocomplete: words(element.getAttribute('autocomplete')).toLowerCase(),
    name: words(element.getAttribute('name') || element.id),
    label: labelOf(element),
    placeholder: words(element.getAttribute('placeholder')),
    input_mode: words(element.getAttribute('inputmode')).toLowerCase(),
    options: element.tagName === 'SELECT' ? [...element.options].slice(0, 8).map(each => each.value) : [],
    is_shown: isShown(element),
  });

  if (!isTop) {
    document.addEventListener('click', event => { if (event.isTrusted) saw('in_frame', {}); }, true);
    return;
  }

  const isBox = element => element.matches('input[type=checkbox], input[type=radio]');
  const isField = element => element.matches('input, select, textarea') && !element.matches(BUTTONS);
  const changed = new Set();
  const tellField = element => {
    changed.delete(element);
    if (isBox(element)) saw('check', {element: facts(element), checked: element.checked});
    else if (element.type === 'file') saw('file', {element: facts(element)});
    else saw(element.tagName === 'SELECT' ? 'select' : 'fill', {element: facts(element), value: element.value});
  };
  const tellAll = () => [...changed].forEach(tellField);
  document.addEventListener('input', event => {
    const element = event.composedPath()[0];
    if (element instanceof Element && isField(element)) changed.add(element);
  }, true);
  document.addEventListener('change', event => {
    const element = event.composedPath()[0];
    if (element instanceof Element && isField(element) && (isBox(element) || changed.has(element))) tellField(element);
  }, true);

  let enteredAt = -1000;
  document.addEventListener('keydown', event => {
    const element = event.composedPath()[0];
    if (event.key !== 'Enter' || !event.isTrusted || !(element instanceof Element)) return;
    if (!element.matches('input') || element.matches(BUTTONS)) return;
    tellAll();
    enteredAt = performance.now();
    saw('press', {element: facts(element), key: 'Enter'});
  }, true);

  // Else the text between two of them is selected.
  document.addEventListener('mousedown', event => { if (event.shiftKey) event.preventDefault(); }, true);

  const CLICKABLE = `a[href], ${BUTTONS}, summary, [role], input, select, textarea, option`;
  document.addEventListener('click', event => {
    const target = event.composedPath()[0];
    if (!event.isTrusted || !(target instanceof Element)) return;
    if (event.shiftKey) {
      event.preventDefault();
      event.stopImmediatePropagation();
      target.style.outline = '3px solid #2563eb';
      saw('shown', {element: facts(target), value: words(target.innerText)});
      return;
    }
    // What Enter does in a form: the browser clicks its button.
    if (event.detail === 0 && performance.now() - enteredAt < 200) return;
    const label = target.closest('label');
    if (label && label.control && !target.closest('a[href], button')) return;
    const actionable = target.closest(CLICKABLE);
    const element = actionable || (getComputedStyle(target).cursor === 'pointer' ? target : null);
    if (!element || isField(element) || element.tagName === 'OPTION') return;
    tellAll();
    saw('click', {element: facts(element)});
  }, true);
  window.addEventListener('pagehide', tellAll, true);

  // What the page shows, again and again: the last word is what a conversion is read from.
  const looks = () => {
    if (!document.body) return;
    const shown = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
    for (let element = walker.nextNode(); element && shown.length < 400; element = walker.nextNode()) {
      if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|SELECT|TEXTAREA)$/.test(element.tagName)) continue;
      const own = words([...element.childNodes].filter(each => each.nodeType === 3).map(each => each.data).join(' '));
      if (own && own.length <= 120 && /\d/.test(own) && isShown(element)) shown.push([words(element.innerText), element]);
    }
    let layer = [];
    try { layer = JSON.parse(JSON.stringify([].concat(LAYER_EXPRESSION || []))); } catch { /* not JSON */ }
    saw('page', {shown: shown.map(([text, element]) => ({text, selectors: selectorsOf(element)})), layer});
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(looks, 300); };
  const watch = () => {
    const [entry] = performance.getEntriesByType('navigation');
    if (entry && entry.type !== 'navigate') saw(entry.type === 'reload' ? 'reload' : 'back', {});
    new MutationObserver(soon).observe(document.documentElement, {childList: true, subtree: true, characterData: true});
    soon();
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', watch);
  else watch();
})();
