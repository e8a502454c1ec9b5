/**
 * Category ids of Microsoft Graph (microsoft.graph.security.appCategory) with the names that a report shows. The enum
 * keeps growing: an id that is not here gets a name made from its spelling, and `isKnown: false` in AppCategories.
 */
export const CATEGORY_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    accountingAndFinance: 'Accounting and finance',
    advertising: 'Advertising',
    aiModelProvider: 'AI model provider',
    businessIntelligence: 'Business intelligence',
    businessManagement: 'Business management',
    clientAiApp: 'Client AI app',
    cloudComputingPlatform: 'Cloud computing platform',
    cloudStorage: 'Cloud storage',
    codeHosting: 'Code hosting',
    collaboration: 'Collaboration',
    communications: 'Communications',
    contentManagement: 'Content management',
    contentSharing: 'Content sharing',
    crm: 'CRM',
    customerSupport: 'Customer support',
    dataAnalytics: 'Data analytics',
    developmentTools: 'Development tools',
    eCommerce: 'E-commerce',
    education: 'Education',
    forums: 'Forums',
    generativeAi: 'Generative AI',
    health: 'Health',
    hostingServices: 'Hosting services',
    humanResourceManagement: 'Human resource management',
    internetOfThings: 'Internet of things',
    itServices: 'IT services',
    marketing: 'Marketing',
    mcpServer: 'MCP server',
    newsAndEntertainment: 'News and entertainment',
    onlineMeetings: 'Online meetings',
    operationsManagement: 'Operations management',
    personalInstantMessaging: 'Personal instant messaging',
    productDesign: 'Product design',
    productivity: 'Productivity',
    projectManagement: 'Project management',
    propertyManagement: 'Property management',
    sales: 'Sales',
    security: 'Security',
    socialNetwork: 'Social network',
    supplyChainAndLogistics: 'Supply chain and logistics',
    transportationAndTravel: 'Transportation and travel',
    unknown: 'Unknown',
    unknownFutureValue: 'Unknown to this version of the API',
    vendorManagementSystems: 'Vendor management systems',
    webAnalytics: 'Web analytics',
    webemail: 'Web email',
    websiteMonitoring: 'Website monitoring',
  }),
);

/** Name of a category for people: from the table, else made from the id. @example categoryName('quantumApps') → 'Quantum apps' */
export function categoryName(id: string): string {
  const known = CATEGORY_NAMES.get(id);
  if (known !== undefined) return known;
  const words = id.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
