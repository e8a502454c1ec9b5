/** The table of OData functions (Protocol 4.01, URL Conventions 5.1.1.5 to 5.1.1.14). */
export type FunctionName = 'contains';
