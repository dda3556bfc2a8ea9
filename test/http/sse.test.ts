import { describe, expect, it } from "vitest";
import { eventText, withHeartbeats } from "../../service/http/reply/sse.js";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("server-sent events", () => {
  it("have each line of their data on a line of its own, whatever ends it", () => {
    const text = eventText({ event: "log", id: "7", data: "a\nb\rc\r\n\nid: 9" });
    expect(text).toBe("id: 7\nevent: log\ndata: a\ndata: b\ndata: c\ndata: \ndata: id: 9\n\n");
    expect(eventText({ event: "end", data: "" })).toBe("event: end\ndata: \n\n");
  });

  it("have comments between them while nothing comes, and lose none of what comes then", async () => {
    let isOver = false;
    async function* slow() {
      try {
        yield "a";
        await later(200);
        yield "b";
        yield "c";
      } finally {
        isOver = true;
      }
    }
    const parts: string[] = [];
    for await (const part of withHeartbeats(slow(), 20)) parts.push(part);
    expect(parts.filter((part) => !part.startsWith(":"))).toEqual(["a", "b", "c"]);
    expect(parts.filter((part) => part.startsWith(":")).length).toBeGreaterThan(1);
    expect(parts[0]).toBe("a");
    expect(isOver).toBe(true);
  });

  it("end what they come from when nobody takes them any more", async () => {
    let isOver = false;
    async function* endless() {
      try {
        for (;;) yield "a";
      } finally {
        isOver = true;
      }
    }
    for await (const _part of withHeartbeats(endless(), 1000)) break;
    expect(isOver).toBe(true);
  });
});
