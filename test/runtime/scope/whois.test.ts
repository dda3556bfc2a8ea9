import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rojob, scratchFolder } from "../../cli/program.js";

const answer = `% a comment: not a field
domain:       EXAMPLE
contact:      technical
name:         Somebody
nserver:      A 1.1.1.1
nserver:      B 2.2.2.2
remarks:      nothing
>>> Last update of WHOIS database: 2024-01-01 <<<
terms: of use
`;

test("what a whois server tells is a map of its fields", async () => {
  const asked: string[] = [];
  const server = createServer((socket) =>
    socket.on("data", (chunk) => {
      asked.push(chunk.toString());
      socket.end(answer);
    }),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const folder = scratchFolder();
  const exec = "__pm.found = ow.net.getWhoIs('example', '127.0.0.1:' + args.port)";
  writeFileSync(join(folder.path, "job.json"), JSON.stringify({ jobs: [{ name: "M", exec }], todo: ["M"] }));
  const { port } = server.address() as AddressInfo;
  const { stdout } = await rojob(["exec", "job.json", "--local", `port=${port}`], { cwd: folder.path });
  server.close();
  folder.remove();
  expect(asked).toEqual(["example\r\n"]);
  expect(JSON.parse(stdout).found).toEqual({
    "domain domain": "EXAMPLE",
    "technical name": "Somebody",
    nserver: "A 1.1.1.1\nB 2.2.2.2",
    "Last update of WHOIS database": "2024-01-01",
  });
});
