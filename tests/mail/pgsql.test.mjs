// SPDX-License-Identifier: GPL-3.0-or-later
// Mail on PostgreSQL, through its socket. lib/day.mjs has the tests.
import { mailTests } from './lib/day.mjs';

mailTests({ engine: 'pgsql' });
