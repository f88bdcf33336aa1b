// SPDX-License-Identifier: GPL-3.0-or-later
// Mail on MariaDB, over its port. lib/day.mjs has the tests.
import { mailTests } from './lib/day.mjs';

mailTests({ engine: 'mysql', host: 'localhost' });
