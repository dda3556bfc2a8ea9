declare module "handlebars/dist/handlebars.js" {
  /** The one-file build, which needs nothing from outside. */
  const handlebars: {
    create(): any;
  };
  export default handlebars;
}
