import { prepareEnvironment } from "/work/main/service/workers/environment.ts";
import { bundleRuntimeFromSource } from "/work/main/service/workers/runtime-script.ts";
await bundleRuntimeFromSource();
const text = `jobs:\n- name: a\n  exec: |\n    __pm.x = isDef(args.a)\n    print("hi")\n    undef = zork\ntodo: [a]\n`;
let out='';
function once(){ const e = prepareEnvironment(); out=e.run(JSON.stringify({uuid:"1",text,file:"f.yaml",args:{a:1},shareArgs:true}),{cwd:process.cwd(),env:{},write(s,t){},exit(){throw 1}}); return e.close(); }
console.log(once(), out);
for(let i=0;i<100;i++) once(); const t=performance.now(); for(let i=0;i<500;i++) once(); console.log((performance.now()-t)/500,'ms');
const t2=performance.now(); for(let i=0;i<300;i++) prepareEnvironment(); console.log((performance.now()-t2)/300,'ms prepare');
