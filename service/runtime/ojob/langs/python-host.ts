/**
 * Program that runs one text of python: reads `{code, vars, back, mark}` as JSON, and after the code has run writes the
 * mark and `{out, vars}`: what the code printed, and the variables named in `back`.
 */
export const pythonHost = `
import sys, json, io, os, traceback
_in = json.loads(sys.stdin.readline() if len(sys.argv) > 1 else sys.stdin.read())
if "cwd" in _in: os.chdir(_in["cwd"])
if "env" in _in:
    os.environ.clear()
    os.environ.update(_in["env"])
_real, sys.stdout = sys.stdout, io.StringIO()
_vars = dict(_in["vars"], __name__="__main__")
_ok = False
try:
    exec(compile(_in["code"], "<ojob>", "exec"), _vars)
    _ok = True
except SystemExit:
    _ok = True
except BaseException:
    traceback.print_exc()
if _ok:
    _back = {"out": sys.stdout.getvalue(), "vars": {k: _vars.get(k) for k in _in["back"]}}
    _real.write(_in["mark"] + json.dumps(_back, default=str))
    _real.flush()
`;
