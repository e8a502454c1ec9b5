/** The converter of the OASIS OData committee comes without types. */
declare module 'odata-csdl/lib/xml2json.js' {
  const csdl: {
    xml2json(
      xml: string,
      options: { readonly messages: unknown[]; readonly strict?: boolean },
    ): Readonly<Record<string, unknown>>;
  };
  export default csdl;
}
