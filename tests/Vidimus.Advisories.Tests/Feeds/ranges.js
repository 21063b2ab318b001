// Says of every npm advisory of the security working group below a folder which of some versions it is about, by npm's own semver: FILE<TAB>VERSION<TAB>1|0
const fs = require('fs');
const semver = require('semver');
const root = process.argv[1];
for (const kind of ['npm', 'core']) {
  for (const name of fs.readdirSync(`${root}/vuln/${kind}`).filter(f => /^\d+\.json$/.test(f)).sort()) {
    const entry = JSON.parse(fs.readFileSync(`${root}/vuln/${kind}/${name}`, 'utf8'));
    const vulnerable = kind === 'npm' ? entry.vulnerable_versions : entry.vulnerable;
    const patched = kind === 'npm' ? (vulnerable === null || vulnerable === undefined ? entry.patched_versions : null) : entry.patched;
    const named = [...new Set(`${vulnerable} ${patched}`.match(/\d+(\.\d+)*(-[0-9A-Za-z.]+)?/g) || [])];
    const probes = new Set(['0.0.1', '99999.0.0']);
    for (const text of named) {
      const [numbers, tail] = text.split(/-(.*)/);
      const parts = numbers.split('.').map(Number).concat([0, 0]).slice(0, 3);
      for (let i = 0; i < 3; i++) for (const d of [-1, 0, 1]) {
        const changed = parts.slice();
        changed[i] += d;
        if (changed[i] >= 0) for (const t of ['', '-0', '-beta.1', tail ? `-${tail}` : '']) probes.add(changed.join('.') + t);
      }
    }
    const options = { includePrerelease: true, loose: true };
    for (const probe of probes) {
      const inVulnerable = vulnerable === null || vulnerable === undefined || semver.satisfies(probe, vulnerable, options);
      const inPatched = patched !== null && patched !== undefined && patched.trim() !== '' && semver.satisfies(probe, patched, options);
      console.log([`vuln/${kind}/${name}`, probe, inVulnerable && !inPatched ? 1 : 0].join('\t'));
    }
  }
}
