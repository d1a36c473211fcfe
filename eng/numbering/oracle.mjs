// What Google's library says of numbers. Standard input: "REGION<tab>NUMBER" a line; standard output, a line for each:
// E.164, type, whether valid and possible, region, national format, international format, length of the destination code; or "-".
import { readFileSync } from 'node:fs'
import google from 'google-libphonenumber'

const { PhoneNumberUtil, PhoneNumberFormat, PhoneNumberType } = google
const util = PhoneNumberUtil.getInstance()
const types = Object.fromEntries(Object.entries(PhoneNumberType).map(([name, value]) => [value, name]))

// Parsing throws what is no number; anything else that goes wrong ends the script.
function answer(region, text) {
  let number
  try {
    number = util.parse(text, region)
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error
    return '-'
  }
  return [
    util.format(number, PhoneNumberFormat.E164),
    types[util.getNumberType(number)],
    util.isValidNumber(number),
    util.isPossibleNumberWithReason(number) === PhoneNumberUtil.ValidationResult.IS_POSSIBLE,
    util.getRegionCodeForNumber(number) ?? '',
    util.format(number, PhoneNumberFormat.NATIONAL),
    util.format(number, PhoneNumberFormat.INTERNATIONAL),
    util.getLengthOfNationalDestinationCode(number),
  ].join('\t')
}

const lines = readFileSync(0, 'utf8').split('\n').filter(line => line)
process.stdout.write(lines.map(line => answer(...line.split('\t'))).join('\n') + '\n')
