import { prepareEnvironment } from "./environment.js";

/** Code that most runs use, so that it is compiled before the first of them and kept in the code cache. */
const TYPICAL = `
ojob:
  opts:
    - shareArgs: true
jobs:
  - name: Prepare
    exec: |
      args.list = [1, 2, 3].map(n => n * 2)
      if (isDef(args.x)) printErr("x is " + args.x)
  - name: Typical
    deps: [Prepare]
    from: Prepare
    exec: |
      args.text = stringify({ a: 1, b: [ "x", { c: new Date(0).getTime() } ] }, void 0, "")
      print(args.text)
      __pm.result = jsonParse(args.text)
todo:
  - Prepare
  - Typical
`;

/**
 * Executes a typical oJob in a throw-away environment.
 * @throws Error when the runtime itself does not work: better now than in the first request
 */
export function warmUp(): void {
  const environment = prepareEnvironment();
  environment.run(
    JSON.stringify({ uuid: "warm-up", text: TYPICAL, file: "ojob", args: { __format: "json" }, shareArgs: true }),
    {
      cwd: "/",
      env: Object.create(null),
      write: () => undefined,
      exit() {
        throw new Error("the run that warms up does not exit");
      },
    },
  );
  environment.close();
}
