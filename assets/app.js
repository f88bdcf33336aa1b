// SPDX-License-Identifier: GPL-3.0-or-later
// Everything works without this file; with it, htmx swaps parts of the page. No eval, no inline style: the policy forbids them.
import htmx from 'htmx.org'

htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
