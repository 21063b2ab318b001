// Reads "A<TAB>B" lines and answers as npm's semver orders them: <, =, >, or ! when it refuses one.
const semver = require(process.argv[2] + '/node_modules/semver')
const lines = require('fs').readFileSync(0, 'utf8').split('\n').slice(0, -1)
console.log(lines.map(line => {
  const [a, b] = line.split('\t')
  return semver.valid(a) === null || semver.valid(b) === null ? '!' : '<=>'[semver.compare(a, b) + 1]
}).join('\n'))
