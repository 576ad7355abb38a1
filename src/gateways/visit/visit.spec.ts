import { adapterContract } from '../../../test/contract/adapter-contract.js';
import { visit } from './visit.js';

adapterContract(visit, { settings: {}, items: [], replies: [] });
