// Runs the real billing service in its own process.
import { handleRequests } from '../harness/handle-requests.mjs';
import { billingRequests } from './billing-requests.mjs';

handleRequests(billingRequests);
