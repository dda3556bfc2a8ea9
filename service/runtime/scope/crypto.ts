import { decrypt, decryptBytes, decryptIfPossible, encrypt, encryptBytes } from "../lib/bytes/crypto.js";

export const scope = {
  "af.encrypt": encrypt,
  "af.decrypt": decrypt,
  "af.decryptIfPossible": decryptIfPossible,
  "af.encryptBytes": encryptBytes,
  "af.decryptBytes": decryptBytes,
};
