import fs from 'node:fs';
import { startEngine } from './lib/engine.mjs';
const kind = process.argv[2];
const engine = await startEngine(kind);
const db = engine.database(1000, Number(process.argv[3] || 1000));
fs.writeFileSync(`/tmp/w/hold-${kind}.url`, db.url + '\n' + db.seconds + '\n');
setInterval(() => { if (fs.existsSync('/tmp/w/hold.stop')) { engine.remove(); process.exit(0); } }, 1000);
