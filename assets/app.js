// SPDX-License-Identifier: GPL-3.0-or-later
// Everything works without this file; with it, parts of pages are swapped, dialogs open in place and times are those of the viewer's zone.
// No eval, no inline style: the policy forbids them.
import htmx from 'htmx.org'
import { sha256 } from '@noble/hashes/sha2'
import { utf8ToBytes } from '@noble/hashes/utils'

htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
htmx.config.historyCacheSize = 0
htmx.config.refreshOnHistoryMiss = true
htmx.config.allowScriptTags = false
htmx.config.selfRequestsOnly = true

// A list's search asks while one types. The script runs before htmx looks at the page, so pages need not carry these.
for (const form of document.querySelectorAll('form.search')) {
	const how = { get: form.getAttribute('action'), trigger: 'submit, input delay:250ms from:find input, change from:find select', target: '#list', select: '#list',
		swap: 'outerHTML', 'push-url': 'true', sync: 'this:replace' }
	for (const [name, value] of Object.entries(how)) form.setAttribute(`hx-${name}`, value)
}

const root = document.documentElement
const all = (where, what) => where.querySelectorAll(what)

// ---- light, dark, or what the system wants ----

const themes = ['system', 'light', 'dark']
// texts in the page's language, and dialogs: /words/, a file of their own
document.body.insertAdjacentHTML('beforeend', globalThis.furniture)
const words = document.getElementById('words').dataset
// storage is the whole host's, which may have other programs at other paths
const theme = () => localStorage.getItem('vimbadmin.theme') || 'system'
const setTheme = (wanted) => {
	localStorage.setItem('vimbadmin.theme', wanted)
	if (wanted === 'system') delete root.dataset.bsTheme
	else root.dataset.bsTheme = wanted
}

function themeButton() {
	const menu = document.querySelector('.who .card')
	if (!menu) return
	const button = document.createElement('button')
	const label = document.createElement('span')
	button.type = 'button'
	button.innerHTML = '<i class="i i-theme"></i>'
	button.append(label)
	const show = () => { label.textContent = `${words.colours} ${words[theme()]}` }
	button.addEventListener('click', () => {
		setTheme(themes[(themes.indexOf(theme()) + 1) % themes.length])
		show()
	})
	show()
	menu.insertBefore(button, menu.querySelector('form'))
}

// ---- what every new part of a page needs ----

// the page's language, in the variety that the browser is set to if it is one of them
const locale = navigator.languages.find((l) => l.split('-')[0] === root.lang) ?? root.lang
const zone = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

function makePassword() {
	const bytes = crypto.getRandomValues(new Uint32Array(23))
	return Array.from(bytes, (b) => letters[b % letters.length]).join('')
}

function addButton(after, text, act) {
	const button = document.createElement('button')
	button.type = 'button'
	button.className = 'btn'
	button.textContent = text
	button.addEventListener('click', () => act(button))
	after.append(button)
	return button
}

// how hard it is to guess, said by the server; nothing is asked while somebody types on
function addMeter(group, box) {
	const meter = document.createElement('meter')
	const text = document.createElement('small')
	const line = document.createElement('div')
	let wait
	meter.max = 4
	meter.low = 2
	meter.high = 3
	meter.optimum = 4
	meter.setAttribute('aria-label', words.strength)
	text.setAttribute('role', 'status')
	line.className = 'meter'
	line.hidden = true
	line.append(meter, text)
	group.after(line)
	const ask = async () => {
		const typed = box.value
		line.hidden = !typed
		if (!typed) return
		const body = new URLSearchParams({ csrf: box.form.elements.csrf.value, password: typed })
		const answer = await fetch(words.meter, { method: 'POST', headers: { accept: 'application/json' }, body })
		const said = answer.ok ? await answer.json() : null
		if (box.value !== typed) return
		line.hidden = !said
		if (said) [meter.value, text.textContent] = [said.strength, words.levels.split('|')[said.strength]]
	}
	box.addEventListener('input', () => {
		clearTimeout(wait)
		wait = setTimeout(() => ask().catch(() => { line.hidden = true }), 300)
	})
}

// What can be done with a row stands once in the page: a copy for each, with its number where links have 0, or its name.
function addActs(list) {
	const acts = document.getElementById('acts')?.content.firstElementChild
	for (const name of acts ? all(list, 'tbody th > a') : []) {
		const cell = acts.cloneNode(true)
		for (const link of all(cell, 'a')) {
			link.setAttribute('href', link.getAttribute('href').replace(/\/0(?=\/[^/]*$)/, `/${name.id.slice(1)}`).replace(/=0$/, `=${encodeURIComponent(name.textContent)}`))
			link.setAttribute('aria-label', `${link.title} ${name.textContent}`)
		}
		name.closest('tr').append(cell)
	}
}

// A long address breaks in front of its @ sooner than anywhere.
function letBreak(part) {
	for (const name of all(part, 'bdi')) {
		const text = name.textContent
		const at = text.lastIndexOf('@')
		if (at > 0 && text.length > 28 && !/[\s,]/.test(text) && !name.children.length) name.replaceChildren(text.slice(0, at), document.createElement('wbr'), text.slice(at))
	}
}

function dress(part) {
	addActs(part)
	letBreak(part)
	for (const time of all(part, 'time')) {
		const at = new Date(time.dateTime)
		if (!Number.isNaN(at.getTime())) {
			time.textContent = zone.format(at)
			time.title = time.dateTime
		}
	}
	for (const group of all(part, '[data-password]')) {
		const box = group.querySelector('input')
		const show = addButton(group, words.show, () => {
			box.type = box.type === 'password' ? 'text' : 'password'
			show.textContent = box.type === 'password' ? words.show : words.hide
		})
		if (group.dataset.password === 'make') addMeter(group, box)
		const made = box.form.elements.generate
		if (made) {
			const set = () => {
				box.disabled = made.checked
				if (made.checked) box.value = ''
			}
			made.addEventListener('change', set)
			set()
		} else if (group.dataset.password === 'make') {
			addButton(group, words.make, () => {
				box.value = makePassword()
				box.dispatchEvent(new Event('input'))
				box.type = 'text'
				show.textContent = words.hide
			})
		}
	}
	for (const code of all(part, '[data-copy]')) {
		if (navigator.clipboard) {
			addButton(code.parentElement, words.copying, (button) =>
				navigator.clipboard.writeText(code.textContent).then(() => { button.textContent = words.copied }))
		}
	}
	for (const form of window.PublicKeyCredential ? all(part, '[data-passkey]') : []) {
		form.querySelector('[data-without]').remove()
		form.querySelector('[data-with]').hidden = false
	}
	for (const button of window.PublicKeyCredential ? all(part, '[data-proof-key]') : []) {
		button.hidden = false
		button.addEventListener('click', () => sendPasskey(button.form, button, button, fillProof(button.form, button)))
	}
	// "all" and single boxes of a set exclude each other
	for (const set of all(part, '[data-set]')) {
		set.addEventListener('change', ({ target }) => {
			for (const box of all(set, 'input')) {
				if (box !== target && target.checked && (target.value === 'ALL' || box.value === 'ALL')) box.checked = false
			}
		})
	}
	const faults = part.querySelector('#faults, #warnings')
	if (faults && !document.activeElement?.matches('[aria-invalid]')) faults.focus()
}

// ---- messages float above the page; good news leave by themselves, unless somebody is at them ----

const stay = 8000

function toast() {
	const alert = document.querySelector('#flash .alert')
	if (!alert) return
	const close = document.createElement('button')
	close.type = 'button'
	close.className = 'btn-close'
	close.setAttribute('aria-label', words.close)
	close.addEventListener('click', () => alert.remove())
	alert.append(close)
	if (!alert.matches('.alert-success')) return
	const leave = () => alert.matches(':hover, :focus-within') ? setTimeout(leave, stay) : alert.remove()
	setTimeout(leave, stay)
}

// ---- a switch sets its state without leaving the page ----

function flash(text, kind) {
	const alert = document.createElement('div')
	alert.className = `alert ${kind === 'fault' ? 'alert-danger' : 'alert-success'}`
	alert.textContent = text
	document.getElementById('flash').replaceChildren(alert)
	toast()
}

async function swap(response) {
	const away = response.headers.get('hx-redirect')
	if (away) return location.assign(away)
	const page = new DOMParser().parseFromString(await response.text(), 'text/html')
	const fresh = page.getElementById('list')
	document.getElementById('flash').replaceChildren(...page.getElementById('flash')?.childNodes ?? [])
	if (fresh) document.getElementById('list').replaceWith(fresh)
	toast()
	if (!response.ok) flash(page.querySelector('.empty-subtitle')?.textContent ?? words.failed, 'fault')
	const list = document.getElementById('list')
	if (list) {
		htmx.process(list)
		dress(list)
	}
}

async function flip(form, button) {
	const name = button.getAttribute('aria-labelledby').split(' ').pop()
	button.disabled = true
	try {
		const headers = { 'hx-request': 'true', 'hx-target': 'list' }
		await swap(await fetch(button.formAction, { method: 'POST', headers, body: new URLSearchParams(new FormData(form)) }))
	} catch {
		flash(words.silent, 'fault')
		button.disabled = false
	}
	focusOn(document.getElementById(name)?.closest('tr').querySelector('.on, .off'))
}

// The list itself where there is nothing better: Tab goes on from there.
function focusOn(element) {
	const list = document.getElementById('list')
	if (list) list.tabIndex = -1
	;(element ?? list)?.focus({ preventScroll: true })
}

// ---- picking rows: all of the page, ranges with Shift ----

let picked // the row picked last

function showCount() {
	const label = document.querySelector('[data-count]')
	if (!label) return
	const boxes = [...all(document, '[name=ids]')]
	const n = boxes.filter((b) => b.checked).length
	label.textContent = `${n} ${label.dataset.count}`
	const every = document.querySelector('[data-pick-all]')
	every.checked = n > 0 && n === boxes.length
	every.indeterminate = n > 0 && n < boxes.length
}

document.addEventListener('click', ({ target, shiftKey }) => {
	if (target.matches('td:has(> [name=ids])')) return target.firstElementChild.click() // fingers are wider than boxes
	if (target.matches('[data-pick-all]')) {
		for (const box of all(document, '[name=ids]')) box.checked = target.checked
	} else if (target.matches('[name=ids]')) {
		const boxes = [...all(document, '[name=ids]')]
		const [from, to] = [boxes.indexOf(picked), boxes.indexOf(target)]
		if (shiftKey && from >= 0) for (const box of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = target.checked
		picked = target
	} else return
	showCount()
})

// one field for all of them: a form has no room for a thousand
document.addEventListener('formdata', ({ target, formData }) => {
	if (target.id !== 'b') return
	const ids = formData.getAll('ids')
	if (ids.length > 1) formData.set('ids', ids.join(','))
})

// ---- confirmations open over the list ----

async function openDialog(url) {
	const dialog = document.getElementById('dialog')
	const page = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/html')
	const form = page.getElementById('form')
	if (!form) return location.assign(url)
	for (const f of all(form, 'form')) f.action = url
	dialog.replaceChildren(form)
	dialog.showModal()
}

// ---- a lost password: the browser computes for a moment, instead of a person reading crooked letters ----

// A number for which the hash begins with 16 zero bits; the page stays alive meanwhile.
async function prove(challenge, name) {
	for (let n = 0; ; n++) {
		const hash = sha256(utf8ToBytes(`${challenge}:${name}:${n}`))
		if (hash[0] === 0 && hash[1] === 0) return String(n)
		if (n % 1000 === 999) await new Promise((done) => setTimeout(done))
	}
}

async function sendProven(form, button) {
	button?.classList.add('btn-loading')
	form.elements.proof.value = await prove(form.dataset.proof, form.elements.username.value.trim())
	form.requestSubmit(button)
}

// ---- passkeys: the form carries what an authenticator answers to the panel's question ----

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

async function question(where, csrf) {
	if (where.dataset.question) return JSON.parse(where.dataset.question)
	const answer = await fetch(where.dataset.ask, { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams({ csrf }) })
	const said = await answer.json()
	if (!answer.ok) throw new Error(said.text ?? words.silent)
	return said
}

// What the authenticator answers, by the names of the form's fields.
async function answerOf({ publicKey }) {
	publicKey.challenge = toBytes(publicKey.challenge)
	for (const known of publicKey.excludeCredentials ?? publicKey.allowCredentials) known.id = toBytes(known.id)
	if (publicKey.user) publicKey.user.id = toBytes(publicKey.user.id)
	const { id, response } = await navigator.credentials[publicKey.user ? 'create' : 'get']({ publicKey }).catch(() => {
		throw new Error(words.nokey)
	})
	const sent = { client_data: response.clientDataJSON, attestation: response.attestationObject, authenticator_data: response.authenticatorData,
		signature: response.signature, user_handle: response.userHandle }
	for (const [name, bytes] of Object.entries(sent)) sent[name] = bytes ? toText(bytes) : ''
	return { ...sent, credential: id, transports: response.getTransports?.().join() ?? '' }
}

// where: what says which question; send: puts the answer into the form
async function sendPasskey(form, button, where, send) {
	const fault = form.querySelector('[data-fault]')
	fault.hidden = button.disabled = true
	try {
		send(await answerOf(await question(where, form.elements.csrf.value)))
	} catch (e) {
		fault.textContent = e.message
		fault.hidden = button.disabled = false
	}
}

const fillPasskey = (form) => (answer) => {
	for (const [name, text] of Object.entries(answer)) if (form.elements[name]) form.elements[name].value = text
	form.submit()
}

// who asks is proved once more: the answer stands where a password or a code would
const fillProof = (form, button) => (answer) => {
	form.elements.proof.value = `passkey:${answer.credential}.${answer.client_data}.${answer.authenticator_data}.${answer.signature}`
	button.disabled = false
	form.requestSubmit()
}

document.addEventListener('submit', (event) => {
	const form = event.target
	if (form.matches('[data-passkey]')) {
		event.preventDefault()
		sendPasskey(form, form.querySelector('[data-with]'), form, fillPasskey(form))
	} else if (form.matches('[data-proof]') && !form.elements.proof.value) {
		event.preventDefault()
		sendProven(form, event.submitter)
	} else if (form.matches('[data-switches]') && event.submitter) {
		event.preventDefault()
		flip(form, event.submitter)
	} else if (form.matches('[data-busy]')) {
		// not before the form data were taken
		event.submitter?.classList.add('btn-loading')
		setTimeout(() => { for (const b of all(form, 'button:not([type=button])')) b.disabled = true })
	}
})

document.addEventListener('click', (event) => {
	const link = event.target.closest('a')
	if (link?.matches('[data-dialog]') && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
		event.preventDefault()
		openDialog(link.href).catch(() => location.assign(link.href))
	} else if (link?.matches('dialog [data-close]')) {
		event.preventDefault()
		link.closest('dialog').close()
	}
	for (const menu of all(document, '.who[open]')) if (!menu.contains(event.target)) menu.open = false
})

// single letters get in the way of some who speak to their computer: they can be turned off
const keysOff = () => localStorage.getItem('vimbadmin.keys') === 'off'
const nameSwitch = () => {
	for (const button of all(document, '[data-keys]')) button.textContent = keysOff() ? button.dataset.on : button.dataset.off
}
document.addEventListener('click', ({ target }) => {
	if (target.matches('[data-keys]')) localStorage.setItem('vimbadmin.keys', keysOff() ? 'on' : 'off')
})

let going = 0 // when g was pressed

function shortcut({ key, ctrlKey, metaKey, altKey, target }) {
	if (ctrlKey || metaKey || altKey || target.matches('input, textarea, select') || document.querySelector('dialog[open]')) return
	if (key === '?' && document.querySelector('.who')) {
		nameSwitch()
		document.getElementById('keys').showModal()
	} else if (keysOff()) return
	else if (Date.now() - going < 1500) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click()
	else if (key === 'n') document.querySelector('.head .btn-primary')?.click()
	going = key === 'g' ? Date.now() : 0
}

document.addEventListener('keydown', (event) => {
	shortcut(event)
	const find = document.querySelector('[data-find]')
	const box = event.key === '/' ? document.querySelector('[data-search]') ?? find : find
	const typing = event.target.matches('input, textarea, select')
	if (box && ((event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing && !keysOff()))) {
		event.preventDefault()
		box.focus()
		box.select()
	} else if (event.key === 'Escape') {
		for (const menu of all(document, '.who[open]')) {
			menu.open = false
			if (menu.contains(document.activeElement)) menu.firstElementChild.focus() // what was in it is not there any more
		}
		if (event.target.matches('[data-search], [data-find]')) event.target.blur()
	}
})

// back and forward show a kept page with its buttons still off
addEventListener('pageshow', () => {
	for (const b of all(document, '[data-busy] button')) {
		b.disabled = false
		b.classList.remove('btn-loading')
	}
})

// what had the focus goes with the old list: what stands in its place gets it (htmx looks after what has an id)
let sorter // which link of the head
document.addEventListener('htmx:beforeSwap', () => { sorter = [...all(document, '#list thead a')].indexOf(document.activeElement) })
document.addEventListener('htmx:afterSwap', () => {
	dress(document.getElementById('list') ?? document)
	toast()
})
document.addEventListener('htmx:afterSettle', () => {
	if (document.activeElement === document.body) focusOn(all(document, '#list thead a')[sorter])
})

// ---- a whole address pasted into the box of its first half fills both ----

document.addEventListener('input', ({ target }) => {
	const at = target.name === 'local_part' ? target.value.lastIndexOf('@') : -1
	const domain = target.form?.elements.domain
	if (at < 0 || !domain || at === target.value.length - 1) return
	const name = target.value.slice(at + 1).trim().toLowerCase()
	if (domain.tagName === 'SELECT' && ![...domain.options].some((o) => o.value === name)) return
	domain.value = name
	target.value = target.value.slice(0, at).trim()
})

// ---- what was typed outlives a session that ended meanwhile: it is kept until the form was taken, passwords never ----

const kept = 'vimbadmin.typed'
const page = location.pathname + location.search

function keepTyped() {
	const form = document.querySelector('#form form[data-busy]')
	const typed = JSON.parse(sessionStorage.getItem(kept) || 'null')
	if (typed && document.querySelector('form [name=username]') && !document.querySelector('.who')) {
		typed.ended = true
		sessionStorage.setItem(kept, JSON.stringify(typed))
		return
	}
	if (typed?.ended && typed.page === page && form) {
		for (const [name, value] of typed.fields) {
			for (const box of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
				if (box.type === 'checkbox') box.checked = typed.fields.some(([n, v]) => n === name && v === box.value)
				else if (box.type !== 'hidden') box.value = value
			}
		}
		flash(words.kept, 'done')
	}
	sessionStorage.removeItem(kept)
}

document.addEventListener('submit', ({ target }) => {
	if (!target.matches('#form form[data-busy]') || !document.querySelector('.who')) return
	const secret = new Set([...all(target, '[data-password] input, [type=password], [name=proof]')].map((box) => box.name))
	const fields = [...new FormData(target)].filter(([name]) => !secret.has(name) && name !== 'csrf')
	sessionStorage.setItem(kept, JSON.stringify({ page, fields }))
})

// ---- start (the script is deferred: the page is there) ----

document.querySelector('.top .here')?.scrollIntoView({ block: 'nearest', inline: 'center' }) // the menu is wider than a phone in some languages
themeButton()
showCount()
toast()
dress(document)
keepTyped()

// the one-time link of the first-run page carries its key behind the #, which never reaches a log
const key = document.getElementById('f-token')
const given = new URLSearchParams(location.hash.slice(1))
if (key && given.get('token')) {
	const name = document.getElementById('f-username')
	if (name && given.get('username')) name.value = given.get('username')
	key.value = given.get('token')
	history.replaceState(null, '', location.pathname)
	for (const box of [name, document.getElementById('f-password')]) if (box && !box.value) { box.focus(); break }
}
