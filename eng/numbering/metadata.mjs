// Writes src/Domain/Numbering/Regions/regions.txt to standard output, from the npm package libphonenumber-js (`make numbering`).
// Kept is what parsing, typing and formatting need; of a format's leading digits the last pattern, which is the one that decides.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const bytes = readFileSync(require.resolve('libphonenumber-js/metadata.max.json'))
const { version, license } = require('libphonenumber-js/package.json')
const metadata = JSON.parse(bytes)
if (metadata.version !== 4) throw new Error(`metadata.max.json has layout ${metadata.version}; this script reads layout 4.`)

// The order of libphonenumber-js; ours is that in which Google's library asks: the first kind that matches is the number's.
const kinds = ['fixedLine', 'mobile', 'tollFree', 'premiumRate', 'personalNumber', 'voicemail', 'uan', 'pager', 'voip', 'sharedCost']
const asked = ['premiumRate', 'tollFree', 'sharedCost', 'voip', 'personalNumber', 'pager', 'uan', 'voicemail', 'fixedLine', 'mobile']

const lines = [
  '# How the numbers of each region are made. Written by eng/numbering/metadata.mjs (`make numbering`): do not edit.',
  `# package: libphonenumber-js ${version} (${license}), metadata.max.json, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`,
  "# origin: Google's libphonenumber (Apache-2.0), trimmed to what parsing, typing and formatting need; see NOTICE",
]
const line = (...fields) => lines.push(fields.join('\t'))

// 2,4,4-6 for (\d{2})(\d{4})(\d{4,6})
const groups = pattern => {
  if (!/^(\(\\d(\{\d+(,\d+)?\})?\))+$/.test(pattern)) throw new Error(`A format of other than groups of digits: ${pattern}`)
  return pattern.slice(1, -1).split(')(').map(group => group.slice(2).replace(/[{}]/g, '').replace(',', '-') || '1').join(',')
}

// "($1)" for "$1 $2" gives "($1) $2": the rule says what becomes of the first group.
const national = (format, rule) => rule ? format.replace(/\$\d/, group => rule.replace('$1', () => group)) : format

function writeRegion(code, region, [, idd, general, lengths, formats, prefix, , prefixForParsing, transform, , leading, types]) {
  line('region', code, region)
  if (idd) line('idd', idd)
  if (prefixForParsing || prefix) line('prefix', prefixForParsing || prefix)
  if (transform) line('transform', transform)
  if (leading) line('leading', leading)
  line('general', general, lengths.join(','))
  for (const kind of asked) {
    const given = types?.[kinds.indexOf(kind)]
    // An empty pattern means: mobiles look like landlines here.
    const [pattern, ownLengths] = given?.[0] === '' ? types[kinds.indexOf('fixedLine')] : given || []
    if (pattern) line(kind, pattern, ...(ownLengths ? [ownLengths.join(',')] : []))
  }
  for (const [pattern, format, leadingDigits, rule, , international] of formats || [])
    line('format', groups(pattern), leadingDigits?.at(-1) ?? '', national(format, rule), international || format)
}

for (const [code, regions] of Object.entries(metadata.country_calling_codes))
  for (const region of regions) writeRegion(code, region, metadata.countries[region])
for (const [code, region] of Object.entries(metadata.nonGeographic)) writeRegion(code, '001', region)
process.stdout.write(lines.join('\n') + '\n')
