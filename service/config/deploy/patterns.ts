/** Names of services, and prefixes of the names of their objects. */
export const objectName = {
  regex: "^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$",
  words: "at most 40 lowercase letters, digits and dashes, starting with a letter and not ending in a dash",
};

/** Names of secrets and volumes. */
export const secretName = {
  regex: "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
  words: "at most 63 lowercase letters, digits and dashes",
};

/** Names of classes and host names (RFC 1123). */
export const dnsName = {
  regex: "^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$",
  words: "lowercase letters, digits, dots and dashes",
};

export const cpuPattern = {
  regex: "^(?:[1-9]\\d{0,6}m|(?!0+(?:\\.0+)?$)\\d{1,4}(?:\\.\\d{1,3})?)$",
  words: "CPUs: 2, 0.5, 500m",
};

const repository = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\\d+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*";

/** An image without its tag. */
export const imagePattern = {
  regex: `^${repository}$`,
  words: "the name of an image without its tag: rojob, registry.example.org:5000/team/rojob",
};

/** An image with its tag or digest. */
export const taggedImagePattern = {
  regex: `^${repository}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$`,
  words: "an image with its tag or digest: redis:7.4.2-alpine",
};
