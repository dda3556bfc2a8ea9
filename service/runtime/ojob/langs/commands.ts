/** Languages that are a command: what stands before and after the code so that args go in and come back as JSON. */
export interface CommandLang {
  /** Command that reads the code on its input, or runs the file named after it. */
  shell: string;
  /** Code before; `args` is JSON in one line. */
  before(args: string, langArgs: any): string;
  after: string;
  /** Ending of the file the code goes to; absent: it goes to the standard input. */
  withFile?: string;
}

const inQuotes = (json: string): string => json.replace(/[\\']/g, "\\$&");

export const commandLangs: Record<string, CommandLang | undefined> = {
  node: {
    shell: "node",
    before: (args) => `var args = ${args};`,
    after: ";console.log(JSON.stringify(args))",
  },
  perl: {
    shell: "perl",
    before: (args) => `my $has_json = eval { require JSON; 1 } || eval { require JSON::PP; JSON::PP->import(); 0 };
if ($has_json) { $args = JSON::decode_json('${inQuotes(args)}'); } else { $args = JSON::PP::decode_json('${inQuotes(args)}'); }
`,
    after: `
if ($has_json) { print JSON::encode_json($args)."\\n"; } else { print JSON::PP::encode_json($args)."\\n"; };
`,
  },
  ruby: {
    shell: "ruby -",
    before: (args) => `require 'json'\nargs = JSON.parse('${inQuotes(args)}')\n`,
    after: "\nputs JSON.generate(args)\n",
  },
  powershell: {
    shell: "powershell -",
    before: (args) => `$_args = ConvertFrom-Json '${args.replace(/'/g, "''")}'\n`,
    after: "\n(ConvertTo-Json $_args -Compress)\n",
  },
  go: {
    shell: "go run ",
    before: (args, langArgs) => {
      const imports = (langArgs?.goImports ?? []).map((name: string) => `; ${name}`).join("");
      const text = `json.Unmarshal([]byte(${JSON.stringify(args)}), &args)`;
      return `package main\nimport ("encoding/json"; "fmt"${imports})\nfunc main() {\nvar args map[string]interface{}\n${text}\n`;
    },
    after: "\n_args, _err := json.Marshal(args)\nif _err != nil { return }\nfmt.Println(string(_args))\n}\n",
    withFile: ".go",
  },
  swift: {
    shell: "swift -",
    before: (args) =>
      `import Foundation\nvar args = try JSONSerialization.jsonObject(with: ${JSON.stringify(args)}.data(using: .utf8)!) as! [String: Any]\n`,
    after: "\nprint(String(data: try JSONSerialization.data(withJSONObject: args), encoding: .utf8)!)\n",
  },
};
