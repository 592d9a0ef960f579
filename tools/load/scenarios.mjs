import * as access from './steps/access-steps.mjs';
import * as orders from './steps/order-steps.mjs';
import * as reads from './steps/read-steps.mjs';
import * as sessions from './steps/session-steps.mjs';
import * as writes from './steps/write-steps.mjs';

/** All steps. A step has the name of the operation in the OpenAPI document. */
export const steps = { ...access, ...orders, ...reads, ...sessions, ...writes };

const writeWeights = { createTeam: 35, deleteTeam: 25, changeMember: 20, createOrder: 20 };

/** Scenario → weights of its steps, and default amounts of data. */
export const scenarios = {
  reads: {
    title: 'lists and single objects: documents, teams, members, products, the catalogue',
    weights: {
      listDocuments: 20,
      getDocument: 20,
      listTeams: 15,
      listMembers: 15,
      listProducts: 10,
      getProduct: 5,
      getOrganization: 5,
      getMe: 5,
      listProductTypes: 5,
    },
  },
  'writes-many': {
    title: 'teams, members and orders in many organizations',
    weights: writeWeights,
  },
  'writes-one': {
    title: 'the same writes in one organization',
    weights: writeWeights,
    data: { organizations: 1, people: 10 },
    hasOneOrganization: true,
  },
  'sign-ins': {
    title: 'sign-ins with passwords, refreshes, sign-outs; counted per IP address by the rate limit',
    weights: { createSession: 60, refreshSession: 30, endSession: 10 },
    data: { products: 0 },
  },
  access: {
    title: 'access storm: single checks, checks of 20 questions, explanations, while grants change',
    weights: {
      checkAccess: 65,
      checkManyAccess: 15,
      explainAccess: 8,
      listPersonAccess: 6,
      giveGrant: 3,
      endGrant: 3,
    },
  },
  orders: {
    title: 'orders and their payment from the prepaid account: pro forma, invoice, products',
    weights: { createOrder: 40, payDocument: 40, getOrder: 10, getPrepaid: 5, listDocuments: 5 },
  },
  mixed: {
    title: 'reads, access checks, writes and sign-ins, mostly reads and checks',
    weights: {
      checkAccess: 25,
      listDocuments: 10,
      getDocument: 10,
      listTeams: 10,
      listMembers: 8,
      listProducts: 8,
      getProduct: 6,
      getOrganization: 5,
      listProductTypes: 4,
      createTeam: 3,
      deleteTeam: 2,
      changeMember: 2,
      createOrder: 2,
      payDocument: 2,
      giveGrant: 1,
      endGrant: 1,
      createSession: 1,
    },
  },
};
