import { adapterContract } from '../../../test/contract/adapter-contract.js';
import { assistedPost } from './assisted-post.js';

adapterContract(assistedPost, { settings: {}, items: [], replies: [] });
