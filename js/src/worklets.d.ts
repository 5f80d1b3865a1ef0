/** The bundled text of a worklet; build.mjs makes it. */
declare module "worklet:*" {
  const source: string;
  export default source;
}

/** The bundled text of a Worker. */
declare module "worker:*" {
  const source: string;
  export default source;
}
