import { expect } from "vitest";
import { type ErrorCode, errorTable } from "../../service/base/errors.js";
import type { Answer } from "./http-node.js";

/** Checks that an answer is the refusal the table describes. */
export function expectProblem(answer: Answer, code: ErrorCode): void {
  const { status, title, keep, retryAfterS } = { retryAfterS: undefined, ...errorTable[code] };
  expect(answer.json).toMatchObject({ type: `urn:rojob:error:${code}`, code, status, title });
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.json.detail).not.toMatch(/\{\w+\}|undefined|\[object/);
  if (keep === "result") expect(answer.json.result).toBe(0);
  else expect(answer.json.error).toBe(answer.json.detail);
  expect(answer.headers["retry-after"]).toBe(retryAfterS === undefined ? undefined : String(retryAfterS));
}

/** A document whose aliases, written out, make `width` to the power of `levels` values. */
export function bomb(levels: number, width: number): string {
  const lines = [`l0: &l0 [${Array(width).fill("x").join(",")}]`];
  for (let i = 1; i < levels; i++)
    lines.push(
      `l${i}: &l${i} [${Array(width)
        .fill(`*l${i - 1}`)
        .join(",")}]`,
    );
  return `${lines.join("\n")}\njobs: []\n`;
}
