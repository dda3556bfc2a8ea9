import { jobScope } from "../../base/job-scope.js";
import { isMap, toBoolean } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { merge } from "../../lib/maps/merge.js";
import { getPath, setPath } from "../../lib/maps/sigil/paths.js";
import { check } from "../../lib/maps/sigil.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { quiet, same } from "./shortcut.js";

/** `ojob sec get`: a secret of a bucket, or an environment variable, into args. */
export const secGet: Builtin = {
  name: "ojob sec get",
  precedence: 120,
  shortcuts: [
    quiet("secget", "secKey", same("secRepo secBucket secPass secOut secMainPass secFile secDontAsk secIgnore secEnv")),
  ],
  typeArgs: { noLog: true },
  check: { secIn: 'isString.default("")' },
  exec(args) {
    const said = (name: string): any => getPath(args, args.secIn === "" ? name : `${args.secIn}.${name}`);
    const isIgnored = check(said("secIgnore"), "secIgnore").isBoolean().default(false);
    if (!isIgnored) check(said("secKey"), "secKey").$_();
    const secKey = said("secKey");
    if (secKey === undefined) return;
    const place = placeOf(said, args);
    const secret = jobScope.$sec(place.repo, place.bucket, place.pass, place.mainPass, place.file).get(secKey);
    if (secret === undefined) throw `Couldn't retrieve secKey '${secKey}' from bucket '${place.bucket}'!`;
    keep(args, said("secOut") ?? args.secIn, secret, secKey);
  },
};

/** The place of a secret. */
interface Place {
  repo?: string;
  bucket?: string;
  pass?: string;
  mainPass?: string;
  file?: string;
}

function placeOf(said: (name: string) => any, args: AnyMap): Place {
  if (
    check(toBoolean(said("secEnv")), "secEnv")
      .isBoolean()
      .default(false)
  )
    return { repo: "system", bucket: "envs" };
  const place: Place = {
    repo: said("secRepo"),
    bucket: said("secBucket"),
    pass: said("secPass"),
    mainPass: said("secMainPass"),
    file: said("secFile"),
  };
  if (toBoolean(said("secDontAsk") ?? false) !== true) askFor(place);
  place.pass ??= args.secPass;
  place.mainPass ??= args.secMainPass;
  return place;
}

/** @throws text when something is missing and there is nobody to ask */
function askFor(place: Place): void {
  const answer = (name: string, value: string | undefined, question: string, isSecret: boolean): string | undefined => {
    if (value !== undefined) return value;
    if (!world.host.process.isTerminal())
      throw `ojob sec get: ${name} is not given and there is no terminal to ask for it; give it, or set secDontAsk: true`;
    return jobScope.askDef(undefined, question, isSecret);
  };
  place.bucket = answer("secBucket", place.bucket, "Sec bucket: ", false);
  if (place.file === undefined) place.pass = answer("secPass", place.pass, `Sec bucket '${place.bucket}' pass: `, true);
  if (place.repo !== undefined)
    place.mainPass = answer("secMainPass", place.mainPass, `Sec repo '${place.repo}' pass: `, true);
}

function keep(args: AnyMap, out: string, secret: any, secKey: string): void {
  if (out !== "") {
    const old = getPath(args, out);
    setPath(args, out, old === undefined ? secret : merge(old, secret));
  } else if (isMap(secret)) for (const field of Object.keys(secret)) setPath(args, field, secret[field]);
  else throw `ojob sec get: the secret '${secKey}' is no map; name in secOut where it goes in args`;
}
