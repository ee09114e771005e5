import { AmazonFailure } from '../../application/amazon-failure.ts'

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/**
 * @param bytes start between two objects, or before the array's opening bracket.
 * @returns the index after the last complete object, or 0.
 * @throws {AmazonFailure} `unreadable`, when more brackets close than open.
 */
export function lastCompleteRowEnd(bytes: Buffer): number {
  let end = 0
  let depth = 0
  let isInString = false
  for (let index = bytes.indexOf(openBrace); index >= 0 && index < bytes.length; index += 1) {
    const byte = bytes[index]
    if (isInString) {
      if (byte === backslash) index += 1
      else if (byte === quote) isInString = false
    } else if (byte === quote) {
      isInString = true
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) end = index + 1
      else if (depth < 0) throw new AmazonFailure('unreadable', 'the file has unbalanced brackets')
    }
  }
  return end
}
