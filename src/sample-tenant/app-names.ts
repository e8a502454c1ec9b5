/**
 * Names of the sample apps: real SaaS products first, invented but plausible ones beyond them.
 *
 * Categories are the members of microsoft.graph.security.appCategory
 * (https://learn.microsoft.com/graph/api/resources/security-discoveredcloudappdetail).
 */
import { hashOf, unit } from './random.js';

/** A name and the category that Microsoft's catalogue would file it under. */
export interface NamedApp {
  readonly displayName: string;
  /** Member of appCategory, or a newer one that the client may not know. */
  readonly category: string;
}

/** Real products by category; the order is the order of popularity. */
const PRODUCTS: Readonly<Record<string, string>> = {
  cloudStorage: `Dropbox; Box; Google Drive; Microsoft OneDrive for Business; iCloud; MEGA; pCloud; WeTransfer; Egnyte;
    Tresorit; Sync.com; IDrive; Backblaze; Nextcloud; ownCloud; Icedrive; Dropbox Transfer; SpiderOak; Koofr; MediaFire`,
  webemail: `Gmail; Microsoft Outlook.com; Yahoo Mail; Proton Mail; Zoho Mail; GMX; Mail.ru; Fastmail; Tuta; AOL Mail;
    Yandex Mail; Hushmail; Runbox; Mailfence; web.de; Posteo; mailbox.org; HEY; Startmail; Rediffmail`,
  crm: `Salesforce; Microsoft Dynamics 365; HubSpot; Zoho CRM; Pipedrive; Freshsales; SugarCRM; Insightly; Copper; Close;
    Nimble; Zendesk Sell; Creatio; Keap; Agile CRM; Capsule; Nutshell; Streak; Vtiger; Less Annoying CRM; Attio; Folk`,
  collaboration: `Microsoft Teams; Slack; Microsoft SharePoint Online; Miro; Mural; Notion; Coda; Airtable; Lark; Twist;
    Mattermost; Rocket.Chat; Huddle; Quip; Google Workspace; Flock; Ryver; Webex App`,
  onlineMeetings: `Zoom; Webex Meetings; GoTo Meeting; Google Meet; Whereby; BlueJeans; Livestorm; ON24; Jitsi Meet;
    Around; Demio; BigMarker`,
  generativeAi: `ChatGPT; Microsoft Copilot; Google Gemini; Claude; Perplexity; Midjourney; DeepSeek; Jasper; Writesonic;
    Copy.ai; Character.AI; Poe; Runway; ElevenLabs; Synthesia; Suno; Grok; Mistral Le Chat; You.com; QuillBot; Gamma;
    Otter.ai; Fireflies.ai; HeyGen`,
  aiModelProvider:
    'OpenAI API; Anthropic API; Google Vertex AI; Hugging Face; Cohere; Together AI; Replicate; Groq',
  mcpServer: 'GitHub MCP Server; Atlassian Remote MCP; Notion MCP; Sentry MCP; Zapier MCP; Stripe MCP',
  clientAiApp: 'Cursor; Windsurf; LM Studio; Ollama; Claude Desktop; ChatGPT Desktop; Jan',
  codeHosting:
    'GitHub; GitLab; Bitbucket; Microsoft Azure DevOps; SourceForge; Gitea Cloud; Codeberg; AWS CodeCommit',
  developmentTools: `JetBrains Space; Postman; CircleCI; Docker Hub; npm; StackBlitz; CodeSandbox; Replit; Vercel; Netlify;
    Sentry; LaunchDarkly; SonarCloud; Travis CI; Snyk; Retool`,
  cloudComputingPlatform: `Amazon Web Services; Microsoft Azure; Google Cloud Platform; DigitalOcean; Heroku; Linode;
    OVHcloud; Hetzner Cloud; Oracle Cloud; IBM Cloud; Vultr; Scaleway`,
  hostingServices:
    'GoDaddy; Bluehost; Cloudflare; Akamai; Fastly; Namecheap; WP Engine; Squarespace; Wix; IONOS',
  projectManagement: `Asana; Trello; Jira; monday.com; ClickUp; Basecamp; Smartsheet; Wrike; Teamwork; Linear; Todoist;
    Microsoft Planner; Height; Shortcut`,
  productivity: `Evernote; Grammarly; Calendly; Doodle; Microsoft To Do; DocuSign; Adobe Acrobat Sign; Smallpdf; iLovePDF;
    Typeform; SurveyMonkey; Jotform; Google Forms; Zapier; IFTTT; Make; Lucidchart; draw.io; PDF24`,
  socialNetwork:
    'LinkedIn; Facebook; X; Instagram; Reddit; Pinterest; TikTok; Snapchat; Tumblr; VK; XING; Mastodon; Bluesky',
  personalInstantMessaging:
    'WhatsApp; Telegram; Signal; Discord; WeChat; Viber; LINE; Threema; Facebook Messenger; Skype',
  communications: 'RingCentral; Twilio; Vonage; 8x8; Dialpad; Aircall; Sinch; Plivo; Microsoft Teams Phone',
  marketing: `Mailchimp; Marketo Engage; Constant Contact; ActiveCampaign; Klaviyo; Hootsuite; Buffer; Semrush; Canva;
    Brevo; Iterable; Sprout Social; Campaign Monitor`,
  advertising:
    'Google Ads; Microsoft Advertising; Criteo; Taboola; Outbrain; AdRoll; The Trade Desk; DoubleClick',
  webAnalytics:
    'Google Analytics; Hotjar; Mixpanel; Amplitude; Matomo Cloud; Plausible; Heap; Microsoft Clarity; FullStory',
  dataAnalytics:
    'Snowflake; Databricks; Microsoft Fabric; Splunk Cloud; Elastic Cloud; Datadog; Alteryx; Segment; Fivetran',
  businessIntelligence:
    'Microsoft Power BI; Tableau Online; Looker; Qlik Sense; Domo; Sisense; Metabase Cloud; Klipfolio',
  security: `Okta; Microsoft Entra ID; CrowdStrike Falcon; LastPass; 1Password; Bitwarden; Duo; Zscaler; KnowBe4; Auth0;
    Qualys; Tenable.io; VirusTotal; NordVPN; Dashlane; Proofpoint`,
  itServices:
    'ServiceNow; Freshservice; PagerDuty; Atera; Microsoft Intune; Jamf Cloud; NinjaOne; TeamViewer; AnyDesk; Opsgenie',
  customerSupport:
    'Zendesk; Intercom; Freshdesk; Help Scout; LiveChat; Drift; Front; Gorgias; Kayako; UserVoice; Crisp',
  humanResourceManagement: `Workday; BambooHR; Personio; ADP Workforce Now; SAP SuccessFactors; Gusto; Greenhouse; Lever;
    Rippling; Deel; Workable; Indeed; Glassdoor; Culture Amp; 15Five`,
  accountingAndFinance: `QuickBooks Online; Xero; Stripe; PayPal; SAP Concur; Expensify; FreshBooks; Bill.com; Wise; Sage
    Intacct; Ramp; Brex; Revolut Business; DATEV; Lexoffice`,
  businessManagement:
    'NetSuite; SAP S/4HANA Cloud; Odoo; Zoho One; Microsoft Power Platform; Infor CloudSuite; Anaplan; Coupa',
  contentManagement:
    'WordPress.com; Contentful; Confluence; Drupal; Sitecore; Sanity; Strapi Cloud; Webflow; Ghost; M-Files',
  contentSharing:
    'YouTube; Vimeo; SlideShare; Scribd; Issuu; SoundCloud; Imgur; Flickr; Pastebin; Giphy; Loom; Wistia',
  newsAndEntertainment:
    'Netflix; Spotify; BBC; CNN; The New York Times; Twitch; Medium; Substack; Reuters; Disney+; Der Spiegel',
  eCommerce: 'Amazon; eBay; Shopify; Etsy; AliExpress; BigCommerce; Zalando; Alibaba; Walmart; Temu; Shein',
  education:
    'Coursera; Udemy; Khan Academy; Duolingo; Moodle Cloud; Canvas LMS; edX; Google Classroom; Kahoot!; Pluralsight; Chegg',
  forums: 'Stack Overflow; Quora; Spiceworks Community; Hacker News; Discourse; Microsoft Tech Community',
  health: 'Zocdoc; Doctolib; Headspace; MyChart; Practo; Fitbit; Calm; athenahealth',
  internetOfThings: 'Samsara; Particle; Microsoft Azure IoT Central; Losant; ThingSpeak; Ubidots',
  operationsManagement: 'UpKeep; Fiix; SafetyCulture; Kissflow; Process Street; Nintex',
  productDesign:
    'Figma; Adobe Creative Cloud; Sketch; InVision; Autodesk Fusion; Onshape; Framer; Zeplin; Balsamiq',
  propertyManagement: 'AppFolio; Buildium; Yardi Voyager; Rentec Direct',
  sales:
    'Gong; Outreach; Salesloft; ZoomInfo; Apollo.io; PandaDoc; Clari; Highspot; LinkedIn Sales Navigator',
  supplyChainAndLogistics: 'Flexport; project44; FedEx; DHL; UPS; ShipStation; Maersk; Kinaxis',
  transportationAndTravel:
    'Uber; Booking.com; Airbnb; Expedia; Google Maps; Lufthansa; Deutsche Bahn; TripActions; Kayak',
  vendorManagementSystems: 'Beeline; SAP Fieldglass; SAP Ariba; Jaggaer',
  websiteMonitoring: 'Pingdom; UptimeRobot; New Relic; Statuspage; Dynatrace; GTmetrix',
};

const STEMS =
  `Acorn Alder Amber Arc Beacon Birch Blue Bright Cedar Cinder Clear Cobalt Copper Crest Delta Drift Dune Echo
  Ember Fern Field Flint Forge Fjord Glade Granite Harbor Hazel Helio Indigo Iron Juniper Kite Lark Linden Lumen Maple
  Meadow Meridian Mint Moss North Nova Oak Onyx Opal Orbit Pebble Pine Quartz Quill Raven River Sable Sage Slate Spruce
  Summit Tide Umber Vale Vector Violet Willow Wren Zephyr`.split(/\s+/);

/** What an invented product of a category is called; a category without an entry takes the last line. */
const NOUNS: Readonly<Record<string, string>> = {
  cloudStorage: 'Drive Vault Box Locker Share',
  webemail: 'Mail Post Inbox',
  crm: 'CRM Leads Pipeline',
  generativeAi: 'AI Writer Assist',
  security: 'Shield Guard ID',
  projectManagement: 'Tasks Board Plan',
  other: 'Hub Desk Flow Works Cloud',
};

const CATEGORIES = Object.keys(PRODUCTS);

/** Takes one product of each category in turn, the most popular first, so that a small tenant has every category. */
function inTurn(): NamedApp[] {
  const columns = Object.entries(PRODUCTS).map(([category, names]) => ({
    category,
    names: names.split(/;\s+/),
  }));
  const longest = Math.max(...columns.map((column) => column.names.length));
  return Array.from({ length: longest }, (_, row) =>
    columns.flatMap(({ category, names }) => {
      const displayName = names[row]?.replace(/\s+/g, ' ');
      return displayName === undefined ? [] : [{ displayName, category }];
    }),
  ).flat();
}

const REAL_APPS = inTurn();

/** How many real product names there are; beyond them names are invented. */
export const REAL_APP_COUNT = REAL_APPS.length;

/** The invented name number `n` (0, 1, 2 …); three well-filled categories get a third of them. */
function inventedName(n: number): NamedApp {
  const roll = unit(hashOf(n, 77));
  const favourites = ['cloudStorage', 'webemail', 'crm'];
  const list = roll < 0.33 ? favourites : CATEGORIES;
  const category = list[n % list.length] ?? 'unknown';
  const nouns = (NOUNS[category] ?? NOUNS.other ?? '').split(' ');
  const stem = STEMS[n % STEMS.length] ?? '';
  const turn = Math.floor(n / STEMS.length);
  const second = STEMS[(n * 7 + turn * 13 + 5) % STEMS.length] ?? '';
  const noun = nouns[turn % nouns.length] ?? '';
  const edition = Math.floor(n / 2_000);
  return {
    displayName: `${stem}${second.toLowerCase()} ${noun}${edition > 0 ? ` ${edition + 1}` : ''}`,
    category,
  };
}

/** The name and category of the app at a place of the catalogue (0, 1, 2 …), for any number of apps. */
export function appName(index: number): NamedApp {
  return REAL_APPS[index] ?? inventedName(index - REAL_APPS.length);
}
