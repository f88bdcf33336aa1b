// SPDX-License-Identifier: GPL-3.0-or-later
// Sets the colours that were chosen before the first paint, so that nothing flashes; what the system wants needs no script. app.js
// changes the choice. Sent with the words (web/words.c): one request less.
const chosen = localStorage.getItem('vimbadmin.theme')
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.bsTheme = chosen
