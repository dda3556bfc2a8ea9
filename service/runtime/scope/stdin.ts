import {
  ask,
  askAll,
  askLines,
  askOne,
  askSecret,
  askUnless,
  choose,
  chooseSeveral,
  pipeChars,
  pipeLines,
} from "../lib/terminal/stdin.js";

export const scope = {
  "io.pipeLn": pipeLines,
  "io.pipeCh": pipeChars,
  ask,
  ask1: askOne,
  askN: askLines,
  askDef: askUnless,
  askEncrypt: askSecret,
  askChoose: choose,
  askChooseMultiple: chooseSeveral,
  askStruct: askAll,
};
