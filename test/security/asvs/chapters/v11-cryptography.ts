import { type Chapter, met, notApplicable, proofIn, section } from '../requirement.ts'

const cipher = proofIn('adapters/postgres/engine/encryption/token-cipher.test.ts')
const rotation = proofIn('adapters/postgres/engine/encryption/key-rotation.test.ts')
const argon2 = proofIn('adapters/security/argon2-passwords.test.ts')
const signature = proofIn('adapters/fastify/webhook-signature.test.ts')

export const cryptography: Chapter = {
  title: 'Cryptography',
  requirements: {
    '11.1.1': met(
      'From creating to destroying, by the phases of NIST SP 800-57.',
      section('inventories.md', 'Keys'),
      section('keys.md', 'Rotate without downtime'),
    ),
    '11.1.2': met('Algorithms, keys and what they protect.', section('inventories.md', 'Cryptography')),
    '11.2.1': met(
      'Node’s OpenSSL, libsodium, Argon2 and otpauth; we implement no algorithm. Published examples give the published results.',
      proofIn('adapters/security/totp.test.ts')('S-46 one-time codes are those of RFC 6238'),
      signature('the example of the Standard Webhooks libraries is accepted'),
      argon2('S-01 a password is stored as a salted Argon2id hash'),
    ),
    '11.2.2': met(
      'Stored values name their format and key; hashes name their parameters. Keys rotate during use.',
      cipher('S-12 the older format still decrypts, and neither format is accepted as the other'),
      rotation('S-12 rotation re-encrypts every secret, and the old key is no longer needed'),
    ),
    '11.2.3': met(
      'Keys have 256 bits, data keys too; SHA-256 and HMAC-SHA-256.',
      cipher('a key of the wrong length and a missing key are rejected at once'),
      proofIn('settings/settings.test.ts')('S-54 a key of the wrong length next to a valid one is rejected'),
    ),
    '11.3.1': met(
      'AES-GCM and XSalsa20-Poly1305 only.',
      proofIn('adapters/postgres/connection/pending-connections-contract.test.ts')(
        'S-12 encrypting the same token again gives a different ciphertext',
      ),
    ),
    '11.3.2': met(
      'AES-256-GCM for stored secrets, XSalsa20-Poly1305 for cookies.',
      cipher('S-12 every flipped bit is detected in both formats and at any length'),
      cipher('S-12 no two texts are encrypted with the same nonce'),
    ),
    '11.3.3': met(
      'Both are authenticated; stored secrets are also bound to their record.',
      cipher('S-12 every flipped bit is detected in both formats and at any length'),
      cipher('S-12 an encrypted token moved to another record does not decrypt'),
    ),
    '11.4.1': met(
      'SHA-256 and HMAC-SHA-256. One exception: one-time codes use HMAC-SHA-1, because authenticator apps support nothing else (RFC 6238).',
      section('inventories.md', 'Cryptography'),
      signature('S-03 the id, the timestamp and every byte of the body are signed'),
    ),
    '11.4.2': met(
      'Argon2id with 19 MiB and two passes, OWASP’s choice.',
      argon2('S-01 a password is stored as a salted Argon2id hash'),
    ),
    '11.4.3': met(
      'HMAC-SHA-256 for the webhook, SHA-256 for backups.',
      signature('S-03 the id, the timestamp and every byte of the body are signed'),
      proofIn('deploy-scripts.test.ts')(
        'S-54 restoring checks the given file against its checksum, even when renamed',
      ),
    ),
    '11.4.4': notApplicable('No key is derived from a password.'),
    '11.5.1': met(
      'Session tokens, links, `state`, verifiers and keys have 192 random bits or more.',
      proofIn('application/access/session-token.test.ts')(
        'S-01 a session token has 256 random bits, and the stored id is part of its hash',
      ),
    ),
    '11.6.1': met(
      'Keys come from `crypto.randomBytes` or `openssl rand`. TLS keys are Caddy’s. We sign nothing with private keys.',
      proofIn('commands/start/keys.test.ts')('S-50 a key is created once, readable only by its owner'),
      proofIn('deploy-scripts.test.ts')(
        'S-54 an empty key is not stored, and a stored empty key is created again',
      ),
    ),
  },
}
