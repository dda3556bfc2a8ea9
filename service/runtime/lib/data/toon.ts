import { decode, encode } from "@toon-format/toon";

/** TOON: the indented text form with tables for lists of like maps. */
export const toToon = (value: unknown): string => encode(value);

/** @throws Error when the text is broken */
export const fromToon = (text: unknown): any => decode(String(text));
