const MASK = "***";
/** Words of secrets anywhere in a key. */
const SECRET_WORD = /passw|passphrase|secret|token|api_?-?key|credential|authori[sz]ation|cookie/i;
/**
 * The same as the last word of a key, also without a border: `dbpass`, `accessKey`, `AUTH`. `author` and `passenger`
 * are none.
 */
const SECRET_ENDING = /(pass|pwd|keys?|auth|creds?)$/i;
/** User and password of a URL. */
const URL_PASSWORD = /(:\/\/[^/\s:@]*:)[^/\s@]+@/g;

/**
 * Masks arguments for records: values of keys that sound like a secret's, at any depth, and passwords in URLs become
 * `***`. Masks rather too much than too little.
 */
export function maskSecrets(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      SECRET_WORD.test(key) || SECRET_ENDING.test(key) ? MASK : maskValue(value),
    ]),
  );
}

function maskValue(value: unknown): unknown {
  if (typeof value === "string") return value.includes("://") ? value.replace(URL_PASSWORD, `$1${MASK}@`) : value;
  if (Array.isArray(value)) return value.map(maskValue);
  if (value !== null && typeof value === "object" && !(value instanceof Date)) {
    return maskSecrets(value as Record<string, unknown>);
  }
  return value;
}
