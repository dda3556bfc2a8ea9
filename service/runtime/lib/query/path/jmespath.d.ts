/** The parser of jmespath.js; its interpreter cannot take functions of others. */
declare module "jmespath" {
  export interface Node {
    type: string;
    name?: any;
    value?: any;
    children?: any;
  }
  export function compile(expression: string): Node;
  export function strictDeepEqual(a: unknown, b: unknown): boolean;
}
