/**
 * A possible leftover of a run for the next one. Each attack tries to plant something; the probe looks for it. Both are
 * the code of one job; the probe returns its findings, which have to be nothing.
 */
export interface Attack {
  name: string;
  /** Planted by the run. `FOLDER` stands for the run's working folder. */
  plant: string;
  /** An expression that is `undefined`, `false` or empty when nothing of the attack is there. */
  probe: string;
  /** The worker has to be replaced after it. */
  retires?: boolean;
}

/**
 * Tries to get at the worker's own realm by whatever `expression` gives and all that can be reached from there: anything
 * whose line of prototypes does not end at this realm's own is from outside. What gets out leaves marks.
 */
export const wayOut = (expression: string): string => `
  (function () {
    var seen = new Set(), ownRoot = Object.getPrototypeOf(Object.getPrototypeOf(function () {}));
    var keysOf = Reflect.ownKeys, above = Reflect.getPrototypeOf;
    function isForeign(value) {
      var at = value;
      for (var next = above(at); next !== null; next = above(at)) at = next;
      return at !== ownRoot && at !== value && keysOf(at).includes("hasOwnProperty");
    }
    function look(value, path) {
      if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
      if (seen.size > 20000 || path.length > 200) return;
      seen.add(value);
      if (isForeign(value)) {
        __pm.escaped = __pm.escaped || path;
        try { value.constructor.constructor("return process")().env.LEAKED = "1" } catch (e) {}
      }
      look(above(value), path + ".__proto__");
      keysOf(value).forEach(function (key) {
        try { look(value[key], path + "." + String(key)) } catch (e) { look(e, path + "." + String(key) + "!") }
      });
    }
    try { look(${expression}, "it") } catch (e) { look(e, "it!") }
    if (seen.size < 3) __pm.escaped = "looked at nothing";
  })();`;

export const ATTACKS: Attack[] = [
  {
    name: "a global by name",
    plant:
      'leaked = 1; var leakedVar = 2; this.leakedThis = 3; global.leakedGlobal = 4; globalThis.leakedToo = 5; (0, eval)("var leakedEval = 6")',
    probe:
      '["leaked", "leakedVar", "leakedThis", "leakedGlobal", "leakedToo", "leakedEval"].filter(n => n in globalThis)',
  },
  {
    name: "a global by number and by symbol",
    plant: 'globalThis[7] = 1; globalThis[Symbol.for("leaked")] = 1; globalThis[Symbol.toStringTag] = "leaked"',
    probe:
      '[globalThis[7], globalThis[Symbol.for("leaked")], Object.prototype.toString.call(globalThis).includes("leaked") || undefined].filter(isDef)',
  },
  {
    name: "accessors and a changed prototype of the global object",
    plant:
      'Object.defineProperty(globalThis, "leakedGetter", { get: () => 1 }); try { Object.setPrototypeOf(globalThis, { leakedProto: 1 }) } catch (e) {} Object.getPrototypeOf(globalThis).leakedUp = 1',
    probe: '["leakedGetter", "leakedProto", "leakedUp"].filter(n => n in globalThis)',
  },
  {
    name: "additions to built-in prototypes",
    plant:
      "[Object, Array, String, Number, Function, Date, RegExp, Error, Map, Set, Promise, Uint8Array].forEach(c => { c.prototype.leaked = 1; c.leakedStatic = 1 })",
    probe:
      "[Object, Array, String, Number, Function, Date, RegExp, Error, Map, Set, Promise, Uint8Array].filter(c => c.prototype.leaked || c.leakedStatic).map(c => c.name).concat({}.leaked || [])",
  },
  {
    name: "replaced built-ins",
    plant:
      'JSON.stringify = () => "leaked"; Array.prototype.map = () => ["leaked"]; String.prototype.trim = () => "leaked"; Math.random = () => 42; Date.now = () => 1; Object.keys = () => ["leaked"]; Array.isArray = () => true; parseInt = () => 99',
    probe:
      '[JSON.stringify(1), [1].map(x => x)[0], " x ".trim(), Math.random() == 42, Date.now() < 1e9, Object.keys({})[0], Array.isArray(1), parseInt("1")].filter(x => ["1", 1, "x", false, undefined].indexOf(x) < 0)',
  },
  {
    name: "replaced Array and Object constructors and iterators",
    plant:
      'Array.prototype[Symbol.iterator] = function* () { yield "leaked" }; Object.prototype.toString = () => "leaked"; Function.prototype.call = () => "leaked"; Object.defineProperty(Object.prototype, "leakedSetter", { set() { leakedSeen = 1 } }); Array = Object = String = undefined',
    probe:
      '[[...[1]][0] !== 1, typeof Array !== "function", typeof Object !== "function", String({}) === "leaked", (function () { return 1 }).call() !== 1, "leakedSetter" in {}].filter(x => x)',
  },
  {
    name: "replaced functions of the scope",
    plant:
      'io.readFile = io.readFileString = () => "leaked"; io.leaked = 1; af = { leaked: 1 }; isDef = () => "leaked"; print = () => 1; $sh = () => "leaked"; stringify = () => "leaked"; sleep = () => 1; if (typeof ow != "undefined") ow.leaked = 1',
    probe:
      '[io.leaked, af.leaked, isDef(1) === "leaked" || undefined, stringify(1) === "leaked" || undefined, $sh.toString().includes("leaked") || undefined, typeof ow != "undefined" ? ow.leaked : undefined].filter(x => x !== undefined)',
  },
  {
    name: "the map of parameters and flags",
    plant:
      '__pm.leaked = 1; __pmOut = { leaked: 1 }; if (typeof __flags != "undefined") { __flags.leaked = 1; __flags.VISIBLELENGTH = "leaked" } if (typeof ojob != "undefined") ojob.leaked = 1',
    probe:
      '[__pm.leaked, typeof __flags != "undefined" ? __flags.leaked : undefined, typeof __flags != "undefined" && __flags.VISIBLELENGTH === "leaked" ? 1 : undefined, typeof ojob != "undefined" ? ojob.leaked : undefined].filter(x => x !== undefined)',
  },
  {
    name: "the store of $set and $get",
    plant: 'if (typeof $set == "function") $set("leaked", { a: 1 })',
    probe: 'typeof $get == "function" ? $get("leaked") : undefined',
  },
  {
    name: "channels",
    plant: 'if (typeof $ch == "function") { $ch("leaked").create(); $ch("leaked").set({ a: 1 }, { b: 1 }) }',
    probe:
      'typeof $ch == "function" && typeof $ch().list == "function" ? $ch().list().filter(n => String(n).includes("leaked")) : undefined',
  },
  {
    name: "registered symbols with a value, and functions kept in module state",
    plant:
      'Symbol.for("leaked").constructor.leaked = 1; if (typeof loadLodash == "function") { loadLodash(); if (typeof _ != "undefined") _.leaked = 1 }',
    probe:
      'Symbol.leaked || (typeof loadLodash == "function" ? (loadLodash(), typeof _ != "undefined" ? _.leaked : undefined) : undefined)',
  },
  {
    name: "environment variables",
    plant: 'if (typeof setEnv == "function") setEnv("LEAKED", "1"); $sh("export LEAKED=2").get(0)',
    probe:
      '(typeof getEnv == "function" && getEnv("LEAKED")) || $sh("echo \\"$LEAKED\\"").get(0).stdout.trim() || (typeof getEnvs == "function" ? getEnvs().LEAKED : undefined)',
  },
  {
    name: "working folder and umask",
    plant: '$sh("cd /; umask 077").get(0); if (typeof $sh("pwd").pwd == "function") $sh("pwd").pwd("/").get(0)',
    probe:
      '(function () { var now = $sh("umask; pwd").get(0).stdout.split("\\n"); return now[0].endsWith("077") || now[1] === "/" })()',
  },
  {
    name: "an open file",
    plant: 'leakedStream = io.readFileStream("FOLDER/here"); leakedStream.read && leakedStream.read()',
    probe: '$sh("ls -l /proc/$PPID/fd").get(0).stdout.includes("FOLDER/here")',
    retires: true,
  },
  {
    name: "a file in a folder of its own",
    plant:
      'if (typeof io.createTempFile == "function") io.writeFileString("FOLDER/name", String(io.createTempFile("leaked", ".tmp")))',
    probe: 'io.fileExists("FOLDER/name") && io.fileExists(io.readFileString("FOLDER/name"))',
  },
  {
    name: "a process in the background",
    plant: '$sh("nohup sleep 77 > /dev/null 2>&1 &").get(0)',
    probe: "$sh(\"cat /proc/[0-9]*/cmdline | tr '\\\\0' ' '\").get(0).stdout.includes(\"sleep \" + 77)",
    retires: true,
  },
  {
    name: "a process that left group and session",
    plant: "$sh(\"setsid nohup sh -c 'sleep 78; :' > /dev/null 2>&1 &\").get(0)",
    probe: "$sh(\"cat /proc/[0-9]*/cmdline | tr '\\\\0' ' '\").get(0).stdout.includes(\"sleep \" + 78)",
    retires: true,
  },
  {
    name: "timers and intervals",
    plant:
      '[typeof setTimeout, typeof setInterval].forEach((t, i) => { if (t == "function") [setTimeout, setInterval][i](() => { leakedTimer = 1; print("leaked") }, 5) })',
    probe: '(sleep(60, true), typeof leakedTimer != "undefined")',
  },
  {
    name: "promises that settle, or are rejected, later",
    plant:
      'Promise.reject(new Error("leaked")); Promise.resolve().then(() => { leakedPromise = 1; throw new Error("leaked") }); (async () => { await 1; await 2; leakedAsync = 1 })(); if (typeof $do == "function") $do(() => { sleep(2000, true); print("leaked") })',
    probe: '(sleep(40, true), typeof leakedPromise != "undefined" || typeof leakedAsync != "undefined")',
  },
  {
    name: "a server",
    plant:
      'if (typeof ow != "undefined" && typeof ow.loadServer == "function") { try { ow.loadServer(); leakedServer = ow.server.httpd.start(0) } catch (e) { } }',
    probe: 'typeof leakedServer != "undefined"',
    retires: true,
  },
  {
    name: "code that would run when garbage is collected",
    plant:
      'if (typeof FinalizationRegistry != "undefined") { new FinalizationRegistry(() => { for (;;); }).register({}, 1); } if (typeof WebAssembly != "undefined" || Atomics.waitAsync) __pm.escaped = "late code"',
    probe: "(function () { for (var i = 0, all = []; i < 1e5; i++) all.push({}); return false })()",
  },
  {
    name: "a way out by the constructors of scope functions",
    plant: wayOut(
      "[isDef, print, io, io.readFile, af, $sh, __pm, typeof args == 'undefined' ? 1 : args, sleep, globalThis]",
    ),
    probe: 'getEnv("LEAKED")',
  },
  {
    name: "a way out by errors from outside",
    plant: wayOut(
      '(function () { var all = []; [() => io.readFileString("/none"), () => io.readFileBytes("/none"), () => $sh(["/none/such"]).get(0), () => (function f() { f() })(), () => eval("}"), () => JSON.parse("{"), () => new RegExp("(")].forEach(f => { try { all.push(f()) } catch (e) { all.push(e) } }); return all })()',
    ),
    probe: 'getEnv("LEAKED")',
  },
  {
    name: "a way out by replaced built-ins that see what crosses",
    plant: `
      leakedSeen = [];
      Object.defineProperty(Object, Symbol.hasInstance, { value: x => { leakedSeen.push(x); return false } });
      var Bytes = Uint8Array; Uint8Array = function (x) { leakedSeen.push(x); return new Bytes(x) };
      ArrayBuffer.isView = x => { leakedSeen.push(x); return false };
      Object.assign = (a, b) => { leakedSeen.push(a, b); return a };
      Reflect.apply = (f, t, a) => { leakedSeen.push(f, t, a) };
      Error.prepareStackTrace = (e, trace) => { leakedSeen.push(e, trace); trace.forEach(c => { leakedSeen.push(c, c.getThis(), c.getFunction()) }); return "" };
      ["get", "set", "then", "code", "message", "stdio", "signal", "uid"].forEach(n => { try { Object.defineProperty(Object.prototype, n, { configurable: true, get() { leakedSeen.push(this); return undefined }, set(v) { leakedSeen.push(v) } }) } catch (e) {} });
      try { io.readFileBytes("FOLDER/here") } catch (e) { leakedSeen.push(e) }
      try { io.readFileString("/none") } catch (e) { leakedSeen.push(e, e.stack) }
      ["get", "set", "then", "code", "message", "stdio", "signal", "uid"].forEach(n => { delete Object.prototype[n] });
      ${wayOut("leakedSeen")}`,
    probe: 'getEnv("LEAKED")',
  },
  {
    name: "a way out by import()",
    plant: `
      try { import("node:fs").then(m => { leakedImport = m; __pm.escaped = "module" }) } catch (e) { ${wayOut("[e, 1]")} }
      eval('import("fs")').catch(e => { ${wayOut("e")} }); new Function('return import("fs")')().catch(e => { ${wayOut("e")} }); eval("1"); sleep(20, true); eval("2")`,
    probe: 'typeof leakedImport != "undefined" || getEnv("LEAKED")',
  },
  {
    // Node's own functions for code of a job (the text of a stack, import()) may find the stack full: that error is one
    // of the worker's realm. It leads to nothing that makes code or can be changed.
    name: "errors of the worker's realm where the stack ends",
    plant: `
      var state = { caught: [] };
      [() => (new Error("x")).stack, () => eval("import('x')")].forEach(call => {
        for (var size = 0; size < 9; size++) {
          var names = Array.from({ length: size }, (_, i) => "p" + i).join(",");
          state.call = call; state.left = 3;
          new Function("state", "return function deeper(" + names + ") { try { deeper(" + names + ") } catch (e) {} if (state.left > 0 && state.caught.length < 2000) { try { state.call(); state.left-- } catch (e) { state.caught.push(e) } } }")(state)();
        }
      });
      var foreign = state.caught.filter(e => typeof e === "object" && !(e instanceof Object));
      if (foreign.length === 0) __pm.escaped = "no such error was found";
      foreign.forEach(e => {
        var make = e.constructor.constructor, chain = [e.constructor, make];
        for (var at = Object.getPrototypeOf(e); at !== null; at = Object.getPrototypeOf(at)) chain.push(at, at.constructor);
        [() => make("process.env.LEAKED = '1'")(), () => Reflect.construct(make, ["process.env.LEAKED = '1'"])(), () => make.call(null, "return process")().env.LEAKED = "1"]
          .concat(chain.map(each => () => { each.leaked = 1 }), chain.map(each => () => Object.defineProperty(each, "toString", { value: () => "leaked" })), chain.map(each => () => Object.setPrototypeOf(each, { leaked: 1 })))
          .forEach(attempt => { try { attempt() } catch (refused) {} });
        if (chain.some(each => "leaked" in each || String(each) === "leaked")) __pm.escaped = "it was changed";
      })`,
    probe: 'getEnv("LEAKED")',
  },
  {
    name: "a way out by names every object has",
    plant: wayOut(
      '["constructor", "__proto__", "toString", "hasOwnProperty"].map(n => { try { return getEnv(n) } catch (e) { return e } })',
    ),
    probe: 'getEnv("LEAKED")',
  },
  {
    name: "a way out by values that functions of Node describe, convert or copy",
    plant: `
      leakedSeen = [];
      var note = function () { leakedSeen.push(this); for (var i = 0; i < arguments.length; i++) leakedSeen.push(arguments[i]); return "x" };
      var keys = ["inspect", "toString", "valueOf", "toJSON", "then", "constructor", "name", "message", "code", "length", "byteLength", "buffer", "href",
        Symbol.toPrimitive, Symbol.iterator, Symbol.toStringTag, Symbol.for("nodejs.util.inspect.custom"), Symbol.for("nodejs.util.promisify.custom")];
      var arm = o => { keys.forEach(k => { try { Object.defineProperty(o, k, { configurable: true, value: note }) } catch (e) {} }); return o };
      var watch = o => { keys.forEach(k => { try { Object.defineProperty(o, k, { configurable: true, get() { leakedSeen.push(this); return note } }) } catch (e) {} }); return o };
      // Node describes what has no constructor with a name by the object's own function for that.
      var bare = Object.create(null); bare[Symbol.for("nodejs.util.inspect.custom")] = note;
      var all = [arm({}), watch({}), bare, arm(Object.create(null)), arm(function () {}), arm([1]), arm(new Uint8Array(3)), watch(new Uint8Array(3)), arm(new Error("x")), arm(new Map()),
        arm(new String("x")), new Proxy({}, { get(t, k) { leakedSeen.push(t); return note }, getPrototypeOf() { return arm({}) } }), Symbol("x"), null, undefined, -0, NaN, 1.5];
      var calls = [v => io.readFileString(v), v => io.readFileString("FOLDER/here", v), v => io.readFileBytes(v), v => io.writeFileString(v, v), v => io.writeFileString("FOLDER/out", v),
        v => io.writeFileBytes("FOLDER/out", v), v => io.listFiles(v), v => io.fileInfo(v), v => io.mkdir(v), v => io.rename(v, v), v => io.cp(v, v), v => io.fileExists(v),
        v => io.readFileStream(v), v => io.gzip(v), v => io.gunzip(v), v => getEnv(v), v => af.fromString2Bytes(v), v => af.fromBytes2String(v), v => af.fromBase64(v), v => af.toBase64Bytes(v),
        v => sha256(v), v => md5(v), v => sha512(v), v => af.encrypt(v, v), v => af.decrypt(v, v),
        v => af.eval(v), v => load(v), v => sleep(v), v => print(v), v => stringify(v), v => new Date(v).getTime(), v => now(v), v => genUUID(v), v => af.fromJSSLON(v), v => af.fromYAML(v),
        v => io.createTempFile(v, v), v => $rest({ timeout: 1 }).get(v), v => new Function(v), v => setEnv(v, v), v => af.secureRandom(v), v => new java.io.File("FOLDER/here").setLastModified(v), v => new java.security.SecureRandom().generateSeed(v), v => ow.loadFormat().fromDate(v, v)];
      [v => $sh(v).get(0), v => $sh("true").pwd(v).get(0), v => $sh("true", v).get(0)].forEach(f => all.slice(0, 2).forEach(v => { try { leakedSeen.push(f(v)) } catch (e) { leakedSeen.push(e) } }));
      calls.forEach(f => all.forEach(v => { try { leakedSeen.push(f(v)) } catch (e) { leakedSeen.push(e) } }));
      ${wayOut("leakedSeen")}`,
    probe: 'getEnv("LEAKED")',
    retires: true,
  },
  {
    name: "a way out by the stack running out inside of a function of the host",
    plant: `
      leakedSeen = [];
      [() => io.readFileString("/none"), () => getEnv("x"), () => sha256("x"), () => io.fileExists("/none"), () => af.eval("1"), () => print("")].forEach(f => {
        var depth = 0; var down = () => { depth++; try { down() } catch (e) { if (leakedSeen.length < 500) try { leakedSeen.push(f()) } catch (deep) { leakedSeen.push(deep) } throw e } };
        try { down() } catch (e) { leakedSeen.push(e) }
      });
      ${wayOut("leakedSeen")}`,
    probe: 'getEnv("LEAKED")',
  },
  {
    name: "changed prototypes that the other side might use for what it hands over",
    plant:
      '["get", "set", "value", "writable", "length", "0", "1", "kinds", "area", "name", "uuid", "code", "line"].forEach(n => { try { Object.defineProperty(Object.prototype, n, { configurable: true, get() { return "leaked" }, set() {} }) } catch (e) {} }); Array.prototype.push = Array.prototype.shift = function () { return "leaked" }; Map.prototype.get = Map.prototype.set = () => "leaked"; try { io.readFileString("/none") } catch (e) {}',
    probe: '[{}.uuid, {}.kinds, [1].shift() === "leaked" || undefined, new Map().get(1)].filter(x => x !== undefined)',
  },
];
