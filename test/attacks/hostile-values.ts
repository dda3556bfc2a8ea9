/**
 * Values that job code might pass to a function in the hope that it does something with them. Source of an expression
 * evaluated in the realm of a job: it gives `[name, value]` pairs. Each object has functions wherever a caller may look
 * for one, and every call of them is noted in `noted` with what the caller handed over.
 */
export const HOSTILE_VALUES = `(function (noted) {
  const note = (where) => function () { noted.push({ where, given: [this, ...arguments] }); return "noted" };
  const keys = [
    ...["inspect", "toString", "valueOf", "toJSON", "then", "constructor", "name", "message", "code", "stack", "cause"],
    ...["length", "byteLength", "byteOffset", "buffer", "next", "call", "apply", "get", "set", "path", "href", "stream"],
    ...[Symbol.toPrimitive, Symbol.iterator, Symbol.asyncIterator, Symbol.toStringTag, Symbol.hasInstance, Symbol.species],
    ...["nodejs.util.inspect.custom", "nodejs.util.promisify.custom", "nodejs.rejection"].map((key) => Symbol.for(key)),
  ];
  const armed = (object, where) => {
    for (const key of keys)
      try { Object.defineProperty(object, key, { configurable: true, value: note(where + "." + String(key)) }) } catch {}
    return object;
  };
  const watching = (object, where) => {
    for (const key of keys)
      try {
        Object.defineProperty(object, key, {
          configurable: true,
          get() { noted.push({ where: where + "." + String(key), given: [this] }); return note(where + "." + String(key)) },
        });
      } catch {}
    return object;
  };
  const trap = (target, where) => new Proxy(target, new Proxy({}, { get: (_, name) => (...given) => {
    noted.push({ where: where + "!" + String(name), given });
    return Reflect[name](...given);
  } }));
  class Text extends String {}
  class Bytes extends Uint8Array {}
  const values = {
    armed: armed({}, "armed"),
    watching: watching({}, "watching"),
    bare: Object.create(null),
    bareAndArmed: armed(Object.create(null), "bareAndArmed"),
    describesItself: Object.assign(Object.create(null), { [Symbol.for("nodejs.util.inspect.custom")]: note("describesItself") }),
    proxy: trap({}, "proxy"),
    proxyOfFunction: trap(function () {}, "proxyOfFunction"),
    proxyOfBytes: trap(new Uint8Array(4), "proxyOfBytes"),
    function: armed(function () {}, "function"),
    arrow: () => 1,
    generator: (function* () {})(),
    symbol: Symbol("hostile"),
    registeredSymbol: Symbol.for("nodejs.util.inspect.custom"),
    boxedText: armed(new Text("boxed"), "boxedText"),
    boxedNumber: armed(new Number(1), "boxedNumber"),
    boxedFlag: armed(new Boolean(false), "boxedFlag"),
    bigint: 10n ** 30n,
    array: armed([1, "a", {}], "array"),
    date: armed(new Date(0), "date"),
    wrongDate: new Date(NaN),
    pattern: armed(/x/g, "pattern"),
    map: armed(new Map([[{}, {}]]), "map"),
    set: armed(new Set([1]), "set"),
    weakMap: new WeakMap(),
    promise: armed(Promise.resolve(1), "promise"),
    error: armed(new Error("hostile"), "error"),
    buffer: armed(new ArrayBuffer(8), "buffer"),
    bytes: armed(new Uint8Array([1, 2, 3]), "bytes"),
    watchingBytes: watching(new Bytes([1, 2, 3]), "watchingBytes"),
    bytesOfSharedMemory: armed(new Uint8Array(new SharedArrayBuffer(8)), "bytesOfSharedMemory"),
    bytesOfGrowingMemory: armed(new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })), "bytesOfGrowingMemory"),
    detached: (() => { const view = armed(new Uint8Array(8), "detached"); structuredCloneless(view); return view })(),
    dataView: armed(new DataView(new ArrayBuffer(8), 2, 4), "dataView"),
    floats: armed(new Float64Array([1.5, NaN]), "floats"),
    bigints: armed(new BigInt64Array([1n]), "bigints"),
    undefined: undefined,
    null: null,
    true: true,
    nan: NaN,
    infinite: -Infinity,
    minusZero: -0,
    negative: -1,
    fraction: 0.5,
    large: 2 ** 53,
    empty: "",
    nul: "a\\0b",
    lone: "\\ud800",
    proto: "__proto__",
    huge: "x".repeat(3e6),
    brackets: "[".repeat(1e5),
  };
  function structuredCloneless(view) { try { view.buffer.transfer?.() } catch {} }
  return Object.entries(values);
})`;
