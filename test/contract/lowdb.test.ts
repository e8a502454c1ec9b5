import { DataFolder } from '../store/lowdb/data-folder.js';
import { describeStore } from './store-contract.js';

describeStore('lowdb', async () => {
  const folder = await DataFolder.make();
  return { open: (tenantIds) => folder.open({ tenantIds }), clear: () => folder.remove() };
});
